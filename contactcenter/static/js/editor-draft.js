// A draft that saves itself. What is not on the server yet is kept in this browser, so no text is lost by a signed-out
// session, a server that is away, or a page that is closed.

import { csrfToken } from "./forms.js";
import { said } from "./page-words.js";

const SAVE_AFTER = 800;
const AGAIN_AFTER = 5000;
const TRIES = 2;
const $ = (id) => document.getElementById(id);

export class Draft {
  #place;
  #text;
  #told;
  #timer = 0;
  #saving = null;
  #state = "saved";
  #kept = true;

  constructor(place, text, told) {
    this.#place = place;
    this.#text = text;
    this.#told = told;
    this.revision = Number(place.dataset.revision);
    $("take-theirs").addEventListener("click", () => this.#takeTheirs());
    $("keep-mine").addEventListener("click", () => this.#keepMine());
    window.addEventListener("beforeunload", (event) => {
      if (!this.isSaved && !this.#kept) event.preventDefault();
    });
  }

  get isSaved() {
    return this.#state === "saved";
  }

  // Bring back what this browser holds and the server does not.
  start() {
    const kept = this.#read();
    if (!kept || kept.text === this.#text.value) return this.#forget();
    const newest = kept.revision === this.revision;
    this.#text.value = kept.text;
    this.#text.dispatchEvent(new Event("lines"));
    if (newest) this.changed();
    else this.#overtaken(said("elsewhere"));
    if (newest) this.#say("restored");
    this.#told.replaced();
  }

  changed() {
    this.#keep();
    if (this.#state === "overtaken") return;
    this.#turn("unsaved");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), SAVE_AFTER);
  }

  // True when the server has the text as it stands now.
  async flush() {
    clearTimeout(this.#timer);
    await this.#saving;
    if (this.isSaved) return true;
    if (this.#state === "overtaken") return false;
    this.#saving = this.#save();
    await this.#saving;
    this.#saving = null;
    return this.isSaved;
  }

  async #save() {
    const body = this.#text.value;
    const response = await send(`${this.#place.dataset.draftUrl}?revision=${this.revision}`, body).catch(() => null);
    if (response?.ok) return this.#saved((await response.json()).revision, body);
    const why = response && (await sentenceOf(response));
    if (response?.status === 409) return this.#overtaken(why);
    if (response?.status === 401) this.#turn("signed-out");
    else if (!response || response.status >= 500 || response.status === 400) this.#turn("away");
    else return this.#turn("refused", { why: why ?? said("gone") }); // the same text would be refused again
    this.#timer = setTimeout(() => this.flush(), AGAIN_AFTER);
  }

  #saved(revision, body) {
    this.revision = revision;
    if (this.#text.value !== body) return this.changed();
    this.#forget();
    $("overtaken").hidden = true;
    this.#turn("saved");
    this.#told.saved();
  }

  #overtaken(why) {
    $("overtaken-why").textContent = why;
    $("overtaken").hidden = false;
    this.#turn("overtaken", {}, "unsaved");
  }

  async #takeTheirs() {
    const theirs = await this.#ask();
    if (!theirs) return;
    this.#text.value = theirs.body;
    this.#text.dispatchEvent(new Event("lines"));
    this.#saved(theirs.revision, this.#text.value);
    this.#told.replaced();
    this.#text.focus();
  }

  async #keepMine() {
    const theirs = await this.#ask();
    if (!theirs) return;
    this.revision = theirs.revision;
    this.#turn("unsaved");
    await this.flush();
    this.#text.focus();
  }

  async #ask() {
    const response = await fetch(this.#place.dataset.draftUrl, { headers: { Accept: "application/json" } }).catch(() => null);
    if (response?.ok) return response.json();
    this.#say(response?.status === 401 ? "signed-out" : "away");
    return null;
  }

  #turn(state, values = {}, word = state) {
    const before = this.#state;
    this.#state = state;
    if (state !== before || values.why) this.#say(word, values);
  }

  #say(word, values = {}) {
    const place = $("saved");
    place.dataset.state = word;
    place.textContent = said(word, values);
  }

  #keep() {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ text: this.#text.value, revision: this.revision }));
      this.#kept = true;
    } catch {
      this.#kept = false; // no room, or not allowed: then leaving the page asks first
    }
  }

  #forget() {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      this.#kept = false;
    }
  }

  #read() {
    try {
      return JSON.parse(localStorage.getItem(this.#key));
    } catch {
      return null;
    }
  }

  get #key() {
    return `${this.#place.dataset.kind}:${this.#place.dataset.who}:${this.#place.dataset.name}`; // a browser may have several people
  }
}

// Whoever signed in again in another tab has a new token: it is fetched, and the request made once more.
export async function send(url, body) {
  let response;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "text/plain; charset=utf-8", Accept: "application/json" };
    response = await fetch(url, { method: "POST", headers, body });
    if (response.status !== 400) return response;
    await renewToken();
  }
  return response;
}

async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
  if (fresh) document.querySelector('meta[name="csrf-token"]').content = fresh;
}

async function sentenceOf(response) {
  const problem = await response.json().catch(() => null);
  return problem?.detail ?? problem?.title;
}
