// Names of key combinations, as data-key writes them: "R", "?", "Ctrl+Enter", "Ctrl+Shift+A". Pure.

export function comboOf(event) {
  const key = keyOf(event);
  const plain = /^[A-Z0-9]$/.test(key) || key.length > 1;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && plain) parts.push("Shift"); // the shift of "?" is part of the sign itself
  return [...parts, key].join("+");
}

function keyOf(event) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code ?? "");
  if (digit && (event.ctrlKey || event.altKey || event.metaKey)) return digit[1]; // with Shift its sign would differ by country
  if (event.key === "Process" || event.key === "Unidentified") return /^Key(.)$/.exec(event.code)?.[1] ?? event.key;
  return event.key.length === 1 ? event.key.toUpperCase() : event.key;
}

// Combinations with a single sign could also be meant as text.
export function isSingle(combo) {
  return !/^(Ctrl|Alt)\+/.test(combo) && !/^(F\d+|Escape)$/.test(combo);
}

export function isTextField(element) {
  if (!element) return false;
  if (element.isContentEditable || element.tagName === "TEXTAREA" || element.tagName === "SELECT") return true;
  return element.tagName === "INPUT" && !/^(button|checkbox|radio|range|submit|reset|file)$/.test(element.type);
}
