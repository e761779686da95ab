// The book of rooms: which number of each room this page has seen, and what a message or an answer means for it. Pure.

export class Seen {
  #rooms = new Map();

  // A room that the page shows, with the number its fragment is true up to. The oldest fragment of a room counts: one that was
  // rendered later says nothing of the others. Returns true for a room new to the book.
  note(room, seq) {
    const known = this.#rooms.get(room);
    this.#rooms.set(room, Math.min(known ?? Infinity, seq || 0));
    return known === undefined;
  }

  // Rooms that no element of the page watches any more.
  keepOnly(rooms) {
    for (const room of this.#rooms.keys()) if (!rooms.has(room)) this.#rooms.delete(room);
  }

  asMap() {
    return Object.fromEntries(this.#rooms);
  }

  // One `changed` message: "old" (seen, or not ours), "next", or "gap" (something in between was missed).
  hear({ room, seq }) {
    const last = this.#rooms.get(room);
    if (last === undefined || seq <= last) return "old";
    this.#rooms.set(room, seq);
    return seq === last + 1 ? "next" : "gap";
  }

  // The answer to a catch-up: the rooms whose fragments must be pulled. A resync is believed even when it goes back.
  catchUp({ rooms = {}, resync = [] }) {
    const stale = new Set(resync);
    for (const [room, { seq }] of Object.entries(rooms)) {
      if (!this.#rooms.has(room)) continue;
      if (seq > this.#rooms.get(room)) stale.add(room);
      if (stale.has(room)) this.#rooms.set(room, seq);
    }
    return [...stale];
  }
}
