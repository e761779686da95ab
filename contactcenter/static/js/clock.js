// The server's clock as this page knows it. All counting starts from here, never from the device's own clock.

let offset = 0;

export function now() {
  return Date.now() + offset;
}

// `iso` was the server's time at the moment this is called; a page's own head is the first to say it.
export function syncClock(iso) {
  const told = Date.parse(iso);
  if (!Number.isNaN(told)) offset = told - Date.now();
}

export function syncFromPage() {
  const told = document.querySelector('meta[name="server-now"]')?.content;
  const [loading] = performance.getEntriesByType("navigation");
  if (told && loading) offset = Date.parse(told) - (performance.timeOrigin + loading.responseStart);
}
