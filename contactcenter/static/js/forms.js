// What all requests of a page have in common: the CSRF header, and refusals shown as sentences.

import { toast } from "./toast.js";
import { word } from "./words.js";

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function startForms() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (!isLive(detail.elt) && !saidInPlace(detail)) refused(detail.xhr.status, detail.xhr.responseText);
  });
  document.addEventListener("htmx:sendError", ({ detail }) => {
    if (!isLive(detail.elt)) toast(word("unreachable"), "bad");
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.successful || !detail.elt.hasAttribute("data-clears")) return;
    detail.elt.reset();
    detail.elt.closest("dialog")?.close();
  });
  // The server may answer with the header HX-Trigger: {"toast": {"text": "…", "kind": "good"}}.
  document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.kind));
}

// For scripts that do not go through htmx: posts a form, answers the decoded JSON, or null after showing the refusal.
export async function post(url, values = {}) {
  const headers = { "X-CSRFToken": csrfToken(), Accept: "application/json" };
  let response;
  try {
    response = await fetch(url, { method: "POST", headers, body: new URLSearchParams(values) });
  } catch {
    toast(word("unreachable"), "bad");
    return null;
  }
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : {};
  refused(response.status, text);
  return null;
}

// A form in a dialog has a place of its own for a refusal: a toast would stand behind the dialog.
function saidInPlace({ elt, xhr }) {
  const place = elt.querySelector("[data-refusal]");
  if (!place) return false;
  place.textContent = sentenceOf(xhr.responseText) ?? word("refused", { status: xhr.status });
  place.hidden = false;
  return true;
}

// A refusal is problem+json: its detail is a sentence for the person. 4xx about the state of things is no alarm.
function refused(status, text) {
  const expected = status === 409 || status === 422 || status === 429;
  toast(sentenceOf(text) ?? word(status === 401 ? "signed-out" : "refused", { status }), expected ? "warn" : "bad");
}

function sentenceOf(text) {
  try {
    const problem = JSON.parse(text);
    return problem.detail || problem.title || undefined;
  } catch {
    return undefined;
  }
}

// Fragments that refresh themselves try again quietly; the pill tells that the page is behind.
function isLive(element) {
  return element.hasAttribute("data-live-url");
}
