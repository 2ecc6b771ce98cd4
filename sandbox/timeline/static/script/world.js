// What the page knows of the sandbox's world: people, posts and their threads, messages, and what was read.
import { compareIds } from "./words.js";

export const BRAND = "BrightTel";

/** Holds the world and says by events what changed: "people", "posts", "messages", "reset". */
export class World extends EventTarget {
  constructor() {
    super();
    this.byAge = (a, b) => compareIds(this.#firstId(a), this.#firstId(b));
    this.clear();
  }

  clear() {
    this.people = new Map();
    this.posts = new Map();
    this.replies = new Map();
    this.waiting = new Map();
    this.roots = [];
    this.messages = [];
    this.messageIds = new Set();
    this.newIds = new Map();
    this.lateRoots = false;
  }

  reset() {
    this.clear();
    this.#say("reset");
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  setPeople(people) {
    this.people = new Map(people.map((person) => [person.username.toLowerCase(), person]));
    this.#say("people");
  }

  putPerson(person) {
    for (const [key, known] of this.people) if (known.id === person.id) this.people.delete(key);
    this.people.set(person.username.toLowerCase(), person);
    this.#say("people");
  }

  /** The person by username; somebody unknown is shown by the name they post under. */
  person(username) {
    const known = this.people.get(username.toLowerCase());
    return known ?? { username, name: isBrand(username) ? BRAND : username, unknown: !isBrand(username) };
  }

  /** Takes in posts and messages as /sandbox/timeline gives them; what is known already is brought up to date. */
  take({ posts = [], messages = [] }) {
    const newPosts = posts.filter((post) => this.#putPost(post));
    const newMessages = messages.filter((message) => this.#putMessage(message));
    if (posts.length) this.#say("posts", { arrived: newPosts });
    if (newMessages.length) this.#say("messages", { arrived: newMessages });
  }

  #putPost(given) {
    if (this.newIds.has(given.id)) return false; // An old version of a post whose edit is known.
    const post = { ...given, in_reply_to: this.newIds.get(given.in_reply_to) ?? given.in_reply_to };
    const known = this.posts.get(post.id);
    if (post.edited_from && !known && this.#takePlaceOf(post.edited_from, post)) return false;
    this.posts.set(post.id, { ...known, ...post });
    if (known) return false;
    this.#hang(post);
    return true;
  }

  /** An edit: X gives the text a new id; the post keeps its place in the thread. False when the old one is not here. */
  #takePlaceOf(oldId, post) {
    for (const [from, to] of this.newIds) if (to === oldId) this.newIds.set(from, post.id);
    this.newIds.set(oldId, post.id);
    const old = this.posts.get(oldId);
    if (!old) return false;
    this.posts.delete(oldId);
    this.posts.set(post.id, { ...old, ...post, first_id: old.first_id ?? oldId, first_at: old.first_at ?? old.created_at });
    const swap = (ids) => ids.map((id) => (id === oldId ? post.id : id));
    this.roots = swap(this.roots);
    for (const [parent, ids] of this.replies) if (ids.includes(oldId)) this.replies.set(parent, swap(ids));
    for (const id of this.replies.get(oldId) ?? []) {
      push(this.replies, post.id, id);
      this.posts.get(id).in_reply_to = post.id;
    }
    this.replies.delete(oldId);
    return true;
  }

  #hang(post) {
    // A reply that arrives before its parent stands as a thread of its own until the parent is here.
    if (post.in_reply_to && this.posts.has(post.in_reply_to)) push(this.replies, post.in_reply_to, post.id);
    else this.#addRoot(post.id);
    if (post.in_reply_to && !this.posts.has(post.in_reply_to)) push(this.waiting, post.in_reply_to, post.id);
    const waiting = this.waiting.get(post.id);
    if (!waiting) return;
    this.waiting.delete(post.id);
    for (const id of waiting) push(this.replies, post.id, id);
    this.roots = this.roots.filter((id) => !waiting.includes(id));
  }

  #addRoot(id) {
    const newest = this.roots.at(-1);
    if (newest && compareIds(id, newest) < 0) this.lateRoots = true;
    this.roots.push(id);
  }

  #firstId(id) {
    return this.posts.get(id)?.first_id ?? id;
  }

  /** Threads' first posts, oldest first. */
  sortedRoots() {
    if (this.lateRoots) this.roots.sort(this.byAge);
    this.lateRoots = false;
    return this.roots;
  }

  markDeleted(id) {
    const known = this.posts.get(id);
    if (known) this.take({ posts: [{ ...known, deleted: true }] });
  }

  /**
   * The posts below one, each with its depth, in the order they are read. A talk in which each post answers the one
   * before stays at one depth; only where it branches does it go deeper.
   */
  below(rootId) {
    const found = [];
    const walk = (id, depth) => {
      const children = [...(this.replies.get(id) ?? [])].sort(this.byAge);
      const deeper = id !== rootId && children.length > 1 ? depth + 1 : depth;
      for (const child of children) {
        found.push({ post: this.posts.get(child), depth: deeper });
        walk(child, deeper);
      }
    };
    walk(rootId, 1);
    return found;
  }

  #putMessage(message) {
    if (this.messageIds.has(message.id)) return false;
    this.messageIds.add(message.id);
    const late = this.messages.length && compareIds(message.id, this.messages.at(-1).id) < 0;
    this.messages.push(message);
    if (late) this.messages.sort((a, b) => compareIds(a.id, b.id));
    return true;
  }

  /** The private messages between a person and the brand, oldest first. */
  conversation(username) {
    const person = username.toLowerCase();
    return this.messages.filter(({ from, to }) =>
      (from.toLowerCase() === person && isBrand(to)) || (to.toLowerCase() === person && isBrand(from)));
  }

  /** Where to ask again after a cut: a little before the newest, so that what was edited or deleted is seen too. */
  catchUpFrom() {
    const ids = [...this.posts.keys(), ...this.messageIds].sort(compareIds);
    return ids.length > 200 ? ids.at(-200) : null;
  }
}

/** Whether a username is the brand's. */
export function isBrand(username) {
  return username.toLowerCase() === BRAND.toLowerCase();
}

function push(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
