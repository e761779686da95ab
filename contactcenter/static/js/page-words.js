// The words of one page's own scripts, translated by the server: they stand in the page's template[data-page-words].

export function said(name, values = {}) {
  const found = document.querySelector("template[data-page-words]")?.content.querySelector(`[data-word="${name}"]`);
  const text = found?.textContent ?? name;
  return text.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}
