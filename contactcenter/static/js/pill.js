// The connection pill: Live, n s behind, Reconnecting, Back. It tells the age of what the page shows, never a hope.

import { word } from "./words.js";

const BEHIND = 8000; // one catch-up comes every 5 s; later than this, the page is behind
const BACK = 3000;
let heard = performance.now();
let lostAt = 0;
let backAt = -BACK;

export function startPill() {
  setInterval(show, 1000);
}

export function heardServer() {
  heard = performance.now();
  if (lostAt) backAt = heard;
  lostAt = 0;
  show();
}

export function lostServer() {
  lostAt ||= performance.now();
  show();
}

function show() {
  const pill = document.getElementById("connection");
  if (!pill) return;
  const [state, text] = situation(performance.now());
  if (pill.dataset.connection !== state) pill.dataset.connection = state;
  const place = pill.querySelector("[data-pill-word]");
  if (place.textContent !== text) place.textContent = text;
}

function situation(at) {
  if (lostAt) return ["reconnecting", word("reconnecting")];
  if (at - heard > BEHIND) return ["behind", word("behind", { n: Math.round((at - heard) / 1000) })];
  if (at - backAt < BACK) return ["back", word("back")];
  return ["live", word("live")];
}
