// What a written message carries besides its words: an id by which a repetition is recognised, and the last line seen.

const ids = new WeakMap();

export function startSending() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = detail.elt.closest("[data-writes] form");
    if (form !== detail.elt) return;
    if (!ids.has(form)) ids.set(form, newId());
    detail.parameters.client_id = ids.get(form);
    detail.parameters.seen = document.querySelector("[data-seen]")?.value ?? "";
  });
  // Only what arrived gets a new id: a message that is sent again after a broken connection must not be written twice.
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) ids.delete(detail.elt);
  });
}

// crypto.randomUUID is missing on pages that came over plain http from another machine.
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
