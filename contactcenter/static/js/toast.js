// Toasts: a sentence that goes away by itself; what failed stays until it is closed.

import { word } from "./words.js";

const STAYS = 6000;
const DRAWINGS = { good: "check-circle", info: "info", warn: "warning", bad: "alert" };

export function toast(text, kind = "info") {
  const box = document.createElement("div");
  box.className = `toast toast--${kind}`;
  box.setAttribute("role", kind === "bad" || kind === "warn" ? "alert" : "status");
  const said = document.createElement("p");
  said.className = "toast__text";
  said.textContent = text;
  box.append(drawing(DRAWINGS[kind] ?? "info"), said, closer(box));
  document.getElementById("toasts")?.append(box);
  if (kind !== "bad") setTimeout(() => box.remove(), STAYS);
  return box;
}

function closer(box) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--icon button--small";
  button.setAttribute("aria-label", word("close"));
  button.append(drawing("cross"));
  button.addEventListener("click", () => box.remove());
  return button;
}

function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}
