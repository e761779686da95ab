// One caller's line to the simulated network: dial, press, say, hang up, and everything that is heard, in order.

import { csrfToken } from "./forms.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
const ATTEND_EVERY = 10000;

// The call, and the line on which this page can be called back, if there is one. Rejects with the server's sentence.
export async function dial(url, values) {
  const { sid, line } = await asked(url, values);
  return { call: new Call(sid), line: line ? new Line(line) : null };
}

// A number at which this page is reached: the network is told so again and again, and tells who calls.
class Line {
  #url;
  #after = 0;
  #over = false;

  constructor(name) {
    this.#url = `/phone/lines/${encodeURIComponent(name)}`;
  }

  async answer() {
    return new Call((await asked(`${this.#url}/answer`, {})).sid);
  }

  decline() {
    return send(`${this.#url}/decline`, {}).catch(() => {});
  }

  leave() {
    this.#over = true;
  }

  // Calls `heard` with what happens to the number, from now on, until the line is left.
  async attend(heard) {
    this.#after = await this.#register();
    const renewing = setInterval(() => this.#renew(), ATTEND_EVERY);
    while (!this.#over) {
      const answer = await this.#ask();
      for (const event of answer?.events ?? []) if (!this.#over) heard(event);
      if (answer) this.#after = answer.last;
      if (!answer || answer.over) await new Promise((resolve) => setTimeout(resolve, LONGEST_PAUSE));
    }
    clearInterval(renewing);
  }

  async #renew() {
    if ((await this.#register()) < this.#after) this.#after = 0; // the simulator was started anew
  }

  async #register() {
    return asked(`${this.#url}/attend`, {}).then(({ last }) => last).catch(() => this.#after);
  }

  async #ask() {
    try {
      const response = await fetch(`${this.#url}/events?after=${this.#after}`, { headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }
}

class Call {
  #url;
  #keys = "";
  #sending = false;
  #over = false;

  constructor(sid) {
    this.#url = `/phone/calls/${encodeURIComponent(sid)}`;
  }

  // Keys go out in the order they were pressed; what is pressed meanwhile travels together.
  async press(key) {
    this.#keys += key;
    if (this.#sending) return;
    this.#sending = true;
    while (this.#keys) {
      const digits = this.#keys;
      this.#keys = "";
      await send(`${this.#url}/press`, { digits }).catch(() => {});
    }
    this.#sending = false;
  }

  say(text) {
    return send(`${this.#url}/say`, { text }).catch(() => {});
  }

  // Also sent while the page is being left.
  hangUp() {
    return send(`${this.#url}/hangup`, {}, true).catch(() => {});
  }

  leave() {
    this.#over = true;
  }

  // Calls `heard` with every event until the call is over, and `away(true|false)` when the line to the server goes or is back.
  async listen(heard, away) {
    let after = 0;
    let pause = FIRST_PAUSE;
    while (!this.#over) {
      const answer = await this.#ask(after);
      if (answer === "gone") return heard({ kind: "ended", text: "gone", who: "system" });
      away(answer === null);
      if (answer === null) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        continue;
      }
      pause = FIRST_PAUSE;
      after = answer.last;
      for (const event of answer.events) if (!this.#over) heard(event);
      this.#over ||= answer.over && !answer.events.length;
    }
  }

  async #ask(after) {
    try {
      const response = await fetch(`${this.#url}/events?after=${after}`, { headers: { Accept: "application/json" } });
      if (response.status === 404) return "gone";
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }
}

async function asked(url, values) {
  const response = await send(url, values);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer;
}

function send(url, values, keepalive = false) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(values), keepalive });
}
