// Keeps the page true: the socket says what changed, the page pulls the truth; what the socket missed, a catch-up finds.

import { syncClock } from "./clock.js";
import { heardServer, lostServer, startPill } from "./pill.js";
import { isPending, refreshRoom, roomsOf, startRefresh } from "./refresh.js";
import { Seen } from "./seen.js";

const ANSWER = 5000;
const seen = new Seen();
let socket;
let beats = 0;

export function startLive() {
  startPill();
  startRefresh();
  collect();
  socket = io("/", { transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000 });
  socket.on("connect", catchUp);
  socket.on("disconnect", lost);
  socket.on("connect_error", lost);
  socket.on("changed", heard);
  new Worker(new URL("./beat.js", import.meta.url)).onmessage = beat;
  window.addEventListener("focus", catchUp);
  window.addEventListener("online", catchUp);
  document.addEventListener("htmx:afterSwap", () => collect() && catchUp());
}

// Bring the book up to what the page shows now; true when the page shows a room that the server has not been asked for.
function collect() {
  const elements = [...document.querySelectorAll("[data-live-room]")];
  seen.keepOnly(new Set(elements.flatMap(roomsOf).map(([room]) => room)));
  // What is about to be pulled is known to be old.
  const settled = elements.filter((element) => !isPending(element)).flatMap(roomsOf);
  return settled.filter(([room, seq]) => seen.note(room, seq)).length > 0;
}

function beat() {
  if (!socket.connected && !socket.active) socket.connect();
  catchUp();
  beats += 1;
  const onDuty = document.body.hasAttribute("data-heartbeat");
  // Not volatile: such a message is thrown away while the catch-up before it is still on its way out.
  if (onDuty && beats % 2 === 0 && socket.connected) socket.emit("presence.heartbeat");
}

function catchUp() {
  if (!socket.connected) return;
  socket.timeout(ANSWER).volatile.emit("rooms.catch_up", seen.asMap(), (late, answer) => {
    if (late || !answer) return;
    if (answer.now) syncClock(answer.now);
    heardServer();
    for (const room of seen.catchUp(answer)) refreshRoom(room, answer.resync?.includes(room) ? Infinity : answer.rooms[room].seq);
  });
}

function heard(message) {
  heardServer();
  const news = seen.hear(message);
  if (news === "next") refreshRoom(message.room, message.seq, message.kind);
  if (news === "gap") refreshRoom(message.room, message.seq);
  document.dispatchEvent(new CustomEvent("changed", { detail: message }));
}

// A refused socket does not try again by itself; the next beat does.
function lost() {
  lostServer();
}
