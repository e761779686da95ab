// Rows keep their place while someone points at them or stands in them; what is new is offered and waits.

import { word } from "./words.js";

const held = new WeakSet();

// True when the element is in use: `go` then runs once the person leaves it or asks.
export function hold(element, go) {
  if (!inUse(element)) return false;
  if (held.has(element)) return true;
  held.add(element);
  const offer = fresh();
  element.prepend(offer);
  const leaving = new AbortController();
  const release = () => {
    leaving.abort();
    held.delete(element);
    offer.remove();
    go();
  };
  const maybe = () => setTimeout(() => leaving.signal.aborted || inUse(element) || release());
  offer.firstChild.addEventListener("click", () => {
    element.dataset.liveAsked = "";
    release();
  });
  element.addEventListener("pointerleave", maybe, { signal: leaving.signal });
  element.addEventListener("focusout", maybe, { signal: leaving.signal });
  return true;
}

export function isHeld(element) {
  return held.has(element);
}

function inUse(element) {
  if ("liveAsked" in element.dataset) {
    delete element.dataset.liveAsked;
    return false;
  }
  return element.hasAttribute("data-live-hold")
    && (element.matches(":hover") || element.contains(document.activeElement));
}

function fresh() {
  const place = document.createElement("div");
  place.className = "fresh";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small button--main";
  button.textContent = word("fresh");
  place.append(button);
  return place;
}
