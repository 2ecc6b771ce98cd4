// The box people write in: counts while they type, keeps the text when sending fails, and says why near the text.
import * as api from "../api.js";
import * as kept from "../kept.js";
import { avatar, make } from "../words.js";

export const POST_LIMIT = 280;
export const MESSAGE_LIMIT = 10_000;
const WEIGH_AFTER_MILLISECONDS = 160;
const NEARLY_FULL = 0.9;

let composers = 0;

/**
 * A quick guess at the weighted length, shown until the server has counted: addresses count 23, Latin letters 1 and
 * most others 2. The server's count is the true one.
 */
function estimate(text) {
  const withoutAddresses = text.replace(/https?:\/\/\S+/g, "x".repeat(23));
  let weight = 0;
  for (const letter of withoutAddresses) weight += letter.codePointAt(0) < 0x1100 ? 1 : 2;
  return weight;
}

/** One writing box. `send(text)` returns a promise; its failure is shown and the text stays. */
export class Composer {
  constructor({ label, placeholder, verb, limit = POST_LIMIT, weighted = true, send, cancel, rows = 2 }) {
    this.limit = limit;
    this.weighted = weighted;
    this.send = send;
    this.draftName = null;
    this.length = 0;
    this.#build({ label, placeholder, verb, cancel, rows, id: `composer-${(composers += 1)}` });
    this.#count();
  }

  #build({ label, placeholder, verb, cancel, rows, id }) {
    this.face = make("span", { class: "face" });
    this.label = make("label", { for: id, class: "hushed" }, label);
    this.field = make("textarea", { id, rows, placeholder, "aria-describedby": `${id}-count ${id}-trouble`, spellcheck: "false" });
    this.trouble = make("p", { class: "trouble", id: `${id}-trouble`, role: "alert", hidden: true });
    this.number = make("span", { class: "count-number" });
    this.ring = make("span", { class: "count-ring", "aria-hidden": "true" });
    this.counter = make("span", { class: "count", id: `${id}-count` }, this.ring, this.number);
    this.warning = make("span", { class: "hushed", role: "status" });
    this.button = make("button", { class: "main-action", type: "submit", title: `${verb} (Ctrl + Enter)` }, verb);
    const dismiss = cancel && make("button", { class: "plain", type: "button", onclick: cancel }, "Cancel");
    const foot = make("div", { class: "composer-foot" }, this.counter, this.warning, dismiss, this.button);
    const box = make("div", { class: "composer-box" }, this.label, this.field, this.trouble, foot);
    this.element = make("form", { class: "composer", novalidate: true }, this.face, box);
    this.element.addEventListener("submit", (event) => this.#submit(event));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.element.requestSubmit();
      if (event.key === "Escape" && cancel) cancel();
    });
  }

  /** Whose face stands beside the box, and what screen readers call it. */
  setWriter(person, isBrand, label, placeholder) {
    this.face.replaceChildren(avatar(person, isBrand));
    this.label.textContent = label;
    if (placeholder !== undefined) this.field.placeholder = placeholder;
  }

  /** Which draft this box shows; the one before stays kept under its own name. */
  setDraft(name) {
    if (name === this.draftName) return;
    this.draftName = name;
    this.setText(kept.draft(name));
  }

  setText(text, { focus = false } = {}) {
    this.field.value = text;
    this.#typed();
    if (!focus) return;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  setEnabled(enabled) {
    this.field.disabled = !enabled;
    this.#showCount();
  }

  #typed() {
    this.#say("");
    if (this.draftName) kept.keepDraft(this.draftName, this.field.value);
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight + 2, 320)}px`);
    this.#count();
  }

  #count() {
    const text = this.field.value;
    this.length = this.weighted ? estimate(text) : [...text].length;
    this.#showCount();
    clearTimeout(this.timer);
    if (this.weighted && text.trim()) this.timer = setTimeout(() => this.#weigh(text), WEIGH_AFTER_MILLISECONDS);
  }

  async #weigh(text) {
    const weighed = await api.weigh(text).catch(() => null);
    if (!weighed || this.field.value !== text) return;
    this.length = weighed.length;
    this.limit = weighed.limit;
    this.#showCount();
  }

  #showCount() {
    const left = this.limit - this.length;
    const state = left < 0 ? "over" : this.length >= this.limit * NEARLY_FULL ? "near" : "free";
    const long = this.weighted && left < 0 ? " · a long post" : "";
    this.number.textContent = `${this.length.toLocaleString("en")} / ${this.limit.toLocaleString("en")}${long}`;
    this.ring.style.setProperty("--filled", `${Math.min(100, (this.length / this.limit) * 100)}%`);
    this.counter.dataset.state = state;
    const warning = { over: `${-left} over the limit`, near: `${left} left`, free: "" }[state];
    if (this.warning.textContent !== warning) this.warning.textContent = warning;
    this.button.disabled = this.field.disabled || this.busy || !this.field.value.trim();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text || this.busy) return;
    this.busy = true;
    this.#showCount();
    try {
      await this.send(text);
      if (this.field.value.trim() === text) this.setText("");
    } catch (error) {
      this.#say(error instanceof api.Refused ? error.message : "Something went wrong on this page. Your text is kept.");
      if (!(error instanceof api.Refused)) throw error;
    } finally {
      this.busy = false;
      this.#showCount();
    }
  }

  #say(trouble) {
    this.trouble.textContent = trouble;
    this.trouble.hidden = !trouble;
  }
}
