// Ready-made first posts and messages: one tap fills the box, and the person still sends it.
import { make } from "../words.js";
import { BRAND } from "../world.js";

const naming = (words) => [words.split(" ")[0], `@${BRAND} ${words}`];

/** What a newcomer may post, in two rows: the words on each button, and the text it writes. */
export const POST_EXAMPLES = [
  ["Ask", ["#help", "#data", "#charges", "#text", "#handsets", "#android"].map(naming)],
  ["Act", ["#refund my bill is wrong", "#status", "#agent", "#stop", "#start"].map(naming)],
];

/** The same for a private message, where the brand need not be named. */
export const MESSAGE_EXAMPLES = [
  ["help", "help"],
  ["data", "data"],
  ["charges", "charges"],
  ["agent", "agent"],
];

/** A button for each example; `use(text)` gets the text. */
export function exampleButtons(examples, use) {
  return examples.map(([label, text]) =>
    make("button", { type: "button", class: "example", title: `Write “${text}”`, onclick: () => use(text) }, label));
}
