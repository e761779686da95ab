// How spans of time are written. Pure: milliseconds and a language in, text out.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const FAST = 2 * MINUTE; // below this, seconds are shown

const two = (number) => String(number).padStart(2, "0");

// 4:07, 1:02:09: a stopwatch.
export function stopwatch(ms) {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

// What is left or overrun: 1:52, 34 min, 3 hr 20 min, 2 days 4 hr.
export function span(ms, language) {
  const size = Math.abs(ms);
  if (size < FAST) return stopwatch(size);
  if (size < HOUR) return unit(Math.floor(size / MINUTE), "minute", language);
  if (size < DAY) return pair(Math.floor(size / MINUTE), 60, "hour", "minute", language);
  return pair(Math.floor(size / HOUR), 24, "day", "hour", language);
}

function pair(amount, per, large, small, language) {
  const rest = amount % per;
  const head = unit(Math.floor(amount / per), large, language);
  return rest ? `${head} ${unit(rest, small, language)}` : head;
}

function unit(amount, name, language) {
  return new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short" }).format(amount);
}

// "now", "5m ago", "in 2h"; a date when it is a week away or more.
export function relative(at, now, language) {
  const away = at - now;
  const size = Math.abs(away);
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "narrow" });
  if (size < MINUTE) return words.format(0, "second");
  if (size < HOUR) return words.format(Math.trunc(away / MINUTE), "minute");
  if (size < DAY) return words.format(Math.trunc(away / HOUR), "hour");
  if (size < 7 * DAY) return words.format(Math.trunc(away / DAY), "day");
  const year = size > 180 * DAY ? "numeric" : undefined;
  return new Intl.DateTimeFormat(language, { month: "short", day: "numeric", year }).format(at);
}

export function exact(at, language, timeZone) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long", timeZone }).format(at);
}

// The state a deadline has by now, from the one the server gave: running turns to warning, both turn to breached.
export function stateAt({ state, due, warn }, now) {
  if (state !== "running" && state !== "warning") return state;
  if (now >= due) return "breached";
  return warn && now >= warn ? "warning" : state;
}

// How long until the text of a span (or of a relative time, which is never fast) changes next.
export function untilChange(ms, fast) {
  const step = fast ? SECOND : MINUTE;
  const past = ((ms % step) + step) % step;
  return ms > 0 ? past + 1 : past || step;
}
