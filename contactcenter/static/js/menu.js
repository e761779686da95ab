// Menus close when one looks elsewhere: a click outside, Escape, or another menu that opens.

export function startMenus() {
  document.addEventListener("click", ({ target }) => closeAllBut(target.closest("[data-menu]"), target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("[data-menu][open]") ?? document.querySelector("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function closeAllBut(menu, target) {
  for (const each of document.querySelectorAll("[data-menu][open]")) {
    if (each !== menu) each.open = false;
  }
  if (menu && target.closest(".menu__item")) menu.open = false;
}
