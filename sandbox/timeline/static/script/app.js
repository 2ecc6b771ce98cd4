// Puts the page together: one world, its panes, who one is, and the live feed.
import * as api from "./api.js";
import { follow } from "./feed.js";
import * as kept from "./kept.js";
import { BillPane } from "./panes/bill.js";
import { Composer } from "./panes/composer.js";
import { POST_EXAMPLES, exampleButtons } from "./panes/examples.js";
import { PeoplePane } from "./panes/people.js";
import { closeMenusOutside } from "./panes/post.js";
import { PrivatePane } from "./panes/private.js";
import { ThreadsPane } from "./panes/threads.js";
import { WorkingsPane } from "./panes/workings.js";
import { setXNow, startClock } from "./times.js";
import { make, oncePerFrame } from "./words.js";
import { BRAND, World, isBrand } from "./world.js";

const at = (id) => document.getElementById(id);
const world = new World();
let me = kept.lastPerson() ?? "ana";
let worldId = null;
let seen = new kept.Seen("");
let unread = new Map();
let started = false;
let known = "";

// ---- the panes ----

const wide = window.matchMedia("(min-width: 60rem)");
const composer = new Composer({
  label: "Post", placeholder: "Say something in public", verb: "Post", send: (text) => api.post(me, text),
});
at("public-composer").append(composer.element);
const fill = (text) => composer.setText(text, { focus: true });
at("public-examples").append(...POST_EXAMPLES.map(([label, examples]) =>
  make("div", { class: "examples-row" }, make("span", { class: "examples-label" }, label), ...exampleButtons(examples, fill))));
at("public-empty").append(
  make("p", { class: "empty-title" }, "A quiet day so far."),
  make("p", { class: "quiet" }, "Be a customer: tap an example above, post it, and watch the answer arrive below it."));

const threads = new ThreadsPane({
  list: at("threads"), newer: at("newer"), older: at("older"), empty: at("public-empty"), world, me: () => me,
});
threads.onTrouble = (words) => announce(words);
const privately = new PrivatePane({ section: at("private"), world });
const people = new PeoplePane({
  list: at("person-list"), other: at("person-else"), note: at("person-note"), world, choose: become,
  unreadOf: (username) => unread.get(username.toLowerCase()) ?? 0,
});
const billPane = new BillPane({
  totals: [at("bill-top"), at("bill-total")], pill: at("bill-pill"), table: at("bill-lines"), empty: at("bill-empty"),
  credit: at("bill-credit"),
});
const tick = startClock(at("x-time"), at("x-time-line"));
new WorkingsPane({ drawer: at("workings"), body: at("workings-body"), moved: tick });
closeMenusOutside();

// ---- who one is ----

function become(username) {
  me = username;
  kept.keepPerson(username);
  const person = world.person(username);
  composer.setWriter(person, isBrand(username), `Post as @${username}`, isBrand(username)
    ? "Write as the brand, by hand" : `Say something in public as @${username}`);
  at("public-examples").hidden = isBrand(username);
  privately.select(username);
  threads.changedPerson();
  noteRead();
  people.select(username);
}

function privateIsInSight() {
  return document.visibilityState === "visible" && (wide.matches || document.body.dataset.room === "private");
}

/** Counts unread messages for each person, after marking as read what stands in sight. */
function countUnread() {
  const newest = privately.newestId();
  if (started && newest && !isBrand(me) && privateIsInSight()) seen.mark(me.toLowerCase(), newest);
  unread = new Map();
  for (const { id, from, to } of world.messages) {
    const person = to.toLowerCase();
    if (isBrand(from) && seen.isNew(person, id)) unread.set(person, (unread.get(person) ?? 0) + 1);
  }
  const mine = unread.get(me.toLowerCase()) ?? 0;
  const badge = at("private-badge");
  badge.hidden = mine === 0;
  badge.replaceChildren(String(mine), make("span", { class: "hushed" }, " unread"));
  people.render();
}

const noteRead = oncePerFrame(countUnread);

// ---- rooms on a narrow screen ----

function enter(room) {
  document.body.dataset.room = room;
  for (const button of document.querySelectorAll(".tabs button")) {
    button.toggleAttribute("aria-current", button.dataset.room === room);
    if (button.dataset.room === room) button.setAttribute("aria-current", "true");
  }
  if (!wide.matches) window.scrollTo({ top: 0 });
  if (room === "private") privately.showNewest();
  noteRead();
}

for (const button of document.querySelectorAll(".tabs button")) button.addEventListener("click", () => enter(button.dataset.room));
at("bill-pill").addEventListener("click", () => wide.matches || enter("workings"));
document.querySelector(".skip").addEventListener("click", () => enter("public"));
document.addEventListener("visibilitychange", noteRead);
wide.addEventListener("change", noteRead);

// ---- what arrives ----

world.addEventListener("people", () => {
  people.render();
  threads.render();
  const now = JSON.stringify(world.person(me));
  if (now !== known) become(me);
  known = now;
});
world.addEventListener("posts", ({ detail }) => {
  threads.arrived(detail.arrived);
  if (started) tellOfPosts(detail.arrived);
});
world.addEventListener("messages", ({ detail }) => {
  privately.render();
  noteRead();
  if (started) tellOfMessages(detail.arrived);
});
world.addEventListener("reset", () => {
  threads.clear();
  privately.clear();
});

function announce(words) {
  at("announce").textContent = words;
}

function tellOfPosts(posts) {
  for (const post of posts) {
    const parent = world.posts.get(post.in_reply_to);
    const forMe = parent?.author.toLowerCase() === me.toLowerCase();
    if (forMe && post.author.toLowerCase() !== me.toLowerCase()) announce(`${world.person(post.author).name} replied: ${post.text}`);
  }
}

function tellOfMessages(messages) {
  for (const { from, to, text } of messages) {
    if (to.toLowerCase() === me.toLowerCase()) announce(`Private message from ${world.person(from).name}: ${text}`);
  }
}

/** Fetches what the stream may have missed; another world than before empties the page first. */
async function catchUp() {
  const health = await api.health();
  setXNow(health.now);
  if (worldId && worldId !== health.world_id) world.reset();
  if (worldId !== health.world_id) seen = new kept.Seen(health.world_id);
  worldId = health.world_id;
  const [everybody, story, bill] = await Promise.all([api.people(), api.timeline(world.catchUpFrom()), api.bill()]);
  world.setPeople(everybody);
  world.take(story);
  billPane.show(bill);
  started = true;
  privately.showNewest();
  threads.render();
  noteRead();
  tick();
}

const ARRIVALS = {
  post: (post) => world.take({ posts: [post] }),
  message: (message) => world.take({ messages: [message] }),
  edited: (post) => world.take({ posts: [post] }),
  deleted: (post) => world.markDeleted(post.id),
  bill: (bill) => billPane.show(bill),
  person: (person) => world.putPerson(person),
};

const STATES = { live: "Live", cut: "Reconnecting" };

composer.setDraft("post");
become(me);
follow({
  catchUp,
  onEvent: (kind, data) => ARRIVALS[kind](data),
  onState: (state) => {
    at("live").dataset.state = state;
    at("live-word").textContent = STATES[state];
  },
});
