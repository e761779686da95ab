// The console's own page: the story stays at its newest line, J and K walk the list, wrap-up shows itself, duty is told.

import { startDrafts } from "./drafts.js";
import { startSending } from "./sending.js";
import { choose } from "./tabs.js";

const NEAR = 120;
const chosen = new Set();
let atEnd = true;
let shown = "";
let watched = null;
const resized = new ResizeObserver(scrollStory);

startDrafts();
startSending();
document.addEventListener("htmx:beforeSwap", remember);
document.addEventListener("htmx:afterSwap", settle);
document.addEventListener("htmx:afterSettle", settle);
document.addEventListener("htmx:pushedIntoHistory", toCentre);
settle();

function settle() {
  watchStory();
  scrollStory();
  walkable();
  showChosenPanels();
  selectTab();
  tellDuty();
}

function story() {
  return document.getElementById("story-scroll");
}

// The line of a call and the place to write take room from the story as they grow: its newest line stays in sight.
function watchStory() {
  const place = story();
  if (!place || place === watched) return;
  watched = place;
  resized.disconnect();
  resized.observe(place);
  place.addEventListener("scroll", remember, { passive: true });
}

// Somebody who reads further up is left there; whoever stands at the end sees what comes.
function remember() {
  const place = story();
  if (place) atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < NEAR;
}

function scrollStory() {
  const place = story();
  if (!place) return;
  const about = place.querySelector("[data-story]")?.id ?? "";
  if (about !== shown || atEnd) place.scrollTop = place.scrollHeight;
  shown = about;
}

function walkable() {
  const rows = [...document.querySelectorAll("#work .row")];
  const here = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  rows.forEach((row, i) => {
    const step = { [here + 1]: ["J", "nextName"], [here - 1]: ["K", "previousName"] }[i];
    if (!step) {
      delete row.dataset.key;
      return;
    }
    row.dataset.key = step[0];
    row.dataset.keyName = document.getElementById("console").dataset[step[1]];
  });
}

// A refresh that turns a note into a reply brings new panels, and what is morphed keeps its old visibility.
function showChosenPanels() {
  for (const tab of document.querySelectorAll('[data-writes] [role="tab"][aria-selected="true"]')) choose(tab);
}

// A wrap-up that has just begun brings its tab to the front, once.
function selectTab() {
  for (const place of document.querySelectorAll("[data-selects]")) {
    if (chosen.has(place.dataset.once)) continue;
    chosen.add(place.dataset.once);
    const tab = document.querySelector(place.dataset.selects);
    if (tab) choose(tab);
  }
}

// The heartbeat says that the agent is there; somebody who is offline need not be.
function tellDuty() {
  const presence = document.getElementById("presence");
  document.body.toggleAttribute("data-heartbeat", Boolean(presence) && presence.dataset.chosen !== "offline");
}

function toCentre() {
  const place = document.getElementById("console");
  if (place) place.dataset.pane = "centre";
}
