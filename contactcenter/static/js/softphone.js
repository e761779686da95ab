// The agent's telephone on the simulated line: registered while on duty, captions of what is said, a way to speak.

import { csrfToken, post } from "./forms.js";

const REGISTER_EVERY = 10000;
const AGAIN_AFTER = 3000;
const MOST_LINES = 200;
const place = document.getElementById("softphone");
const captions = place.querySelector(".softphone__captions");
const form = place.querySelector("form");
let after = 0;
let listening = false;

const onDuty = () => (document.getElementById("presence")?.dataset.chosen ?? "offline") !== "offline";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (!text || !(await post("/softphone/say", { text }))) return;
  add("agent", text); // the telephone tells what it hears, not what is said into it
  form.reset();
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.elt?.id === "presence") register();
});
setInterval(register, REGISTER_EVERY);
register();

// Being registered runs out by itself on the other side, so that a closed page takes no calls.
async function register() {
  if (!onDuty()) return;
  try {
    const answer = await fetch("/softphone/register", { method: "POST", headers: { "X-CSRFToken": csrfToken() } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { last } = await answer.json();
    if (last < after) after = 0; // the simulator was started anew
    if (!listening) listen();
  } catch {
    say("lost");
  }
}

async function listen() {
  listening = true;
  while (onDuty()) {
    try {
      const answer = await fetch(`/softphone/events?after=${after}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { events, last, over } = await answer.json();
      events.forEach(hear);
      after = Math.max(after, last);
      if (over) break; // not registered any more; the next registration listens again
    } catch {
      say("lost");
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
    }
  }
  listening = false;
}

function hear({ kind, text, who }) {
  if (kind === "caption") return add(who, text);
  if (kind === "ringing") captions.replaceChildren();
  say(kind);
  place.hidden = kind === "ended";
}

function say(state) {
  const words = place.dataset[state];
  if (words) place.querySelector(".softphone__state").textContent = words;
}

function add(who, text) {
  const line = document.createElement("p");
  const name = document.createElement("span");
  name.className = "caption__who";
  name.textContent = { agent: place.dataset.me, customer: place.dataset.caller }[who] ?? place.dataset.system;
  line.append(name, text);
  captions.append(line);
  while (captions.childElementCount > MOST_LINES) captions.firstElementChild.remove();
  captions.scrollTop = captions.scrollHeight;
}
