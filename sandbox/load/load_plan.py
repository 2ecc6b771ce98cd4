"""Plans a day of a load profile: who writes what, and when. The same name and seed give the same plan.

Shares, as measured at operators: 46 % of the posts that name one ask for nothing; 7.5 % of the others carry a
hashtag; 0.5 % show a phone number, a postcode or a mail address; 17.6 % are in a good mood, 5.8 % in a bad.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from sandbox.load.load_profiles import LOADS, LoadProfile, attack_moments, ordinary_moments, surge_moments
from sandbox.world.crowd import first_people

TEXTS_FILE = Path(__file__).with_name("load_texts.yaml")
NO_REQUEST_SHARE = 0.46
HASHTAG_SHARE = 0.075  # of the requests
EXPOSED_SHARE = 0.005
POSITIVE_SHARE, NEGATIVE_SHARE = 0.176, 0.058
THANKS_SHARE = 0.04
DEMO_SHARE = 0.1  # by people the world begins with; some of them are customers
OTHERS_PER_POST = 0.75  # most people write once
MISSPELT_SHARE = OTHER_HASHTAG_SHARE = 0.15  # of those with a hashtag
TAKES_MESSAGES = 0.85

_FIRST = (
    *("alex", "billie", "casey", "drew", "ellis", "frankie", "harper", "indy", "jamie"),
    *("kerry", "lee", "morgan", "nico", "quinn", "robin", "sam", "toni"),
)
_LAST = (
    *("ash", "birch", "cole", "dean", "east", "ford", "gill", "hart", "irwin", "jude"),
    *("kerr", "lane", "marsh", "north", "orr", "pike", "reid", "shaw"),
)


class Kind(Enum):
    """What a post is."""

    CHATTER = "chatter"
    THANKS = "thanks"
    SERVICE = "service"
    CRISIS = "crisis"
    COMMAND = "commands"
    MISSPELT = "misspelt"
    OTHER_HASHTAG = "other_hashtags"
    EXPOSED = "exposed"
    ATTACK = "attacks"

    @property
    def has_hashtag(self) -> bool:
        return self in (Kind.COMMAND, Kind.MISSPELT, Kind.OTHER_HASHTAG)

    @property
    def asks(self) -> bool:
        """Whether it is a request, and none of a botnet."""
        return self not in (Kind.CHATTER, Kind.THANKS, Kind.ATTACK)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not on X yet."""

    username: str
    name: str
    accepts_dms: bool = True


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """One post. `thanks_for` is the place in the plan of the post whose answer it thanks for."""

    at_seconds: float  # since the day's midnight
    kind: Kind
    mood: str  # positive, negative, or empty
    author: str
    text: str
    thanks_for: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A day, in order."""

    profile: LoadProfile
    seed: int
    newcomers: tuple[Newcomer, ...]
    posts: tuple[PlannedPost, ...]


def plan_day(name: str, seed: int) -> Plan:
    """The day of this load. Raises: KeyError for a name that is none of `LOADS`."""
    profile = LOADS[name]
    chance = Random(f"{name}:{seed}")  # noqa: S311  # a story is drawn, not a secret
    brand, demo = first_people()
    people = _Cast(profile, chance, [person.username for person in demo], seed)
    ordinary = ordinary_moments(profile.posts, chance)
    surge = surge_moments(profile, chance)
    slots = [(at, kind) for at, kind in zip(ordinary, _kinds(len(ordinary), chance), strict=True)]
    slots = _apart_from_the_worst(slots, profile)
    slots += [(at, Kind.CRISIS) for at in surge]
    slots += [(at, Kind.ATTACK) for at in attack_moments(profile, chance)]
    slots.sort(key=lambda slot: slot[0])
    moods = iter(_moods(sum(kind is not Kind.ATTACK for _, kind in slots), chance))
    posts: list[PlannedPost] = []
    for at, kind in slots:
        mood = "" if kind is Kind.ATTACK else next(moods)
        posts.append(_post(posts, at, kind, mood, people, chance, f"@{brand.username}"))
    return Plan(profile, seed, people.newcomers, tuple(posts))


def _apart_from_the_worst(
    slots: Sequence[tuple[float, Kind]], profile: LoadProfile
) -> list[tuple[float, Kind]]:
    """Ordinary posts beside the worst minutes of a surge come half an hour later: the worst is as told."""
    start = 60 * profile.surge_from_minute
    if not profile.surge_posts:
        return list(slots)
    return [(at + 1_800 if start <= at < start + 600 else at, kind) for at, kind in slots]


def _kinds(count: int, chance: Random) -> list[Kind]:
    """The kinds of an ordinary day's posts: their shares are kept to the post, their order is drawn."""
    quiet = round(count * NO_REQUEST_SHARE)
    thanks = round(count * THANKS_SHARE)
    exposed = round(count * EXPOSED_SHARE)
    tagged = round((count - quiet) * HASHTAG_SHARE)
    misspelt, other = round(tagged * MISSPELT_SHARE), round(tagged * OTHER_HASHTAG_SHARE)
    dealt = {
        Kind.CHATTER: quiet - thanks,
        Kind.THANKS: thanks,
        Kind.EXPOSED: exposed,
        Kind.MISSPELT: misspelt,
        Kind.OTHER_HASHTAG: other,
        Kind.COMMAND: tagged - misspelt - other,
    }
    dealt[Kind.SERVICE] = count - sum(dealt.values())
    kinds = [kind for kind, times in dealt.items() for _ in range(times)]
    chance.shuffle(kinds)
    return kinds


def _moods(count: int, chance: Random) -> list[str]:
    good, bad = round(count * POSITIVE_SHARE), round(count * NEGATIVE_SHARE)
    moods = ["positive"] * good + ["negative"] * bad + [""] * (count - good - bad)
    chance.shuffle(moods)
    return moods


def _post(
    before: Sequence[PlannedPost],
    at: float,
    kind: Kind,
    mood: str,
    people: "_Cast",
    chance: Random,
    brand: str,
) -> PlannedPost:
    texts = _texts()
    asked = _asked_lately(before, chance) if kind is Kind.THANKS else None
    author = people.bot() if kind is Kind.ATTACK else people.somebody()
    if asked is not None:
        author = before[asked].author
    word = chance.choice(texts["moods"][mood]) if mood else ""
    text = chance.choice(texts[kind.value]).format(brand=brand, n=chance.randint(2, 9), mood=word)
    if kind is Kind.ATTACK:
        text += f" {chance.randrange(10**6)}"  # as botnets do, against being taken for duplicates
    return PlannedPost(at, kind, mood, author, text.strip(), asked)


def _asked_lately(before: Sequence[PlannedPost], chance: Random) -> int | None:
    asked = [place for place, post in enumerate(before[-40:], max(0, len(before) - 40)) if post.kind.asks]
    return chance.choice(asked) if asked else None


class _Cast:
    """Who writes: people the world begins with, newcomers, and a botnet whose accounts take turns."""

    def __init__(self, profile: LoadProfile, chance: Random, demo: Sequence[str], seed: int) -> None:
        self._chance = chance
        self._demo = list(demo)
        count = round((profile.posts + profile.surge_posts) * OTHERS_PER_POST)
        others = [_newcomer(chance, f"{seed % 100:02}{number:04}") for number in range(count)]
        bots = [_newcomer(chance, f"{seed % 100:02}b{number:04}") for number in range(profile.bots)]
        self.newcomers = (*others, *bots)
        self._others = [one.username for one in others]
        self._bots = self._in_turn([one.username for one in bots])

    def somebody(self) -> str:
        from_the_start = self._chance.random() < DEMO_SHARE
        return self._chance.choice(self._demo if from_the_start else self._others)

    def bot(self) -> str:
        return next(self._bots)

    def _in_turn(self, bots: list[str]) -> Iterator[str]:
        while True:
            self._chance.shuffle(bots)
            yield from bots


def _newcomer(chance: Random, number: str) -> Newcomer:
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    takes = chance.random() < TAKES_MESSAGES
    return Newcomer(f"{first}_{number}", f"{first.title()} {last.title()}", takes)


@cache
def _texts() -> dict[str, Any]:
    return dict(yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8")))
