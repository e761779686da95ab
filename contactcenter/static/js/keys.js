// The keyboard: an element with data-key is pressed by that combination, from everywhere on the page.

import { comboOf, isSingle, isTextField } from "./combos.js";
import { openKeyHelp } from "./keyhelp.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const TWICE = 1000;
let first = { combo: "", at: -TWICE };

export function startKeys() {
  document.addEventListener("keydown", pressed);
  document.addEventListener("htmx:afterSwap", nameKeys);
  document.addEventListener("click", ({ target }) => target.closest("[data-opens-keys]") && openKeyHelp());
  nameKeys();
}

function pressed(event) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const combo = comboOf(event);
  if (isSingle(combo) && (isTextField(event.target) || lettersOff())) return;
  if (combo === "?") return openKeyHelp();
  const target = chosen(combo);
  if (!target) return;
  event.preventDefault();
  if (event.repeat || (target.hasAttribute("data-key-twice") && !second(combo, event.timeStamp))) return;
  target.click();
  if (target.dataset.keyFocus) document.querySelector(target.dataset.keyFocus)?.focus();
}

// Several elements may share a combination (Ctrl+Enter): the form one is writing in comes first.
function chosen(combo) {
  const scope = document.querySelector("dialog:modal") ?? document;
  const usable = [...scope.querySelectorAll("[data-key]")].filter(
    (element) => element.dataset.key === combo && !element.disabled && element.checkVisibility(),
  );
  return usable.find((element) => element.form?.contains(document.activeElement)) ?? usable[0];
}

function second(combo, at) {
  const confirmed = first.combo === combo && at - first.at < TWICE;
  first = confirmed ? { combo: "", at: -TWICE } : { combo, at };
  if (!confirmed) toast(word("again"));
  return confirmed;
}

// WCAG 2.1.4: single letters can be switched off; the server remembers it and sets the attribute.
function lettersOff() {
  return document.documentElement.dataset.letterKeys === "off";
}

// Each button shows its key on hover and tells it to assistive technology.
function nameKeys() {
  for (const element of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
    const combo = element.dataset.key;
    element.setAttribute("aria-keyshortcuts", combo.replace("Ctrl", "Control"));
    element.title = element.title ? `${element.title} (${combo})` : combo;
  }
}
