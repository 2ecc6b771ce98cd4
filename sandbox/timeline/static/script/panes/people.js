// Who one is: the demo people with a word on each, everybody else in a list, and a badge for unread messages.
import { avatar, counted, make, oncePerFrame } from "../words.js";
import { BRAND, isBrand } from "../world.js";

/** The people a newcomer starts with, and what each of them shows. */
const NOTES = {
  ana: "A linked customer who agreed to private messages.",
  carys: "Linked, but never agreed to messages. Reads Welsh.",
  ben: "A customer whose account is not linked yet.",
  mallory: "A stranger. Nothing private may reach her.",
};

const TRAITS = [
  ["suspended", (person) => person.suspended, "suspended by X"],
  ["protected", (person) => person.protected, "posts are protected"],
  ["blocks", (person) => person.blocks_brand, `has blocked @${BRAND}`],
  ["closed", (person) => person.accepts_dms === false, "takes no private messages"],
  ["welsh", (person) => person.lang === "cy", "reads Welsh"],
];

/** One line about a person, from what the sandbox knows of them. */
export function noteOn(person) {
  if (isBrand(person.username)) return "The brand itself: a colleague who answers by hand in X’s own app.";
  const note = NOTES[person.username.toLowerCase()];
  const traits = TRAITS.filter(([name, holds]) => holds(person) && !(note && name === "welsh")).map(([, , words]) => words);
  const said = traits.join(", ");
  if (note) return said ? `${note} Now: ${said}.` : note;
  return said ? `${said[0].toUpperCase()}${said.slice(1)}.` : "Somebody on X.";
}

/** The picker. `choose(username)` is called when somebody else is picked. */
export class PeoplePane {
  constructor({ list, other, note, world, choose, unreadOf }) {
    Object.assign(this, { list, other, note, world, choose, unreadOf });
    this.selected = null;
    this.render = oncePerFrame(() => this.#draw());
    list.addEventListener("change", (event) => choose(event.target.value));
    other.addEventListener("change", () => {
      if (other.value) choose(other.value);
      other.value = "";
    });
  }

  select(username) {
    this.selected = username;
    this.#draw();
  }

  #draw() {
    const people = [...this.world.people.values()].filter((person) => !isBrand(person.username));
    const shown = this.#shown(people);
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...shown.map((person) => this.#card(person)));
    if (focused) this.list.querySelector("input:checked")?.focus();
    this.note.textContent = this.selected ? noteOn(this.world.person(this.selected)) : "";
    this.#fillOther(people.filter((person) => !shown.includes(person)));
  }

  #shown(people) {
    const names = Object.keys(NOTES);
    const first = names.map((name) => people.find((person) => person.username.toLowerCase() === name)).filter(Boolean);
    const starters = first.length ? first : people.slice(0, 4);
    if (!this.selected || starters.some((person) => person.username === this.selected)) return starters;
    return [...starters, this.world.person(this.selected)];
  }

  #card(person) {
    const unread = this.unreadOf(person.username);
    const brand = isBrand(person.username);
    const input = make("input", { type: "radio", name: "person", value: person.username, checked: person.username === this.selected });
    const badge = unread
      ? make("span", { class: "badge" }, String(unread), make("span", { class: "hushed" }, ` unread ${unread === 1 ? "message" : "messages"}`))
      : null;
    return make("label", { class: "person" }, input,
      avatar(person, brand),
      make("span", { class: "person-words" },
        make("span", { class: "person-name" }, brand ? "A colleague" : person.name),
        make("span", { class: "person-handle" }, `@${person.username}`),
        make("span", { class: "person-note" }, noteOn(person))),
      badge);
  }

  #fillOther(people) {
    const sorted = people.sort((a, b) => a.name.localeCompare(b.name));
    const signature = sorted.map((person) => `${person.username}${this.unreadOf(person.username)}`).join() + this.selected;
    if (signature === this.signature) return;
    this.signature = signature;
    const options = sorted.map((person) => {
      const unread = this.unreadOf(person.username);
      const waiting = unread ? ` · ${counted(unread, "new message", "new messages")}` : "";
      return make("option", { value: person.username }, `${person.name} @${person.username}${waiting}`);
    });
    const brand = make("option", { value: BRAND }, `A colleague, as @${BRAND}`);
    this.other.replaceChildren(make("option", { value: "" }, "Choose…"), brand, ...options);
  }
}
