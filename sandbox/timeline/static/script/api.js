// The calls to the sandbox's control API, and the one sentence to show when a call fails.

/** A call that failed, with a sentence for the person who made it. */
export class Refused extends Error {}

async function call(method, path, body) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("The sandbox cannot be reached. Is it still running? Your text is kept here.");
  }
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(reason(data) ?? `The sandbox refused this (${answer.status}).`);
  return data ?? {};
}

function reason(data) {
  if (typeof data?.error === "string") return data.error;
  if (typeof data?.detail === "string") return data.detail;
  return null;
}

const part = encodeURIComponent;

export const health = () => call("GET", "/sandbox/health");
export const people = async () => (await call("GET", "/sandbox/people")).people;
export const timeline = (after) => call("GET", after ? `/sandbox/timeline?after=${part(after)}` : "/sandbox/timeline");
export const bill = () => call("GET", "/sandbox/bill");
export const weigh = (text) => call("POST", "/timeline/weigh", { text });

export const post = (as, text, inReplyTo) =>
  call("POST", "/sandbox/posts", inReplyTo ? { as, text, in_reply_to: inReplyTo } : { as, text });
export const editPost = (id, text) => call("PUT", `/sandbox/posts/${part(id)}`, { text });
export const deletePost = (id) => call("DELETE", `/sandbox/posts/${part(id)}`);
export const message = (as, text, to) => call("POST", "/sandbox/messages", to ? { as, text, to } : { as, text });

export const advanceClock = (seconds) => call("POST", "/sandbox/clock", { advance_seconds: seconds });
export const addFault = (fault) => call("POST", "/sandbox/faults", fault);
export const faults = async () => (await call("GET", "/sandbox/faults")).faults;
export const removeFault = (id) => call("DELETE", id ? `/sandbox/faults/${part(id)}` : "/sandbox/faults");
export const requests = async (after, newest) =>
  (await call("GET", `/sandbox/requests?after=${after}&newest=${newest}`)).requests;

export const STREAM = "/sandbox/stream";
