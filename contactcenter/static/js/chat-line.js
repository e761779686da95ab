// The line to the server: a socket for speed, plain requests for certainty. Every answer is one of three:
// {…} as the server said it, {refused: sentence, status}, or null when nobody could be reached.

const ANSWER = 5000;

export class Line {
  #socket;
  #token;
  #language;

  // `heard` is called when something may be new: a change was told, or the socket is back.
  constructor(token, language, heard) {
    this.#token = token;
    this.#language = language;
    this.heard = heard;
  }

  get live() {
    return Boolean(this.#socket?.connected);
  }

  // The server knows the token from the first message on; a socket that it refused does not try again by itself.
  connect() {
    if (this.#socket && !this.#socket.connected && !this.#socket.active) this.#socket.connect();
    if (this.#socket || typeof io === "undefined") return;
    this.#socket = io("/visitor", {
      auth: { token: this.#token },
      transports: ["websocket"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 30000,
      randomizationFactor: 0.5,
    });
    this.#socket.on("connect", () => this.heard());
    this.#socket.on("changed", () => this.heard());
    this.#socket.on("disconnect", (why) => why === "io server disconnect" && this.#socket.connect());
  }

  close() {
    this.#socket?.disconnect();
    this.#socket = undefined;
  }

  async send(message) {
    if (message.first) return this.#request("POST", "/widget/open", { ...message.first, ...bare(message) });
    return (this.live && (await this.#emit(bare(message)))) || this.#request("POST", "/widget/messages", bare(message));
  }

  messages(after) {
    return this.#request("GET", `/widget/messages?after=${after}`);
  }

  end() {
    return this.#request("POST", "/widget/end", {});
  }

  async #emit(message) {
    const said = { ...message, token: this.#token, language: this.#language };
    try {
      const answer = await this.#socket.timeout(ANSWER).emitWithAck("message.send", said);
      return answer?.stored ? answer : answer ? { refused: answer.why, status: answer.status } : null;
    } catch {
      return null;
    }
  }

  async #request(method, path, said) {
    const headers = { Authorization: `Bearer ${this.#token}`, Accept: "application/json" };
    const url = `${path}${path.includes("?") ? "&" : "?"}lang=${this.#language}`;
    try {
      const body = said && JSON.stringify(said);
      const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(ANSWER * 2) });
      if (response.ok) return await response.json();
      return busy(response.status) ? null : { refused: await sentenceOf(response), status: response.status };
    } catch {
      return null;
    }
  }
}

// A server that is overloaded or starting has refused nothing: it is asked again.
function busy(status) {
  return status >= 500 || status === 429 || status === 408;
}

async function sentenceOf(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title || "";
  } catch {
    return "";
  }
}

function bare({ client_id, text }) {
  return { client_id, text };
}
