// The console's panes: which one a phone shows, and how wide the context stands on a desk.

const WIDTHS = ["", "wide", "folded"];

export function startPanes() {
  document.addEventListener("click", ({ target }) => {
    const pane = target.closest("[data-shows-pane]");
    if (pane) show(pane);
    if (target.closest("[data-widens-context]")) widen();
  });
}

const console_ = () => document.querySelector(".console");

// Asking for the drawer that is already open closes it.
function show(button) {
  const place = console_();
  const wanted = button.dataset.showsPane;
  const folds = place.dataset.pane === wanted && button.classList.contains("fold");
  place.dataset.pane = folds ? "centre" : wanted;
  for (const each of document.querySelectorAll("[data-shows-pane][role='tab']")) {
    each.setAttribute("aria-selected", String(each.dataset.showsPane === place.dataset.pane));
  }
}

function widen() {
  const place = console_();
  const next = WIDTHS[(WIDTHS.indexOf(place.dataset.context ?? "") + 1) % WIDTHS.length];
  if (next) place.dataset.context = next;
  else delete place.dataset.context;
}
