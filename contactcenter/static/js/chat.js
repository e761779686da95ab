// The chat's own page: who is asked to write what, and the two loops that lose nothing and say nothing twice.
// A message stays in the outbox until the server says that it is stored; what is new is asked for by number, whenever a
// socket, a timer, the focus or the network hints at it.

import { meetHost } from "./chat-host.js";
import { Line } from "./chat-line.js";
import { Log } from "./chat-log.js";
import { openOutbox } from "./chat-outbox.js";
import { said } from "./page-words.js";

const POLL = 5000;
const QUIET_POLL = 15000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30000;
const WAITING = new Set(["queued", "offered", "in_ivr"]);
const OVER = new Set(["wrap_up", "completed", "abandoned", "failed"]);
const $ = (id) => document.getElementById(id);
const language = document.documentElement.lang;

const host = await meetHost();
const outbox = await openOutbox();
const log = new Log($("log"), $("down"), retry);
let token = "";
let line;
let last = 0;
let unread = 0;
let partner = "";
let stage = "";
let pause = FIRST_PAUSE;
let wake = () => {};
let pumping = false;
let pumpAgain = false;
let asking = false;
let askAgain = false;
let timer = 0;

$("fold").hidden = !host.framed;
$("fold").addEventListener("click", host.fold);
$("begin").addEventListener("submit", begin);
$("write").addEventListener("submit", write);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) write(event);
});
$("leave").addEventListener("click", askWhetherToLeave);
$("ask-leave").addEventListener("close", () => $("ask-leave").returnValue === "leave" && leave());
$("again").addEventListener("click", () => startAnew());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("ask-leave").open) host.fold();
});
for (const hint of ["focus", "online"]) window.addEventListener(hint, hurry);
host.onShown = (shown) => {
  if (!shown) return;
  unread = 0;
  focusStage();
  hurry();
};
await resume();

// Where were we? A chat that is known goes on; one whose first message is still in the outbox is opened now.
async function resume() {
  if (!host.token) return show("form");
  takeToken(host.token);
  const waiting = await mine();
  for (const message of waiting) log.pending(message);
  show("talk");
  pump();
  await catchUp();
}

function takeToken(secret) {
  token = secret;
  line?.close();
  line = new Line(secret, language, hurry);
}

async function begin(event) {
  event.preventDefault();
  const { name, email, topic, text } = Object.fromEntries(new FormData($("begin")));
  takeToken(newSecret());
  host.keep(token);
  $("begin-error").hidden = true;
  show("talk");
  tell(said("sending-first"));
  await post({ text, first: { name, email, topic } });
}

async function write(event) {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text || stage !== "talk") return;
  $("text").value = "";
  $("text").focus();
  await post({ text });
}

// Into the outbox first, then onto the screen, then out.
async function post(message) {
  const kept = { client_id: newId(), chat: token, at: performance.timeOrigin + performance.now(), ...message };
  await outbox.put(kept);
  log.pending(kept);
  pump();
}

async function retry(message) {
  const { failed, ...fresh } = message;
  await outbox.put(fresh);
  log.pending(fresh);
  pump();
}

// One message at a time, in the order they were written; who cannot be reached is tried again for ever, ever less often.
async function pump() {
  pumpAgain = true;
  wake();
  if (pumping) return;
  pumping = true;
  while (pumpAgain) {
    pumpAgain = false;
    for (let next = await following(); next; next = await following()) await sent(next);
  }
  pumping = false;
}

async function sent(message) {
  const chat = token;
  const answer = await line.send(message);
  if (token !== chat) return;
  if (answer === null) await rest();
  else if (answer.refused !== undefined) await refused(message, answer);
  else await accepted(message);
}

async function following() {
  return (await mine()).find((message) => message.failed === undefined);
}

async function mine() {
  return (await outbox.all()).filter((message) => message.chat === token);
}

async function accepted(message) {
  pause = FIRST_PAUSE;
  await outbox.remove(message.client_id);
  hurry();
}

// What the server will not take is kept with its reason. A first message goes back into its form to be mended.
async function refused(message, { refused: why, status }) {
  if (message.first) {
    await outbox.remove(message.client_id);
    forget();
    fill({ ...message.first, text: message.text });
    $("begin-error").textContent = why;
    $("begin-error").hidden = false;
    return show("form");
  }
  message.failed = why;
  await outbox.put(message);
  log.pending(message);
  if (status === 409 || status === 401) await catchUp();
}

function rest() {
  tell(said("offline"));
  const wait = pause * (0.5 + Math.random());
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  return new Promise((resolve) => {
    const slept = setTimeout(resolve, wait);
    wake = () => {
      clearTimeout(slept);
      resolve();
    };
  });
}

function hurry() {
  if (!token) return;
  pump();
  catchUp();
}

// Ask for everything after the last number that we have; asked while asking, ask once more.
async function catchUp() {
  if (asking) return void (askAgain = true);
  asking = true;
  do {
    askAgain = false;
    await ask();
  } while (askAgain);
  asking = false;
  clearTimeout(timer);
  if (token && stage === "talk") timer = setTimeout(catchUp, document.hidden || !host.shown ? QUIET_POLL : POLL);
}

// Before its first message is stored the chat is not known, so there is nothing to ask.
async function ask() {
  const chat = token;
  if (!token || (await mine()).some((message) => message.first)) return;
  const answer = await line.messages(last);
  if (token !== chat) return;
  if (answer === null) return tell(said("offline"));
  if (answer.refused === undefined) return heard(answer);
  if (answer.status === 401) await startAnew();
}

async function heard({ messages, state, place }) {
  for (const entry of messages) {
    const isNew = log.stored(entry);
    last = Math.max(last, entry.seq);
    if (entry.mine) await outbox.remove(entry.client_id);
    else if (isNew) answered(entry);
  }
  if (OVER.has(state)) return show("over");
  if (stage === "over" || stage === "loading") show("talk");
  line.connect();
  tell(standing(state, place));
}

function answered({ who, text }) {
  partner = who || partner;
  $("announcer").textContent = said("said-by", { who: partner || said("we"), text });
  if (!host.shown || document.hidden) host.unread((unread += 1));
}

function standing(state, place) {
  if (WAITING.has(state)) {
    if (place === 1) return said("next");
    return place ? said("in-line", { n: place }) : said("soon");
  }
  return partner ? said("with", { who: partner }) : said("with-somebody");
}

// The dialog remembers its last answer, and Escape gives none.
function askWhetherToLeave() {
  $("ask-leave").returnValue = "";
  $("ask-leave").showModal();
}

async function leave() {
  if ((await line.end()) === null) return tell(said("offline"));
  await catchUp();
}

// What could not be sent is not thrown away: it stands in the form of the next chat.
async function startAnew() {
  const unsent = await mine();
  for (const message of unsent) await outbox.remove(message.client_id);
  forget();
  fill({ text: unsent.map((message) => message.text).join("\n") });
  show("form");
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) $("begin").elements[name].value = value;
}

function forget() {
  line?.close();
  clearTimeout(timer);
  host.keep("");
  token = "";
  partner = "";
  last = 0;
  log.clear();
}

function show(name) {
  const changed = name !== stage;
  stage = name;
  $("chat").dataset.stage = name;
  $("begin").hidden = name !== "form";
  $("log").hidden = name === "form";
  $("write").hidden = name !== "talk";
  $("leave").hidden = name !== "talk";
  $("over").hidden = name !== "over";
  if (name === "form") tell(said("hello"));
  if (name === "over") {
    line.close();
    tell(said("ended"));
  }
  if (changed && host.shown) focusStage();
}

// Only where a person has the window open; a page must not lose its focus to a chat that it merely carries.
function focusStage() {
  const place = { form: $("begin-error").hidden ? $("name") : $("email"), talk: $("text"), over: $("again") }[stage];
  if (document.hasFocus() || host.framed) place?.focus({ preventScroll: true });
}

function tell(text) {
  if ($("status").textContent !== text) $("status").textContent = text;
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return newSecret();
}

// 32 random bytes: 43 characters of base64url.
function newSecret() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
