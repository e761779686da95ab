// The page's own words for what scripts say; they are translated by the server and stand in components/words.html.

export function word(name, values = {}) {
  const found = document.getElementById("words")?.content.querySelector(`[data-word="${name}"]`);
  const text = found?.textContent ?? name;
  return text.replace(/\{(\w+)\}/g, (place, key) => values[key] ?? place);
}
