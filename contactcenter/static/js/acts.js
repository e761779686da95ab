// Small acts of marked elements that need no server: copy, insert, fold, open and close a dialog, press a keypad's key.

import { toast } from "./toast.js";
import { word } from "./words.js";

const ACTS = {
  "[data-copy]": (element) => copy(element.dataset.copy),
  "[data-inserts]": insert,
  "[data-folds]": (element) => element.closest("section").classList.toggle(element.dataset.folds),
  "[data-opens]": (element) => document.querySelector(element.dataset.opens)?.showModal(),
  "[data-closes]": (element) => element.closest("dialog")?.close(),
  "[data-digit]": (element) => press(element),
  "a[data-dialog]": openInDialog,
};

export function startActs() {
  document.addEventListener("click", (event) => {
    for (const [marked, act] of Object.entries(ACTS)) {
      const element = event.target.closest(marked);
      if (element) act(element, event);
    }
  });
  document.addEventListener("keydown", ({ target, key }) => {
    const digit = target.closest?.("[data-keypad]")?.querySelector(`[data-digit="${CSS.escape(key)}"]`);
    if (digit) press(digit);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(word("copied"), "good");
  } catch {
    toast(word("not-copied"), "warn");
  }
}

function insert(element) {
  const field = document.querySelector(element.dataset.inserts);
  if (!field) return;
  field.setRangeText(element.dataset.text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function press(key) {
  key.dispatchEvent(new CustomEvent("keypad", { bubbles: true, detail: { digit: key.dataset.digit } }));
}

// The link's page is a fragment (dialog__head, dialog__body, dialog__foot) that is shown in the page's one dialog.
async function openInDialog(link, event) {
  event.preventDefault();
  const dialog = document.getElementById("dialog");
  dialog.replaceChildren(); // what a refused request leaves must not be the dialog before it
  await htmx.ajax("GET", link.href, { target: "#dialog", swap: "innerHTML" });
  if (!dialog.open && dialog.hasChildNodes()) dialog.showModal();
}
