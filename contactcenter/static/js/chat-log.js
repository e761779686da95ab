// The conversation on the screen: stored messages by their number, what is still under way below them.

import { said } from "./page-words.js";

const NEAR = 60;
const DRAWINGS = { waiting: "clock", stored: "check", failed: "alert" };

export class Log {
  #box;
  #down;
  #again;
  #bubbles = new Map();

  constructor(box, down, again) {
    this.#box = box;
    this.#down = down;
    this.#again = again;
    down.addEventListener("click", () => this.#toEnd());
    box.addEventListener("scroll", () => this.#isAtEnd() && (down.hidden = true));
  }

  clear() {
    this.#box.replaceChildren();
    this.#bubbles.clear();
    this.#down.hidden = true;
  }

  // A message that is under way, or that the server refused with `why`.
  pending(message) {
    const bubble = this.#bubbles.get(message.client_id) ?? this.#make(message.client_id, true, message.text);
    if (bubble.dataset.seq) return;
    this.#mark(bubble, message.failed === undefined ? "waiting" : "failed", message);
    if (!bubble.isConnected) this.#insert(bubble, Infinity, true);
  }

  // A message as it is stored; returns true for one that was not shown before.
  stored(entry) {
    const key = entry.client_id ?? `seq:${entry.seq}`;
    const known = this.#bubbles.get(key);
    if (known?.dataset.seq) return false;
    const bubble = known ?? this.#make(key, entry.mine, entry.text);
    if (!entry.mine) this.#name(bubble, entry.who);
    bubble.dataset.seq = entry.seq;
    bubble.title = new Date(entry.at).toLocaleString(document.documentElement.lang);
    this.#mark(bubble, entry.mine ? "stored" : "");
    this.#insert(bubble, entry.seq, entry.mine);
    return !known;
  }

  #make(key, mine, text) {
    const bubble = document.createElement("div");
    bubble.className = mine ? "said said--mine" : "said";
    const body = document.createElement("p");
    body.className = mine ? "bubble bubble--mine" : "bubble";
    body.textContent = text;
    bubble.append(body);
    this.#bubbles.set(key, bubble);
    return bubble;
  }

  #name(bubble, who) {
    const name = document.createElement("span");
    name.className = "said__who";
    name.textContent = who || said("we");
    bubble.prepend(name);
  }

  #mark(bubble, state, message) {
    bubble.dataset.state = state;
    bubble.querySelector(".bubble").dataset.state = state;
    bubble.querySelector(".bubble__state")?.remove();
    if (!state) return;
    const line = document.createElement("span");
    line.className = state === "failed" ? "bubble__state bubble__state--failed" : "bubble__state";
    line.append(drawing(DRAWINGS[state]), state === "failed" ? message.failed || said("failed") : said(state));
    if (state === "failed") line.append(this.#button(message));
    bubble.append(line);
  }

  #button(message) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = said("try-again");
    button.addEventListener("click", () => this.#again(message));
    return button;
  }

  #insert(bubble, seq, mine) {
    const follow = mine || this.#isAtEnd();
    const later = [...this.#box.children].find((one) => one !== bubble && Number(one.dataset.seq ?? Infinity) > seq);
    if (bubble.isConnected ? bubble.nextElementSibling !== (later ?? null) : true) this.#box.insertBefore(bubble, later ?? null);
    if (follow) this.#toEnd();
    else this.#down.hidden = false;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.#down.hidden = true;
  }
}

function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}
