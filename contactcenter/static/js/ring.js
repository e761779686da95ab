// Ringing: the countdown round Accept, the tone, the flashing title and the desktop notice, for as long as a card is there.

import { now } from "./clock.js";
import { startRinging, stopRinging, unlockSound } from "./sound.js";
import { word } from "./words.js";

const cards = () => [...document.querySelectorAll("[data-ring]")];
const told = new Set();
let turning = 0;
let title = "";

export function startRing() {
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, () => unlockSound().catch(() => {}), { once: true });
  }
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-unlocks-sound]")) onDuty();
  });
  document.addEventListener("htmx:afterSwap", look);
  look();
}

function onDuty() {
  unlockSound().catch(() => {});
  if ("Notification" in window && Notification.permission === "default") Notification.requestPermission();
}

export function look() {
  const here = cards();
  here.forEach(announce);
  if (here.length && !turning) begin();
  if (!here.length && turning) end();
}

function begin() {
  title = document.title;
  turning = setInterval(turn, 250);
  startRinging();
  turn();
}

function end() {
  clearInterval(turning);
  turning = 0;
  document.title = title;
  stopRinging();
}

function turn() {
  const here = cards();
  if (!here.length) return end();
  here.forEach(paint);
  const calling = Math.floor(now() / 1000) % 2 === 0;
  document.title = calling ? word("ringing", { who: here[0].dataset.said }) : title;
}

// The server decides when an offer is over; the ring stops at 0 and waits to be taken away.
function paint(card) {
  const left = Math.max(0, Date.parse(card.dataset.expires) - now());
  const part = Math.min(1, left / (1000 * Number(card.dataset.seconds)));
  card.querySelector(".countdown__arc")?.setAttribute("stroke-dashoffset", String(100 * (1 - part)));
  const place = card.querySelector("[data-seconds-left]");
  const text = String(Math.ceil(left / 1000));
  if (place && place.textContent !== text) place.textContent = text;
}

function announce(card) {
  if (told.has(card.dataset.ring)) return;
  told.add(card.dataset.ring);
  const said = word("ringing", { who: card.dataset.said });
  const place = document.getElementById("announcer");
  if (place) place.textContent = said;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notice = new Notification(said, { tag: `ring-${card.dataset.ring}` });
  notice.onclick = () => window.focus();
}
