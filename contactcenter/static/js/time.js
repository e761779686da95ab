// Every moving time on the page: relative times, stopwatches and deadline badges. It wakes only when a text will change.

import { now, syncFromPage } from "./clock.js";
import { FAST, exact, relative, span, stateAt, stopwatch, untilChange } from "./spans.js";

const language = () => document.documentElement.lang || "en";
const zone = () => document.documentElement.dataset.zone || undefined;
let timer = 0;

export function startTime() {
  syncFromPage();
  tick();
  document.addEventListener("htmx:afterSwap", tick);
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}

export function tick() {
  clearTimeout(timer);
  const waits = [...document.querySelectorAll("[data-at], [data-since], [data-due]")].map(paint);
  if (waits.length) timer = setTimeout(tick, Math.min(...waits));
}

// Write one element's text; say how many milliseconds later it must be written again.
function paint(element) {
  const { at, since, due } = element.dataset;
  if (due) return paintDeadline(element, Date.parse(due));
  const instant = Date.parse(at ?? since);
  const passed = now() - instant;
  write(element, since ? stopwatch(passed) : relative(instant, now(), language()));
  title(element, instant);
  return untilChange(-passed, Boolean(since));
}

function paintDeadline(badge, due) {
  const left = due - now();
  const state = stateAt({ state: badge.dataset.state, due, warn: Date.parse(badge.dataset.warn ?? "") }, now());
  if (state !== badge.dataset.state) change(badge, state);
  const time = badge.querySelector(".deadline__time");
  if (time) write(time, span(left, language()));
  title(badge, due);
  return untilChange(left, Math.abs(left) < FAST + 1000);
}

function change(badge, state) {
  badge.dataset.state = state;
  const said = badge.querySelector(".deadline__word");
  if (said) write(said, said.dataset[state]);
  if (badge.hasAttribute("data-announce")) announce(badge.textContent.trim());
  badge.dispatchEvent(new CustomEvent("deadline", { bubbles: true, detail: { state } }));
}

function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

function title(element, instant) {
  const text = exact(instant, language(), zone());
  if (element.title !== text) element.title = text;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
