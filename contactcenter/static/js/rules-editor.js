// The editor of a set of rules: text that saves itself, and findings as one types.

import { Draft } from "./editor-draft.js";
import { afterSaving, startFindings } from "./editor-findings.js";
import { startLines } from "./editor-lines.js";

const $ = (id) => document.getElementById(id);
const place = $("editor");
const text = $("text");

const draft = new Draft(place, text, { replaced: () => findings.check(), saved: show });
startLines(text, $("numbers"));
const findings = startFindings(place.dataset.findingsUrl, text, show);
text.addEventListener("input", changed);
afterSaving(draft, "dry-run", "publish", "discard");
draft.start();
if (text.value !== text.defaultValue) changed(); // somebody typed before this script was there

function changed() {
  draft.changed();
  findings.changed();
}

function show() {
  $("discard").hidden = !draft.revision;
}
