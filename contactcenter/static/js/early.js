// What a person sends before the page's scripts are there is kept until they are (so this one is no module). Left to the
// browser, such a form would only load the page again: an offer would go unanswered, a presence unsaid.

(() => {
  let ready = false;
  const waiting = [];
  document.addEventListener("DOMContentLoaded", () => {
    ready = true;
    waiting.splice(0).forEach(send);
  });
  document.addEventListener(
    "submit",
    (event) => {
      const { target: form, submitter } = event;
      if (!form.hasAttribute("hx-post") || form["htmx-internal-data"]?.initHash !== undefined) return;
      event.preventDefault();
      event.stopPropagation();
      // A form is not sent again while it is being sent: hence the next turn.
      if (ready) setTimeout(send, 0, { form, submitter });
      else waiting.push({ form, submitter });
    },
    true,
  );

  function send({ form, submitter }) {
    if (!form.isConnected) return;
    const menu = form.closest("[data-menu]");
    if (menu) menu.open = false; // nobody was there to close it
    htmx.process(form);
    form.requestSubmit(submitter);
  }
})();
