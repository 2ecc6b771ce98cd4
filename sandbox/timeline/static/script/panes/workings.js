// For operators: makes the local X misbehave, moves its clock, and shows the calls it received.
import * as api from "../api.js";
import { setXNow } from "../times.js";
import { make } from "../words.js";

/** Ready-made faults: the words to pick by, and what is sent to /sandbox/faults. */
const FAULTS = [
  ["Answers to posts fail with 503", { route: "POST /2/tweets", kind: "status", status: 503 }],
  ["A reply is written, then the line is cut", { route: "POST /2/tweets", kind: "cut_after" }],
  ["The line is cut before a reply is read", { route: "POST /2/tweets", kind: "cut_before" }],
  ["A message is sent, then the line is cut", { route: "POST /2/dm_conversations/with/:id/messages", kind: "cut_after" }],
  ["Private messages are refused (403)", { route: "POST /2/dm_conversations/with/:id/messages", kind: "status", status: 403 }],
  ["Everything takes 3 seconds longer", { route: "*", kind: "slow", seconds: 3 }],
  ["Everything hangs for 30 seconds", { route: "*", kind: "hang", seconds: 30 }],
  ["Too many calls (429)", { route: "*", kind: "status", status: 429 }],
  ["Too many calls, without saying until when", { route: "*", kind: "no_reset" }],
  ["Keys not accepted (401)", { route: "*", kind: "status", status: 401 }],
  ["Credit used up (402)", { route: "*", kind: "status", status: 402 }],
  ["Broken JSON", { route: "*", kind: "broken_json" }],
  ["An HTML error page", { route: "*", kind: "html" }],
  ["Mentions arrive twice", { route: "GET /2/users/:id/mentions", kind: "duplicates" }],
  ["Mentions out of order", { route: "GET /2/users/:id/mentions", kind: "reorder" }],
  ["Mentions become visible 20 seconds late", { route: "GET /2/users/:id/mentions", kind: "late", seconds: 20 }],
];
const TIMES = [["once", 1], ["3 times", 3], ["10 times", 10], ["until removed", 0]];
const JUMPS = [["+1 min", 60], ["+15 min", 900], ["+1 hour", 3_600], ["+1 day", 86_400]];
const CALLS_SHOWN = 12;
const LOOK_AGAIN_MILLISECONDS = 2_000;

/** The drawer. It asks the server for something only while it is open. */
export class WorkingsPane {
  constructor({ drawer, body, moved }) {
    this.drawer = drawer;
    this.moved = moved;
    this.after = 0;
    this.recent = [];
    this.#build(body);
    drawer.addEventListener("toggle", () => this.#toggled());
  }

  #build(body) {
    this.kind = make("select", { id: "fault-kind" }, ...FAULTS.map(([words], index) => make("option", { value: index }, words)));
    this.times = make("select", { id: "fault-times" }, ...TIMES.map(([words, times]) => make("option", { value: times }, words)));
    this.active = make("ul", { class: "faults" });
    this.all = make("button", { type: "button", class: "plain remove-all", hidden: true, onclick: () => this.#remove() }, "Remove all");
    this.trouble = make("p", { class: "trouble", role: "alert", hidden: true });
    this.calls = make("ol", { class: "calls" });
    body.append(
      make("p", { class: "quiet" }, "Spoil the local X on purpose and watch what the bot does."),
      make("div", { class: "fault-form" },
        make("label", { for: "fault-kind" }, "What goes wrong"), this.kind,
        make("label", { for: "fault-times" }, "How often"), this.times,
        make("button", { type: "button", class: "second-action", onclick: () => this.#try(() => this.#add()) }, "Let it happen")),
      this.active, this.all, this.trouble,
      make("h3", {}, "Move X’s clock"),
      make("div", { class: "jumps" }, ...JUMPS.map(([words, seconds]) =>
        make("button", { type: "button", class: "example", onclick: () => this.#try(() => this.#jump(seconds)) }, words))),
      make("h3", {}, "Calls X received"), this.calls);
  }

  #toggled() {
    clearInterval(this.timer);
    if (!this.drawer.open) return;
    const look = () => this.#try(() => this.#look());
    look();
    this.timer = setInterval(look, LOOK_AGAIN_MILLISECONDS);
  }

  async #try(act) {
    try {
      await act();
      this.trouble.hidden = true;
    } catch (error) {
      this.trouble.textContent = error.message;
      this.trouble.hidden = false;
    }
  }

  async #look() {
    this.#showFaults(await api.faults());
    const fresh = await api.requests(this.after, CALLS_SHOWN);
    if (!fresh.length) return;
    this.after = fresh.at(-1).n;
    this.recent = [...this.recent, ...fresh].slice(-CALLS_SHOWN);
    this.calls.replaceChildren(...this.recent.toReversed().map((request) => callRow(request)));
  }

  async #add() {
    const [, fault] = FAULTS[Number(this.kind.value)];
    await api.addFault({ ...fault, times: Number(this.times.value) });
    await this.#look();
  }

  #showFaults(faults) {
    const signature = JSON.stringify(faults);
    if (signature === this.signature) return;
    this.signature = signature;
    this.all.hidden = faults.length < 2;
    this.active.replaceChildren(...faults.map((fault) => make("li", {},
      make("span", {}, faultWords(fault)),
      make("button", { type: "button", class: "plain", "aria-label": `Remove: ${faultWords(fault)}`, onclick: () => this.#remove(fault.id) }, "Remove"))));
  }

  #remove(id) {
    return this.#try(async () => {
      await api.removeFault(id);
      await this.#look();
    });
  }

  async #jump(seconds) {
    await api.advanceClock(seconds);
    setXNow((await api.health()).now);
    this.moved();
  }
}

function faultWords(fault) {
  const known = FAULTS.find(([, { route, kind, status }]) =>
    route === fault.route && kind === fault.kind && (status === undefined || status === fault.status));
  const words = known?.[0] ?? `${fault.route}: ${fault.kind.replaceAll("_", " ")} ${fault.status ?? ""}`.trim();
  return fault.times > 0 ? `${words} · ${fault.times}\u00a0×` : words;
}

function callRow({ method, path, status, fault }) {
  const ended = fault ? "spoilt" : status >= 400 ? "refused" : "fine";
  return make("li", { "data-ended": ended, title: path },
    make("span", { class: "call-status" }, String(status ?? "cut")),
    make("span", { class: "call-path" }, `${method} ${path}`));
}
