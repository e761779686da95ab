// One caller's line to the simulated network: dial, press, say, hang up, and everything that is heard, in order.

import { csrfToken } from "./forms.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

// Rejects with the server's sentence.
export async function dial(url, values) {
  const response = await send(url, values);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return new Call(answer.sid);
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

function send(url, values, keepalive = false) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  return fetch(url, { method: "POST", headers, body: new URLSearchParams(values), keepalive });
}
