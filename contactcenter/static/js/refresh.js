// Pulling fragments anew: each element with data-live-url is fetched and morphed in place, at most once per moment.

import { hold, isHeld } from "./hold.js";

const MOMENT = 150;
const RETRY = 5000;
const GIVEN_UP_AFTER = 8000; // a pull that is lost on the way must not be the last one of its fragment
const waiting = new Map();
const busy = new Set();
const gone = new WeakSet(); // refused for good, until there is something new in their rooms

export function roomsOf(element) {
  const seqs = (element.dataset.liveSeq ?? "").split(" ");
  return element.dataset.liveRoom.split(" ").filter(Boolean).map((room, i) => [room, Number(seqs[i]) || 0]);
}

// The room has come to `seq`. `kind` is left out when messages were missed: then everything older in the room is pulled.
export function refreshRoom(room, seq, kind) {
  for (const element of document.querySelectorAll("[data-live-room]")) {
    const place = roomsOf(element).findIndex(([name, own]) => name === room && own < seq);
    if (place < 0) continue;
    const kinds = element.dataset.liveKinds?.split(" ");
    if (!kind || !kinds || kinds.includes(kind)) refresh(element);
    else passOver(element, place, seq);
  }
}

// What an element does not show leaves it true up to this number, if it was up to the one before.
function passOver(element, place, seq) {
  const seqs = roomsOf(element).map(([, own]) => own);
  if (seqs[place] === seq - 1 && !isPending(element)) {
    seqs[place] = seq;
    element.dataset.liveSeq = seqs.join(" ");
  }
}

// Known to be old: about to be pulled, held back by whoever points at it, or refused.
export function isPending(element) {
  return waiting.has(element) || busy.has(element) || isHeld(element) || gone.has(element);
}

export function refresh(element, after = MOMENT) {
  if (waiting.has(element)) return;
  waiting.set(element, setTimeout(() => {
    waiting.delete(element);
    if (!element.isConnected) return;
    if (busy.has(element)) refresh(element);
    else if (!hold(element, () => refresh(element, 0))) pull(element);
  }, after));
}

function pull(element) {
  busy.add(element);
  gone.delete(element);
  const url = element.dataset.liveUrl;
  const over = () => (clearTimeout(patience), busy.delete(element));
  const patience = setTimeout(() => {
    htmx.trigger(element, "htmx:abort");
    over();
    refresh(element);
  }, GIVEN_UP_AFTER);
  htmx.ajax("GET", url, { source: element, target: element, swap: "morph:outerHTML" }).catch(() => {}).finally(over);
}

// What the person or a script of ours set on an element stays when fresh markup is morphed over it.
const KEPT = {
  open: "details, dialog",
  hidden: '[role="tabpanel"]',
  tabindex: '[role="tab"]',
  "aria-selected": '[role="tab"]',
  "aria-keyshortcuts": "[data-key]",
  title: "[data-key], time, .deadline",
};

function mayUpdate(name, element) {
  return !(name in KEPT && element.matches(KEPT[name]));
}

// A fragment that could not be pulled is tried again; one that is gone or no longer ours is not.
export function startRefresh() {
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = mayUpdate;
  // What is being written stays; but a button that has the focus must get its new word ("Hold" becomes "Resume").
  document.addEventListener("htmx:beforeSwap", () => {
    Idiomorph.defaults.ignoreActiveValue = document.activeElement.matches("input, textarea, select");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const element = detail.elt;
    const lost = !detail.successful && (detail.xhr.status === 0 || detail.xhr.status >= 500);
    if (lost && busy.has(element)) refresh(element, RETRY);
    if (!lost && !detail.successful && busy.has(element)) gone.add(element);
  });
}
