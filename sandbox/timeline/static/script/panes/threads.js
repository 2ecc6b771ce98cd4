// The public timeline: threads, newest first, each with its replies below it in the order of the talk.
import * as api from "../api.js";
import { counted, make, oncePerFrame } from "../words.js";
import { isBrand } from "../world.js";
import { Composer } from "./composer.js";
import { PostView } from "./post.js";

const THREADS_AT_ONCE = 30;
const REPLIES_AT_ONCE = 20;
const DEEPEST = 2;

/** Shows the newest threads and adds older ones on request, so that thousands of posts stay quick. */
export class ThreadsPane {
  constructor({ list, newer, older, empty, world, me }) {
    Object.assign(this, { list, newer, older, empty, world, me });
    this.shown = THREADS_AT_ONCE;
    this.views = new Map();
    this.threads = new Map();
    this.opened = new Set();
    this.unseen = 0;
    this.writing = null;
    this.render = oncePerFrame(() => this.#draw());
    this.actions = {
      reply: (post) => this.#write(post, "reply"),
      edit: (post) => this.#write(post, "edit"),
      remove: (post) => this.#remove(post),
    };
    older.addEventListener("click", () => this.#showOlder());
    newer.addEventListener("click", () => this.#showNewest());
    window.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  clear() {
    this.views.clear();
    this.threads.clear();
    this.opened.clear();
    this.shown = THREADS_AT_ONCE;
    this.#stopWriting();
    this.list.replaceChildren();
    this.render();
  }

  /** Tells the pane what arrived, so that a reader far down hears of it without being moved. */
  arrived(posts) {
    const roots = posts.filter((post) => !post.in_reply_to).length;
    if (roots && window.scrollY > 600) {
      this.unseen += roots;
      this.newer.textContent = `↑ ${counted(this.unseen, "new post", "new posts")}`;
      this.newer.hidden = false;
    }
    this.render();
  }

  #draw() {
    const roots = this.world.sortedRoots();
    const visible = roots.slice(-this.shown).reverse();
    const items = visible.map((id) => this.#thread(id));
    arrange(this.list, items);
    const kept = new Set(visible);
    for (const id of this.threads.keys()) if (!kept.has(id)) this.threads.delete(id);
    this.older.hidden = roots.length <= this.shown;
    this.older.textContent = `Show older posts (${(roots.length - visible.length).toLocaleString("en")} more)`;
    this.empty.hidden = roots.length > 0;
    this.#dropUnusedViews(items);
  }

  #dropUnusedViews(items) {
    const used = new Set(items.flatMap((item) => [...item.querySelectorAll("article")].map((post) => post.dataset.id)));
    for (const id of this.views.keys()) if (!used.has(id)) this.views.delete(id);
  }

  #thread(rootId) {
    let item = this.threads.get(rootId);
    if (!item) {
      item = make("li", { class: "thread" }, make("ol", { class: "thread-posts" }));
      this.threads.set(rootId, item);
    }
    const below = this.world.below(rootId);
    const hidden = this.opened.has(rootId) ? 0 : Math.max(0, below.length - REPLIES_AT_ONCE);
    const rows = [this.#row(this.world.posts.get(rootId), 0, rootId)];
    if (hidden) rows.push(this.#unfold(rootId, hidden));
    for (const { post, depth } of below.slice(hidden)) rows.push(this.#row(post, depth, rootId, rows.at(-1).dataset.id));
    drawRail(rows);
    const writingAt = this.writing ? rows.findIndex((row) => row.dataset.id === this.writing.id) : -1;
    if (writingAt >= 0) rows.splice(writingAt + 1, 0, this.writing.row);
    arrange(item.firstChild, rows);
    return item;
  }

  #row(post, depth, rootId, above) {
    let row = this.views.get(post.id);
    if (!row) {
      const view = new PostView(this.actions);
      row = make("li", { class: "thread-row", "data-id": post.id }, view.element);
      row.view = view;
      this.views.set(post.id, row);
    }
    row.dataset.depth = Math.min(depth, DEEPEST);
    const parent = this.world.posts.get(post.in_reply_to);
    const to = parent && parent.id !== above && parent.id !== rootId ? parent.author : null;
    const quoted = this.world.posts.get(post.quotes ?? post.reposts);
    row.view.update(post, { parent, to, quoted, author: this.world.person(post.author), me: this.me() });
    return row;
  }

  #unfold(rootId, hidden) {
    const open = () => {
      this.opened.add(rootId);
      this.render();
    };
    return make("li", { class: "thread-row unfold", "data-depth": 1 },
      make("button", { type: "button", class: "plain", onclick: open }, `Show ${counted(hidden, "earlier reply", "earlier replies")}`));
  }

  #write(post, kind) {
    this.#stopWriting();
    const me = this.world.person(this.me());
    const isReply = kind === "reply";
    const author = this.world.person(post.author);
    const composer = new Composer({
      label: isReply ? `Reply to ${author.name} as @${me.username}` : "Edit your post",
      placeholder: isReply ? `Reply to ${author.name}` : "Your post",
      verb: isReply ? "Reply" : "Save",
      send: async (text) => {
        await (isReply ? api.post(this.me(), text, post.id) : api.editPost(post.id, text));
        this.#stopWriting();
      },
      cancel: () => this.#stopWriting({ returnTo: post.id }),
    });
    composer.setWriter(me, isBrand(me.username), composer.label.textContent);
    const row = make("li", { class: "thread-row writing", "data-depth": this.views.get(post.id)?.dataset.depth ?? 0 }, composer.element);
    this.writing = { id: post.id, row, composer };
    this.#draw();
    composer.setText(isReply ? "" : post.text, { focus: true });
    row.scrollIntoView({ block: "nearest" });
  }

  #stopWriting({ returnTo } = {}) {
    this.writing?.row.remove();
    this.writing = null;
    if (returnTo) this.views.get(returnTo)?.querySelector(".reply-open")?.focus();
  }

  /** A reply being written is by the person selected: when that changes, an empty box goes and a text stays. */
  changedPerson() {
    if (this.writing) {
      const me = this.world.person(this.me());
      this.writing.composer.setWriter(me, isBrand(me.username), `Reply as @${me.username}`);
    }
    this.render();
  }

  async #remove(post) {
    try {
      await api.deletePost(post.id);
      this.world.markDeleted(post.id);
    } catch (error) {
      this.onTrouble?.(error.message);
    }
  }

  #showOlder() {
    const last = this.list.lastElementChild;
    this.shown += THREADS_AT_ONCE;
    this.#draw();
    last?.nextElementSibling?.querySelector("button")?.focus({ preventScroll: true });
  }

  #showNewest() {
    window.scrollTo({ top: 0 });
    this.#scrolled();
  }

  #scrolled() {
    if (window.scrollY > 300) return;
    this.unseen = 0;
    this.newer.hidden = true;
  }
}

/** Marks the rows beside which the thread's line runs: down to the last direct reply, not further. */
function drawRail(rows) {
  const last = rows.findLastIndex((row) => row.dataset.depth === "1");
  rows.forEach((row, index) => {
    row.dataset.rail = index === 0 ? (last > 0 ? "start" : "none") : index < last ? "through" : index === last ? "end" : "none";
  });
}

/** Makes `children` the list's children in this order, moving only what stands elsewhere, so that focus survives. */
function arrange(list, children) {
  const wanted = new Set(children);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, index) => {
    const there = list.children[index];
    if (there !== child) list.insertBefore(child, there ?? null);
  });
}
