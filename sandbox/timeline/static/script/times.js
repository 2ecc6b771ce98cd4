// Shows times as people say them, by X's clock, which may run ahead of this machine's.
import { make } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let offsetMilliseconds = 0;

/** Sets X's clock from the `now` of /sandbox/health. */
export function setXNow(iso) {
  offsetMilliseconds = Date.parse(iso) - Date.now();
}

/** X's present instant in milliseconds. */
export function xNow() {
  return Date.now() + offsetMilliseconds;
}

/** "now", "40 s", "5 min", "3 h", later the day: how long ago by X's clock. */
export function ago(iso) {
  const passed = xNow() - Date.parse(iso);
  if (passed < 8_000) return "now";
  if (passed < MINUTE) return `${Math.floor(passed / 1000)} s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** "2.1 s", "45 s", "4 min": how long an answer took. */
export function span(fromIso, toIso) {
  const passed = Math.max(0, Date.parse(toIso) - Date.parse(fromIso));
  if (passed < 9_950) return `${(passed / 1000).toFixed(1)} s`;
  if (passed < MINUTE) return `${Math.round(passed / 1000)} s`;
  if (passed < HOUR) return `${Math.round(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.round(passed / HOUR)} h`;
  return `${Math.round(passed / DAY)} d`;
}

/** A time element that stays current; the full date is its title. */
export function since(iso) {
  const title = new Date(iso).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });
  return make("time", { datetime: iso, title, "data-since": "" }, ago(iso));
}

/** Keeps all times and the clock in the head of the page current. */
export function startClock(clockElement, lineElement) {
  const tick = () => {
    for (const element of document.querySelectorAll("time[data-since]")) {
      const words = ago(element.dateTime);
      if (element.textContent !== words) element.textContent = words;
    }
    const ahead = Math.abs(offsetMilliseconds) > 2 * MINUTE;
    const day = ahead ? { weekday: "short", day: "numeric", month: "short" } : {};
    clockElement.textContent = new Date(xNow()).toLocaleString("en-GB", { ...day, hour: "2-digit", minute: "2-digit" });
    lineElement.dataset.ahead = ahead ? "yes" : "no";
  };
  tick();
  setInterval(tick, 4_000);
  return tick;
}
