// The editor of a phone menu: text that saves itself, findings as one types, and the picture of what was saved last.

import { Draft } from "./editor-draft.js";
import { afterSaving, startFindings } from "./editor-findings.js";
import { startLines } from "./editor-lines.js";
import { startPicture } from "./menu-picture.js";

const $ = (id) => document.getElementById(id);
const place = $("editor");
const text = $("text");

const picture = startPicture(place.dataset.pictureUrl);
const draft = new Draft(place, text, { replaced: () => findings.check(), saved: show });
startLines(text, $("numbers"));
const findings = startFindings(place.dataset.findingsUrl, text, show);
show();
text.addEventListener("input", changed);
afterSaving(draft, "try", "publish", "discard");
draft.start();
if (text.value !== text.defaultValue) changed(); // somebody typed before this script was there

function changed() {
  draft.changed();
  findings.changed();
}

// The picture is drawn from what is saved, so it waits for that, and for a text that can be read.
function show() {
  const { readable, languages } = $("findings").dataset;
  $("discard").hidden = !draft.revision;
  if (draft.isSaved) picture.show(readable !== undefined, languages.split(" ").filter(Boolean), draft.revision);
}
