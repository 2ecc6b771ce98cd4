// Builds elements and fills them with text. Everything people wrote reaches the page through `textContent`.

/** A new element: `make("button", {class: "quiet", type: "button"}, "Reply")`. Attributes that are false are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const MARKED =
  /(?<![\p{L}\p{N}_])(?:(?<tagged>[#＃@][\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*)|(?<address>https?:\/\/[^\s]+)|(?<reference>[A-Z]{2}-[A-Z\d]{4}-[A-Z\d]))(?![\p{L}\p{N}])/gu;

/** The text as nodes: hashtags, mentions, addresses and ticket references set apart, nothing made a link. */
export function markedText(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKED)) {
    nodes.push(document.createTextNode(text.slice(from, match.index)));
    nodes.push(make("span", { class: Object.entries(match.groups).find(([, found]) => found)[0] }, match[0]));
    from = match.index + match[0].length;
  }
  nodes.push(document.createTextNode(text.slice(from)));
  return nodes;
}

/** Up to two letters for a person's avatar. */
export function initials(name) {
  const parts = name.replace(/\(.*\)/, "").trim().split(/[\s_]+/).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0] ?? "?"];
  return letters.map((part) => [...part][0].toUpperCase()).join("");
}

const HUES = [276, 208, 330, 95, 18, 134, 44, 240];

/** One of eight hues, always the same for one name. */
export function hueOf(username) {
  let sum = 7;
  for (const letter of username) sum = (sum * 21 + letter.codePointAt(0)) % 9973;
  return HUES[sum % HUES.length];
}

/** A round avatar with initials; the brand wears its own mark. Hidden from screen readers: the name stands beside it. */
export function avatar(person, isBrand = false) {
  if (isBrand) return make("img", { class: "avatar brand", src: "/timeline/static/mark.svg", alt: "" });
  const element = make("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name));
  element.style.setProperty("--hue", hueOf(person.username));
  return element;
}

/** Compares two ids of X as the numbers they are: negative when `a` is older. */
export function compareIds(a, b) {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** "1 post", "2 posts". */
export function counted(count, one, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** A function that runs `act` once at the next frame, however often it is called until then. */
export function oncePerFrame(act) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}
