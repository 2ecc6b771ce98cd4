// One post as it stands in a thread: who, when, what, and what the selected person may do with it.
import { span, since } from "../times.js";
import { avatar, make, markedText } from "../words.js";
import { isBrand } from "../world.js";

/** What shows one post; `update` brings it up to date without losing the keyboard's place in it. */
export class PostView {
  constructor(actions) {
    this.actions = actions;
    this.element = make("article", { class: "post" });
  }

  /** `parent` is the post replied to, when it is known; `to` is whom to name as answered, when the place does not say it; `me` is who the person at the screen is. */
  update(post, { parent, to, quoted, author, me }) {
    const own = post.author.toLowerCase() === me.toLowerCase();
    const state = JSON.stringify([post, author.name, own, parent?.author, to, quoted]);
    if (state === this.state) return;
    this.state = state;
    this.post = post;
    const brand = isBrand(post.author);
    this.element.dataset.kind = brand ? "brand" : own ? "own" : "other";
    this.element.dataset.id = post.id;
    this.element.classList.toggle("gone", Boolean(post.deleted));
    this.element.setAttribute("aria-label", `${author.name}, ${post.deleted ? "deleted post" : "post"}`);
    const held = this.element.contains(document.activeElement) ? document.activeElement.className : "";
    this.element.replaceChildren(avatar(author, brand), make("div", { class: "post-say" },
      this.#head(post, author, { brand, own, parent, to }),
      post.deleted
        ? make("p", { class: "post-text quiet" }, "This post was deleted.")
        : make("p", { class: "post-text", lang: author.lang ?? false, dir: "auto" }, ...markedText(post.text)),
      quoted && !post.deleted ? quote(quoted) : null,
      post.deleted ? null : this.#foot(post, author)));
    if (held) this.element.querySelector(`.${held.split(" ")[0]}`)?.focus();
  }

  #head(post, author, { brand, own, parent, to }) {
    const took = brand && parent && !isBrand(parent.author) && !post.edited_from
      ? make("span", { class: "took", title: "From the post to this answer, by X’s clock" }, `answered in ${span(parent.first_at ?? parent.created_at, post.created_at)}`)
      : null;
    return make("header", { class: "post-head" },
      make("span", { class: "post-name" }, author.name),
      make("span", { class: "post-handle" }, `@${post.author}`),
      make("span", { class: "post-when" }, since(post.created_at), post.edited_from ? " · edited" : ""),
      to ? make("span", { class: "post-to" }, `to @${to}`) : null,
      took,
      own && !post.deleted ? this.#menu(post) : null);
  }

  #menu(post) {
    const menu = make("details", { class: "menu" },
      make("summary", { class: "menu-open", "aria-label": "Change this post", title: "Change this post" }, "⋯"),
      make("div", { class: "menu-choices" },
        make("button", { type: "button", onclick: () => { menu.open = false; this.actions.edit(post); } }, "Edit"),
        make("button", { type: "button", class: "danger", onclick: () => { menu.open = false; this.actions.remove(post); } }, "Delete")));
    return menu;
  }

  #foot(post, author) {
    return make("footer", { class: "post-foot" },
      make("button", { type: "button", class: "reply-open plain", "aria-label": `Reply to ${author.name}`, onclick: () => this.actions.reply(post) },
        "Reply"));
  }
}

function quote(post) {
  return make("blockquote", { class: "quoted" },
    make("span", { class: "post-handle" }, `@${post.author} `), post.deleted ? "This post was deleted." : post.text);
}

/** Closes an open menu when somebody clicks elsewhere or presses Escape. */
export function closeMenusOutside() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
