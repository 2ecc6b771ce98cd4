"""How many ordinary posts are read in a second, and how long the worst hostile text takes.

Not through the bot: only the text, in one process.
"""

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.figures import Report, at_least, at_most
from commands.lexicon.near_miss import ordinary_words
from commands.lexicon.urgent import urgent
from commands.parse import find_commands, parse_message, parse_post
from commands.text import cashtags, hashtags, mentions, outgoing_weight, reply_to, urls, weigh, would_link

POSTS_WANTED_A_SECOND = 20_000
HOSTILE_WANTED_MS = 100
HOSTILE_LENGTH = 25_000
ROUNDS = 3_000
REPEATS = 5

HASHTAGS = [
    "charges", "bill", "data", "allowance", "text", "texts", "help", "menu", "handsets", "android", "refund",
    "complaint", "broken", "faulty", "poorservice", "status", "agent", "human", "stop", "start",
]  # fmt: skip
NAMES = {name: name for name in HASHTAGS}

ORDINARY = [
    "@BrightTel #data",
    "@BrightTel #charges please",
    "@BrightTel could you tell me my #bill for this month?",
    "@BrightTel no signal in Leeds since 9.40 this morning, what is going on?",
    "@BrightTel #refund I was charged twice for the same month &amp; nobody answers the phone",
    "@ben @BrightTel they never pick up, try the shop instead",
    "@BrightTel #broken my router went off again… it is the third time this week 😡",
    "Thanks @BrightTel, sorted now 👍🏽",
    "@BrightTel #handsets Pixel 9 Pro, any in blue? https://t.co/AbCdEfGhIj",
    "@BrightTel mae'r signal yn wael iawn yng Nghaerdydd heddiw #data",
    "@BrightTel I have been waiting for an engineer since eight o'clock. Nobody came. Nobody called. "
    "I took a day off work for this and I would like to know who pays for it. #complaint",
    "@BrightTel see bright.tel/help, it says 5.0 GB but my phone says 4.2 GB",
]


@dataclass(frozen=True)
class Placed:
    """An entity as X would send it."""

    start: int
    end: int
    tag: str = ""
    username: str = ""
    id: str | None = None


Post = tuple[str, list[Placed], list[Placed], tuple[int, int]]


def as_x_sends_it(text: str) -> Post:
    tags = [Placed(one.start, one.end, tag=one.value) for one in hashtags(text)]
    people = [Placed(one.start, one.end, username=one.value, id="1") for one in mentions(text)]
    return text, tags, people, (0, len(text))


def read(post: Post) -> None:
    """Everything that is done to a mention's text before its command is called."""
    text, tags, people, shown = post
    parsed = parse_post(text, tags, people, shown)
    find_commands(parsed, NAMES, only_alone=("stop",), ordinary=ordinary_words())
    urgent(parsed.text)


def read_message(text: str) -> None:
    """The same for a direct message, where our own rules find everything."""
    parsed = parse_message(text)
    find_commands(parsed, NAMES, only_alone=("stop",), ordinary=ordinary_words())
    urgent(parsed.text)


READERS: tuple[Callable[[str], object], ...] = (
    read_message, hashtags, mentions, cashtags, urls, reply_to, would_link, weigh, outgoing_weight,
)  # fmt: skip


def rate(act: Callable[[], object], items: int) -> float:
    """Items a second, the best of several repeats: what else runs on the machine only ever slows it."""
    best = float("inf")
    for _ in range(REPEATS):
        begun = time.perf_counter()
        act()
        best = min(best, time.perf_counter() - begun)
    return items / best


def hostile_texts() -> list[str]:
    units = [
        "#", "#a", "#1", "@", "@a", "$A ", ".", "a.", "あ.", "みんな.", "http://", "a.com ", "a.com/", ".com",
        "(", "a.co/(", "a.co/(a(", "a.co?!", "xn--.", "_", "-", "a_.com", "e\u0301.", "\U0001f1ec",
        "1\ufe0f\u20e3", "\U0001f468\u200d", "&amp;", "&amp;#a", "my late ", "a'", "#chrages ",
    ]  # fmt: skip
    heads, bodies = ["#", "@", "http://", "a.com/", "あ", "a"], ["a", "あ", "_", ".", "あ.", "!"]
    words = itertools.product(heads, bodies, ["", "_a.com"])
    everything = "#a @b " + "a.co/(" * HOSTILE_LENGTH
    return (
        [everything[:HOSTILE_LENGTH]]
        + [(unit * HOSTILE_LENGTH)[:HOSTILE_LENGTH] for unit in units]
        + [
            head + (body * HOSTILE_LENGTH)[: HOSTILE_LENGTH - len(head + tail)] + tail
            for head, body, tail in words
        ]
    )


def worst_ms(act: Callable[[str], object]) -> float:
    """The time of the hostile text that takes longest, each read three times and judged by its fastest."""
    worst = 0.0
    for text in hostile_texts():
        times = []
        for attempt in range(3):
            new = text + "a" * attempt  # never one that was read just now
            begun = time.perf_counter()
            act(new)
            times.append(time.perf_counter() - begun)
        worst = max(worst, min(times))
    return worst * 1000


def measure() -> Report:
    """Rates of ordinary texts, and the worst time of hostile ones in each of the readers."""
    posts = [as_x_sends_it(text) for text in ORDINARY] * ROUNDS
    messages = ORDINARY * ROUNDS
    rates = {
        "posts a second": rate(lambda: deque(map(read, posts), maxlen=0), len(posts)),
        "messages a second": rate(lambda: deque(map(read_message, messages), maxlen=0), len(messages)),
    }
    figures = [at_least(what, found, POSTS_WANTED_A_SECOND, "{:,.0f}") for what, found in rates.items()]
    for act in READERS:
        what = f"{act.__name__}, worst text of {HOSTILE_LENGTH:,} characters, ms"
        figures.append(at_most(what, worst_ms(act), HOSTILE_WANTED_MS, "{:.1f}"))
    return Report("Reading texts", figures, ["One process, one thread, no input or output."])
