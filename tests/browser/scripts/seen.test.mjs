// The book of rooms: nothing is missed, nothing is pulled twice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen } from "../../../contactcenter/static/js/seen.js";

function bookAt(rooms) {
  const seen = new Seen();
  for (const [room, seq] of Object.entries(rooms)) seen.note(room, seq);
  return seen;
}

test("the next number is news, the same number again is old", () => {
  const seen = bookAt({ "case:7": 4 });
  assert.equal(seen.hear({ room: "case:7", seq: 5 }), "next");
  assert.equal(seen.hear({ room: "case:7", seq: 5 }), "old");
  assert.equal(seen.hear({ room: "case:7", seq: 3 }), "old");
  assert.deepEqual(seen.asMap(), { "case:7": 5 });
});

test("a skipped number is a gap", () => {
  assert.equal(bookAt({ "case:7": 4 }).hear({ room: "case:7", seq: 6 }), "gap");
});

test("a room that the page does not show is no news", () => {
  assert.equal(bookAt({ "case:7": 4 }).hear({ room: "case:8", seq: 1 }), "old");
});

test("a catch-up names the rooms that moved on, and only those", () => {
  const seen = bookAt({ "case:7": 4, "agent:1": 9 });
  assert.deepEqual(seen.catchUp({ rooms: { "case:7": { seq: 6 }, "agent:1": { seq: 9 } } }), ["case:7"]);
  assert.deepEqual(seen.catchUp({ rooms: { "case:7": { seq: 6 } } }), []);
});

test("a resync is pulled even when its number went back", () => {
  const seen = bookAt({ "case:7": 40 });
  assert.deepEqual(seen.catchUp({ rooms: { "case:7": { seq: 2 } }, resync: ["case:7"] }), ["case:7"]);
  assert.equal(seen.hear({ room: "case:7", seq: 3 }), "next");
});

test("a fragment rendered later says nothing of the others of its room: the next number is still news", () => {
  const seen = bookAt({ "case:7": 4 });
  assert.equal(seen.note("case:7", 5), false);
  assert.deepEqual(seen.asMap(), { "case:7": 4 });
  assert.equal(seen.hear({ room: "case:7", seq: 5 }), "next");
});

test("a fragment rendered earlier takes the book back, so that the next catch-up pulls it", () => {
  const seen = bookAt({ "case:7": 6 });
  assert.equal(seen.note("case:7", 5), false);
  assert.deepEqual(seen.catchUp({ rooms: { "case:7": { seq: 6 } } }), ["case:7"]);
});

test("rooms that no element shows are forgotten", () => {
  const seen = bookAt({ "case:7": 4, "case:8": 1 });
  seen.keepOnly(new Set(["case:8"]));
  assert.deepEqual(seen.asMap(), { "case:8": 1 });
  assert.equal(seen.note("case:9", 0), true);
});
