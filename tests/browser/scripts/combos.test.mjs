// Names of key combinations.
import assert from "node:assert/strict";
import { test } from "node:test";
import { comboOf, isSingle } from "../../../contactcenter/static/js/combos.js";

const press = (key, more = {}) => comboOf({ key, code: "", ...more });

test("letters are named by their capital, with or without Shift", () => {
  assert.equal(press("r"), "R");
  assert.equal(press("T", { shiftKey: true }), "Shift+T");
  assert.equal(press("A", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+A");
});

test("a sign that needs Shift is named by itself", () => {
  assert.equal(press("?", { shiftKey: true }), "?");
});

test("a digit with Ctrl and Shift is the digit on every keyboard", () => {
  assert.equal(press("!", { code: "Digit1", ctrlKey: true, shiftKey: true }), "Ctrl+Shift+1");
  assert.equal(press("&", { code: "Digit1", ctrlKey: true }), "Ctrl+1");
});

test("the command key of a Mac counts as Ctrl", () => {
  assert.equal(press("Enter", { metaKey: true }), "Ctrl+Enter");
});

test("while an input method is on, a letter is known by its place", () => {
  assert.equal(press("Process", { code: "KeyN" }), "N");
});

test("only combinations without Ctrl or Alt could be meant as text", () => {
  assert.ok(isSingle("R") && isSingle("Shift+T") && isSingle("?"));
  assert.ok(!isSingle("Ctrl+Enter") && !isSingle("Alt+1") && !isSingle("Escape"));
});
