// The editor of a phone menu: text that saves itself, findings as one types, and the picture of what was saved last.

import { Draft, send } from "./menu-draft.js";
import { jump, mark, startLines } from "./menu-lines.js";
import { startPicture } from "./menu-picture.js";

const CHECK_AFTER = 350;
const $ = (id) => document.getElementById(id);
const place = $("editor");
const text = $("text");
let asked = 0;
let timer = 0;

const picture = startPicture(place.dataset.pictureUrl);
const draft = new Draft(place, text, { replaced: check, saved: show });
startLines(text, $("numbers"));
marks();
show();
text.addEventListener("input", () => {
  draft.changed();
  clearTimeout(timer);
  timer = setTimeout(check, CHECK_AFTER);
});
document.addEventListener("click", ({ target }) => {
  const finding = target.closest("[data-line]");
  if (finding) jump(text, Number(finding.dataset.line));
});
for (const id of ["try", "publish", "discard"]) $(id)?.addEventListener("click", afterSaving, true);
draft.start();

// What was asked about an older text is of no use when it comes.
async function check() {
  const mine = ++asked;
  const response = await send(place.dataset.findingsUrl, text.value).catch(() => null);
  if (mine !== asked) return;
  $("unchecked").hidden = Boolean(response?.ok);
  if (!response?.ok) return;
  const found = await response.text();
  if (mine !== asked) return;
  Idiomorph.morph($("findings"), found, { morphStyle: "outerHTML" });
  marks();
  show();
}

function marks() {
  const found = [...$("findings").querySelectorAll("[data-line]")];
  mark($("numbers"), new Map(found.reverse().map(({ dataset }) => [Number(dataset.line), dataset.kind])));
}

// The picture is drawn from what is saved, so it waits for that, and for a text that can be read.
function show() {
  const { readable, languages } = $("findings").dataset;
  $("discard").hidden = !draft.revision;
  if (draft.isSaved) picture.show(readable !== undefined, languages.split(" ").filter(Boolean), draft.revision);
}

// What is tried or published is the draft on the server: first it gets the newest text, then the click goes through.
async function afterSaving(event) {
  if (draft.isSaved) return;
  event.preventDefault();
  event.stopPropagation();
  const link = event.currentTarget;
  if (await draft.flush()) link.click();
}
