// Light or dark, before the first paint (so this one is no module). Kept per device: it is about the screen, not the person.

(() => {
  const KEY = "theme";
  const read = () => {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      return "";
    }
  };
  const apply = (theme) => {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply(read());
  document.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-theme-choice]");
    if (!choice) return;
    apply(choice.dataset.themeChoice);
    try {
      localStorage.setItem(KEY, choice.dataset.themeChoice);
    } catch {
      // A browser that keeps nothing still shows the choice for this page.
    }
  });
})();
