// What is wrong with a text, asked of the server as one types, marked beside its lines and led to by a click.

import { send } from "./editor-draft.js";
import { jump, mark } from "./editor-lines.js";

const CHECK_AFTER = 350;
const $ = (id) => document.getElementById(id);

// `shown` is called whenever other findings stand on the page. Returns what to call after each change, and to ask at once.
export function startFindings(url, text, shown) {
  let asked = 0;
  let timer = 0;

  // What was asked about an older text is of no use when it comes.
  async function check() {
    const mine = ++asked;
    const response = await send(url, text.value).catch(() => null);
    if (mine !== asked) return;
    $("unchecked").hidden = Boolean(response?.ok);
    if (!response?.ok) return;
    const found = await response.text();
    if (mine !== asked) return;
    Idiomorph.morph($("findings"), found, { morphStyle: "outerHTML" });
    marks();
    shown();
  }

  function changed() {
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_AFTER);
  }

  document.addEventListener("click", ({ target }) => {
    const finding = target.closest("[data-line]");
    if (finding) jump(text, Number(finding.dataset.line));
  });
  marks();
  return { changed, check };
}

function marks() {
  const found = [...$("findings").querySelectorAll("[data-line]")];
  mark($("numbers"), new Map(found.reverse().map(({ dataset }) => [Number(dataset.line), dataset.kind])));
}

// What is tried or published is the draft on the server: first it gets the newest text, then the click goes through.
export function afterSaving(draft, ...ids) {
  for (const id of ids) {
    $(id)?.addEventListener("click", async (event) => {
      if (draft.isSaved) return;
      event.preventDefault();
      event.stopPropagation();
      const link = event.currentTarget;
      if (await draft.flush()) link.click();
    }, true);
  }
}
