// The help dialog on `?`: every key that works on this page right now, read from the page itself.

import { word } from "./words.js";

export function openKeyHelp() {
  const dialog = document.getElementById("dialog");
  if (!dialog || dialog.open) return;
  const shown = [...document.querySelectorAll("[data-key]")].filter((element) => element.checkVisibility());
  const rows = new Map(shown.map((element) => [element.dataset.key, nameOf(element)]));
  dialog.replaceChildren(head(), rows.size ? map(rows) : body(word("no-keys")));
  dialog.showModal();
}

function nameOf(element) {
  return element.dataset.keyName || element.getAttribute("aria-label") || element.textContent.trim();
}

function head() {
  const close = make("button", "button button--quiet button--small", word("close"));
  close.dataset.closes = "";
  const line = make("div", "dialog__head");
  line.append(make("h2", "", word("keys")), close);
  return line;
}

function map(rows) {
  const list = make("div", "keymap");
  for (const [combo, name] of rows) {
    const row = make("div", "");
    row.append(make("span", "", name), make("kbd", "", combo));
    list.append(row);
  }
  const place = body("");
  place.append(list);
  return place;
}

function body(text) {
  return make("div", "dialog__body", text);
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
