// What this browser remembers: who one was, drafts, and which private messages were read. Works without storage too.
import { compareIds } from "./words.js";

function read(storage, key) {
  try {
    return storage().getItem(`tweetserve.${key}`);
  } catch {
    return null; // Storage is switched off in this browser: the page then only forgets.
  }
}

function write(storage, key, value) {
  try {
    if (value) storage().setItem(`tweetserve.${key}`, value);
    else storage().removeItem(`tweetserve.${key}`);
  } catch {
    // As above.
  }
}

const long = () => window.localStorage;
const tab = () => window.sessionStorage;

export const lastPerson = () => read(long, "person");
export const keepPerson = (username) => write(long, "person", username);
export const draft = (name) => read(tab, `draft.${name}`) ?? "";
export const keepDraft = (name, text) => write(tab, `draft.${name}`, text);

/** How far each person has read their private messages, kept per world. */
export class Seen {
  constructor(worldId) {
    this.key = `seen.${worldId}`;
    this.newest = JSON.parse(read(long, this.key) ?? "{}");
  }

  isNew(username, messageId) {
    const newest = this.newest[username];
    return newest === undefined || compareIds(messageId, newest) > 0;
  }

  mark(username, messageId) {
    if (!this.isNew(username, messageId)) return false;
    this.newest[username] = messageId;
    write(long, this.key, JSON.stringify(this.newest));
    return true;
  }
}
