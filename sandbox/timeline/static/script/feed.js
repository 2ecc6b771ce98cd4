// Keeps the page current: reads the live stream, and after a cut catches up from the timeline.
import * as api from "./api.js";

const KINDS = ["post", "message", "edited", "deleted", "bill", "person"];
const RETRY_MILLISECONDS = [500, 1_000, 2_000, 4_000];

/**
 * Listens until the page is closed. `catchUp` is awaited after every (re)connection, before anything of the stream is
 * shown; `onEvent(kind, data)` gets each event; `onState` gets "live" or "cut".
 */
export function follow({ catchUp, onEvent, onState }) {
  let failures = 0;

  const connect = () => {
    const source = new EventSource(api.STREAM);
    let early = [];
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        const data = JSON.parse(event.data);
        if (early) early.push([kind, data]);
        else onEvent(kind, data);
      });
    }
    source.onopen = async () => {
      try {
        await catchUp();
      } catch {
        return again(source);
      }
      failures = 0;
      onState("live");
      const waiting = early;
      early = null;
      for (const [kind, data] of waiting ?? []) onEvent(kind, data);
      return undefined;
    };
    // The browser's own way of reconnecting gives up on an error answer; this one never does.
    source.onerror = () => again(source);
  };

  const again = (source) => {
    source.close();
    onState("cut");
    setTimeout(connect, RETRY_MILLISECONDS[Math.min(failures, RETRY_MILLISECONDS.length - 1)]);
    failures += 1;
  };

  connect();
}
