// How spans of time are written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { relative, span, stateAt, stopwatch, untilChange } from "../../../contactcenter/static/js/spans.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("a stopwatch counts minutes and seconds, then hours", () => {
  assert.equal(stopwatch(0), "0:00");
  assert.equal(stopwatch(247_900), "4:07");
  assert.equal(stopwatch(HOUR + 2 * MINUTE + 9_000), "1:02:09");
  assert.equal(stopwatch(-5_000), "0:00");
});

test("seconds are shown only under two minutes", () => {
  assert.equal(span(2 * MINUTE - 1, "en"), "1:59");
  assert.equal(span(2 * MINUTE, "en"), "2 min");
  assert.equal(span(-95_000, "en"), "1:35");
});

test("longer spans have at most two units, in the language of the page", () => {
  assert.equal(span(34 * MINUTE, "en"), "34 min");
  assert.equal(span(3 * HOUR + 20 * MINUTE, "en"), "3 hr 20 min");
  assert.equal(span(52 * HOUR, "en"), "2 days 4 hr");
  assert.equal(span(34 * MINUTE, "zh-Hans"), "34分钟");
  assert.equal(span(34 * MINUTE, "zh-Hant"), "34 分鐘");
});

test("relative times become dates after a week", () => {
  const now = Date.UTC(2026, 10, 20, 12);
  assert.equal(relative(now - 30_000, now, "en"), "now");
  assert.equal(relative(now - 5 * MINUTE, now, "en"), "5m ago");
  assert.equal(relative(now + 2 * HOUR, now, "en"), "in 2h");
  assert.equal(relative(now - 5 * MINUTE, now, "zh-Hans"), "5分钟前");
  assert.match(relative(now - 9 * 24 * HOUR, now, "en"), /Nov 1[01]/);
});

test("a running deadline warns and then breaks; a paused or met one stays", () => {
  const badge = { state: "running", due: 1000, warn: 600 };
  assert.equal(stateAt(badge, 599), "running");
  assert.equal(stateAt(badge, 600), "warning");
  assert.equal(stateAt(badge, 1000), "breached");
  assert.equal(stateAt({ ...badge, warn: NaN }, 999), "running");
  for (const state of ["paused", "met", "breached"]) assert.equal(stateAt({ ...badge, state }, 5000), state);
});

test("the next wake-up is exactly when the text changes", () => {
  const text = (left) => `${left <= 0}${stopwatch(Math.abs(left))}`;
  for (const left of [119_400, 61_000, 1, -1, -999, -30_500, -59_999]) {
    const wait = untilChange(left, true);
    assert.ok(wait >= 1 && wait <= 1001, `${left}: ${wait}`);
    assert.notEqual(text(left - wait), text(left), `${left}: woken too early`);
    if (wait > 2) assert.equal(text(left - wait + 2), text(left), `${left}: woken too late`);
  }
  assert.equal(untilChange(5 * MINUTE + 20_000, false), 20_001);
});
