// The agent's telephone on the provider's network: registered while on duty, in one tab. It answers by itself, because
// what rings it was accepted in the console a moment before.

import { post } from "./forms.js";

const LOOK_EVERY = 10_000;
const FRESH_TOKEN_EVERY = 40 * 60_000; // a token lasts an hour
const place = document.getElementById("telephone");
const mute = place.querySelector("[data-mutes]");
let device = null;
let call = null;
let mine = false;
let working = false;
let tokenAt = 0;

const onDuty = () => (document.getElementById("presence")?.dataset.chosen ?? "offline") !== "offline";

say("elsewhere");
// Two registered tabs would both answer: whoever holds the lock is the telephone, the next one takes over when it closes.
navigator.locks.request("telephone", () => {
  mine = true;
  look();
  return new Promise(() => {});
});
setInterval(look, LOOK_EVERY);
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.elt?.id === "presence") look();
});
mute.addEventListener("click", () => {
  call?.mute(!call.isMuted());
  showMute();
});

// Bring the telephone to what presence asks for; tried again at every look until it is so.
async function look() {
  if (!mine || working) return;
  working = true;
  try {
    if (onDuty()) await beRegistered();
    else if (!call) putAway();
  } catch (error) {
    say(error?.name === "NotAllowedError" || error?.name === "NotFoundError" ? "microphone" : "lost");
  } finally {
    working = false;
  }
}

async function beRegistered() {
  if (!device) return install();
  if (device.state === "unregistered") await device.register();
  if (!call && Date.now() - tokenAt > FRESH_TOKEN_EVERY) await renew();
}

async function install() {
  say("starting");
  // Asked now and not when the first caller is already there; the stream itself is not needed yet.
  const heard = await navigator.mediaDevices.getUserMedia({ audio: true });
  heard.getTracks().forEach((track) => track.stop());
  const token = await freshToken();
  if (!token) return say("refused");
  const made = new Twilio.Device(token, { closeProtection: true, codecPreferences: ["opus", "pcmu"] });
  made.audio?.incoming(false); // the console rings by itself
  made.audio?.disconnect(false);
  made.on("registered", () => say(call ? "talking" : "ready"));
  made.on("unregistered", () => say("lost"));
  made.on("error", () => say("lost"));
  made.on("tokenWillExpire", () => renew());
  made.on("incoming", take);
  device = made;
  await made.register();
}

async function renew() {
  const token = await freshToken();
  if (token) device?.updateToken(token);
}

async function freshToken() {
  const answer = await post("/console/softphone/token");
  if (answer) tokenAt = Date.now();
  return answer?.token;
}

function take(incoming) {
  call = incoming;
  for (const end of ["disconnect", "cancel", "reject"]) incoming.on(end, () => over(incoming));
  incoming.on("error", () => say("lost"));
  incoming.on("mute", showMute);
  incoming.on("accept", () => say("talking"));
  incoming.accept();
  showMute();
}

function over(ended) {
  if (call !== ended) return;
  call = null;
  showMute();
  say(device?.state === "registered" ? "ready" : "lost");
  look();
}

function putAway() {
  device?.destroy();
  device = null;
  say("off");
}

function showMute() {
  mute.hidden = !call;
  mute.setAttribute("aria-pressed", String(Boolean(call?.isMuted())));
}

function say(state) {
  place.dataset.state = state;
  place.querySelector(".telephone__state").textContent = place.dataset[state] ?? "";
}
