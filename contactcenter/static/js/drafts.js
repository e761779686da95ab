// Drafts: what is being written in a place marked data-draft survives refreshes and a change of the open case, in this tab.

const FIELDS = "textarea, select, input[type=radio]";

export function startDrafts() {
  document.addEventListener("input", ({ target }) => keep(target));
  document.addEventListener("change", ({ target }) => keep(target));
  document.addEventListener("htmx:afterSwap", restoreAll);
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful && detail.elt.matches("form")) forget(detail.elt);
  });
  restoreAll();
}

function keep(field) {
  const place = field.closest?.("[data-draft]");
  if (!place || !field.matches(FIELDS)) return;
  if (field.value) sessionStorage.setItem(keyOf(place, field), field.value);
  else sessionStorage.removeItem(keyOf(place, field));
}

function restoreAll() {
  for (const place of document.querySelectorAll("[data-draft]")) {
    for (const field of place.querySelectorAll(FIELDS)) restore(place, field);
  }
}

function restore(place, field) {
  const kept = sessionStorage.getItem(keyOf(place, field));
  if (kept === null) return;
  if (field.type === "radio") field.checked = field.value === kept;
  else if (!field.value) field.value = kept; // the focus may already stand in a fresh field, so only words are spared
}

function forget(form) {
  const place = form.closest("[data-draft]");
  if (!place) return;
  for (const field of form.querySelectorAll(FIELDS)) sessionStorage.removeItem(keyOf(place, field));
}

function keyOf(place, field) {
  return `draft:${place.dataset.draft}:${field.type === "radio" ? field.name : field.id || field.name}`;
}
