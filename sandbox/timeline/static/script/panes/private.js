// The private messages between the selected person and the brand, and the box to write one.
import * as api from "../api.js";
import { since } from "../times.js";
import { avatar, make, markedText, oncePerFrame } from "../words.js";
import { BRAND, isBrand } from "../world.js";
import { Composer, MESSAGE_LIMIT } from "./composer.js";
import { MESSAGE_EXAMPLES, exampleButtons } from "./examples.js";

const MESSAGES_AT_ONCE = 100;
const NEAR_THE_END_PIXELS = 120;

/** The private room. As the brand, one picks whom to write to. */
export class PrivatePane {
  constructor({ section, world }) {
    this.world = world;
    this.me = BRAND;
    this.to = null;
    this.shown = MESSAGES_AT_ONCE;
    this.views = new Map();
    this.render = oncePerFrame(() => {
      if (isBrand(this.me) && !this.to) this.select(this.me);
      else this.#draw({});
    });
    const part = (id) => section.querySelector(`#${id}`);
    Object.assign(this, {
      list: part("messages"), scroller: part("messages-scroll"), empty: part("private-empty"),
      older: part("older-messages"), withLine: part("private-with"), correspondent: part("correspondent"),
    });
    this.pick = this.correspondent.querySelector("select");
    this.composer = new Composer({
      label: "Private message", placeholder: "Write to the brand", verb: "Send", limit: MESSAGE_LIMIT,
      weighted: false, rows: 1, send: (text) => api.message(this.me, text, isBrand(this.me) ? this.to : undefined),
    });
    part("private-composer").append(this.composer.element);
    this.empty.append(
      make("p", {}, "Nothing has been said here yet."),
      make("div", { class: "hint" },
        make("p", { class: "quiet" }, "Write to the brand in private. A lone word counts as a command:"),
        make("div", { class: "examples" }, ...exampleButtons(MESSAGE_EXAMPLES, (text) => this.composer.setText(text, { focus: true })))));
    this.pick.addEventListener("change", () => this.#turnTo(this.pick.value));
    this.older.addEventListener("click", () => {
      this.shown += MESSAGES_AT_ONCE;
      this.#draw({ stay: true });
    });
  }

  select(username) {
    this.me = username;
    this.#turnTo(isBrand(username) ? this.#correspondents()[0] ?? null : BRAND);
  }

  #turnTo(to) {
    this.to = to;
    this.shown = MESSAGES_AT_ONCE;
    const me = this.world.person(this.me);
    this.composer.setWriter(me, isBrand(this.me), `Private message to ${to ?? "somebody"}, as @${this.me}`,
      to ? `Message to ${this.world.person(to).name}` : "Nobody has written yet");
    this.composer.setDraft(`message.${this.me}.${to}`);
    this.composer.setEnabled(Boolean(to));
    this.#draw({ toEnd: true });
  }

  /** Whoever exchanged a message with the brand first, the most recent first; then everybody else. */
  #correspondents() {
    const spoken = this.world.messages.map(({ from, to }) => (isBrand(from) ? to : from)).reverse();
    const all = [...this.world.people.values()].map((person) => person.username).filter((name) => !isBrand(name));
    return [...new Set([...spoken, ...all])];
  }

  clear() {
    this.views.clear();
    this.select(this.me);
  }

  #draw({ toEnd = false, stay = false }) {
    const nearEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_THE_END_PIXELS;
    const fromBottom = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.#drawHead();
    const talk = this.world.conversation(isBrand(this.me) ? this.to ?? "" : this.me);
    const visible = talk.slice(-this.shown);
    const rows = visible.map((message) => this.#row(message));
    if (rows.length !== this.list.children.length || rows.some((row, index) => this.list.children[index] !== row)) {
      this.list.replaceChildren(...rows);
    }
    this.older.hidden = talk.length <= visible.length;
    this.empty.hidden = talk.length > 0;
    this.empty.querySelector(".hint").hidden = isBrand(this.me);
    if (stay) this.scroller.scrollTop = this.scroller.scrollHeight - fromBottom;
    else if (toEnd || nearEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #drawHead() {
    const brand = isBrand(this.me);
    this.correspondent.hidden = !brand;
    this.withLine.hidden = brand;
    this.withLine.textContent = `Only @${this.me} and @${BRAND} can read this.`;
    if (!brand) return;
    const names = this.#correspondents().slice(0, 200);
    if (names.join() !== this.names) this.pick.replaceChildren(...names.map((name) => make("option", { value: name }, `@${name}`)));
    this.names = names.join();
    this.pick.value = this.to ?? "";
  }

  #row(message) {
    const mine = message.from.toLowerCase() === this.me.toLowerCase();
    const key = `${message.id}.${mine}`;
    const known = this.views.get(key);
    if (known) return known;
    const from = this.world.person(message.from);
    const pictures = (message.media ?? []).map(({ url, alt_text: alt }) => make("img", { class: "attached", src: url, alt: alt ?? "" }));
    const row = make("li", { class: "message", "data-mine": mine ? "yes" : "no" },
      avatar(from, isBrand(message.from)),
      make("div", { class: "bubble" },
        make("span", { class: "hushed" }, `${from.name} wrote: `),
        make("p", { class: "message-text", dir: "auto" }, ...markedText(message.text)),
        ...pictures),
      make("p", { class: "message-when" }, since(message.created_at)));
    this.views.set(key, row);
    return row;
  }

  /** Brings the newest message into sight, as when the room is opened. */
  showNewest() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** The newest message of this conversation, or null. */
  newestId() {
    return this.world.conversation(isBrand(this.me) ? this.to ?? "" : this.me).at(-1)?.id ?? null;
  }
}
