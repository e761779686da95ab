// The simulated phone: one caller in one tab. Captions first: all that is heard can be read, sound only accompanies it.

import { dial } from "./phone-line.js";
import { Ear, tongue, whenThereIsAVoice } from "./phone-sound.js";
import { said } from "./page-words.js";
import { stopwatch } from "./spans.js";
import { toast } from "./toast.js";

const $ = (id) => document.getElementById(id);
const ear = new Ear($("music"));
let call = null;
let own = null; // the number that called from here, where it can be called back
let began = 0;
let clock = 0;
let pressed = null;

// What each event of the line does; whatever is heard is written down as well.
const HEARD = {
  ringing: () => (state("ringing"), ear.ring(true)),
  connected: () => (state("connected"), ear.ring(false), startClock()),
  caption: ({ who, text }) => (stopMusic(), caption(who, text), ear.say(text)),
  waiting: () => state("waiting"),
  music: () => startMusic(),
  joined: () => (stopMusic(), state("joined")),
  talking: () => (stopMusic(), state("talking")),
  held: () => state("held"),
  unheld: () => (stopMusic(), state("talking")),
  beep: () => (ear.beep(), note("beep")),
  recording: () => state("recording"),
  lost_key: ({ text }) => note("lost-key", { key: text }, "warn"),
  lost_speech: ({ text }) => note("lost-speech", { text }, "warn"),
  ended: ({ text }) => over(text),
};

$("setup").addEventListener("submit", begin);
$("from").addEventListener("change", chooseCaller);
$("answer").addEventListener("click", answer);
$("decline").addEventListener("click", () => (own?.decline(), stopRinging()));
$("hang-up").addEventListener("click", () => call?.hangUp());
$("say").addEventListener("submit", speak);
$("sound").addEventListener("change", ({ target }) => ear.enable(target.checked));
$("aloud").addEventListener("change", ({ target }) => ((ear.aloud = target.checked), ear.hush()));
document.addEventListener("keypad", ({ detail }) => press(detail.digit));
document.addEventListener("keydown", keyboard);
window.addEventListener("pagehide", () => (call?.hangUp(), own?.leave()));
whenThereIsAVoice(() => ($("aloud-choice").hidden = false));
chooseCaller();

function chooseCaller() {
  const other = $("from").value === "other";
  $("other").hidden = !other;
  $("number").required = other;
  if (other) $("number").focus();
}

async function begin(event) {
  event.preventDefault();
  const from = ($("from").value === "other" ? $("number").value : $("from").value).replaceAll(" ", "");
  const values = { ...Object.fromEntries(new FormData($("setup"))), from };
  ear.unlock();
  await talk($("to").selectedOptions[0].textContent, "dialing", async () => {
    const dialled = await dial($("setup").dataset.dials, values);
    own?.leave();
    own = dialled.line;
    own?.attend(rung);
    return dialled.call;
  });
}

async function answer() {
  ear.unlock();
  ear.ring(false);
  await talk($("shown").textContent, "connected", () => own.answer());
}

async function talk(with_, word, begun) {
  $("captions").replaceChildren();
  $("nothing").hidden = true;
  $("shown").textContent = with_;
  stage("call");
  state(word);
  try {
    call = await begun();
  } catch (refusal) {
    toast(refusal.message, "warn");
    return stage("idle"), state("idle");
  }
  const mine = call;
  call.listen((happened) => mine === call && HEARD[happened.kind]?.(happened), away);
}

// Somebody calls the number that called from here. Whoever talks already does not notice.
function rung({ kind, who }) {
  if (call) return;
  if (kind === "ringing") return startRinging(who);
  if ($("phone").dataset.stage === "ringing") stopRinging();
}

function startRinging(who) {
  $("shown").textContent = who;
  stage("ringing");
  state("rung");
  ear.ring(true);
}

function stopRinging() {
  ear.ring(false);
  stage("idle");
  state("idle");
}

function speak(event) {
  event.preventDefault();
  const text = $("speech").value.trim();
  if (!text || !call) return;
  $("speech").value = "";
  caption("you", text);
  call.say(text);
}

// Digits and signs of the keyboard are keys of the telephone, except where a person writes.
function keyboard(event) {
  if (!call || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, [data-keypad]")) return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
}

function press(key) {
  if (!call) return;
  ear.hush();
  ear.key(key);
  call.press(key);
  writePressed(key);
}

function writePressed(key) {
  const keys = (pressed?.dataset.keys ?? "") + key;
  pressed ??= line("caption caption--key");
  pressed.dataset.keys = keys;
  pressed.textContent = said("pressed", { keys });
}

function over(how) {
  ear.silence();
  clearInterval(clock);
  clock = 0;
  const known = ["busy", "failed", "no-answer", "gone"];
  const word = known.includes(how) ? `ended-${how}` : "ended";
  note(word);
  if (own) note("reachable");
  call.leave();
  call = null;
  stage("idle");
  state(word);
  hidePlaying();
}

function away(lost) {
  $("phone").toggleAttribute("data-away", lost);
  if (lost) $("state").textContent = said("away");
  else if (call) $("state").textContent = said($("phone").dataset.state);
}

function startClock() {
  if (clock) return;
  began = performance.now();
  $("timer").hidden = false;
  const show = () => ($("timer").textContent = stopwatch(performance.now() - began));
  show();
  clock = setInterval(show, 1000);
}

function startMusic() {
  if ($("playing").hidden) note("music");
  $("playing").hidden = false;
  ear.music(true);
}

function stopMusic() {
  hidePlaying();
  ear.music(false);
}

function hidePlaying() {
  $("playing").hidden = true;
}

function stage(name) {
  $("phone").dataset.stage = name;
  $("setup").hidden = name !== "idle";
  $("talk").hidden = name !== "call";
  $("rung").hidden = name !== "ringing";
  if (name !== "idle") $("timer").hidden = true;
  const first = { idle: $("setup").querySelector("button"), call: $("hang-up"), ringing: $("answer") }[name];
  first.focus({ preventScroll: true });
}

function state(word) {
  $("phone").dataset.state = word;
  if ($("state").textContent !== said(word)) $("state").textContent = said(word);
}

function caption(who, text) {
  const row = line(`caption caption--${who}`);
  const name = document.createElement("span");
  name.className = "caption__who";
  name.textContent = said(`who-${who}`);
  const words = document.createElement("span");
  words.className = "caption__text";
  words.textContent = text;
  words.lang = tongue(text);
  row.append(name, words);
  toEnd();
}

function note(word, values = {}, tone = "") {
  const row = line(`caption caption--note${tone ? ` caption--${tone}` : ""}`);
  row.textContent = said(word, values);
  toEnd();
}

function line(classes) {
  pressed = null;
  for (const row of $("captions").querySelectorAll(".caption--now")) row.classList.remove("caption--now");
  const row = document.createElement("p");
  row.className = `${classes} caption--now`;
  $("captions").append(row);
  toEnd();
  return row;
}

function toEnd() {
  $("captions").scrollTop = $("captions").scrollHeight;
}
