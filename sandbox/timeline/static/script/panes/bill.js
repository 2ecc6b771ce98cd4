// The running bill: what X would have charged since this world began.
import { make } from "../words.js";

const WORDS = {
  "post.read": "Posts read",
  "post.read.owned": "Mentions and own posts read",
  "user.read": "People looked up",
  "dm_event.read": "Messages read",
  "post.create": "Posts written",
  "post.create.url": "Posts with a link",
  "post.create.summoned": "Public answers",
  "dm.create": "Messages sent",
  "post.delete": "Posts deleted",
  "dm_event.delete": "Messages deleted",
  "media.metadata": "Picture descriptions",
};

/** "$0.016", more decimals only where they say something. */
function dollars(amount, decimals = 3) {
  return `$${Number(amount).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}`;
}

function inWords(item) {
  const plain = item.replaceAll("_", " ").replaceAll(".", " ");
  return WORDS[item] ?? plain[0].toUpperCase() + plain.slice(1);
}

/** Draws the total in the head of the page and the lines in their panel. */
export class BillPane {
  constructor({ totals, pill, table, empty, credit }) {
    Object.assign(this, { totals, pill, table, empty, credit });
  }

  show({ total_usd: total, lines, credit_left_usd: left }) {
    const words = dollars(total);
    const grown = this.last !== undefined && words !== this.last;
    this.last = words;
    for (const element of this.totals) element.textContent = words;
    this.table.tBodies[0].replaceChildren(...lines.map(({ item, count, usd }) =>
      make("tr", {},
        make("th", { scope: "row" }, inWords(item)),
        make("td", {}, Number(count).toLocaleString("en")),
        make("td", {}, dollars(usd)))));
    this.table.hidden = lines.length === 0;
    this.credit.textContent = left === undefined ? "" : `${dollars(left, 2)} of credit left.`;
    this.empty.hidden = lines.length > 0;
    if (grown) this.#glow();
  }

  #glow() {
    this.pill.classList.remove("grown");
    void this.pill.offsetWidth; // Starts the animation again even while it runs.
    this.pill.classList.add("grown");
  }
}
