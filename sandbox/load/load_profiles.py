"""The kinds of day that can be played: how much is written, when, and by whom.

Sources: a UK operator's day (O2, 390 to 510 posts, 78 % of them between 10 and 22 h; in a crisis a week's
posts within a day), and its Christmas (+57.7 %).
"""

import math
from dataclasses import dataclass
from random import Random

MINUTES = 24 * 60
WEEKDAY_POSTS = 390
DAYTIME = range(10, 22)  # the hours that hold most of a day
DAYTIME_SHARE = 0.78
# How busy each hour is beside the others of its part of the day.
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 11, 10, 10, 11, 10, 9, 9, 10, 12, 13, 12, 11, 10, 8, 5)


@dataclass(frozen=True, slots=True)
class LoadProfile:
    """A day. `posts` are everybody's ordinary ones; beside them a surge of one crisis, and a botnet."""

    name: str
    about: str
    posts: int
    surge_posts: int = 0
    worst_minute: int = 0  # posts in the worst minute of the surge
    surge_from_minute: int = 0
    bots: int = 0
    posts_of_a_bot: int = 0
    attacks_from_minutes: tuple[int, ...] = ()
    attack_minutes: int = 0

    @property
    def total(self) -> int:
        return self.posts + self.surge_posts + self.bots * self.posts_of_a_bot


LOADS: dict[str, LoadProfile] = {
    "weekday": LoadProfile(
        "weekday", "an operator's ordinary day: 390 posts, 78 % of them from 10 to 22 h", 390
    ),
    "outage": LoadProfile(
        "outage",
        "a week's posts in a day: 2,730, most of them from 9:40 on, 200 in the worst minute",
        WEEKDAY_POSTS,
        surge_posts=6 * WEEKDAY_POSTS,
        worst_minute=200,
        surge_from_minute=9 * 60 + 40,
    ),
    "christmas": LoadProfile("christmas", "57.7 % more than on a weekday: 615 posts", 615),
    "hostile": LoadProfile(
        "hostile",
        "a weekday, and a botnet of 1,000 accounts that post twice each, from 11 and from 19 h on",
        WEEKDAY_POSTS,
        bots=1_000,
        posts_of_a_bot=2,
        attacks_from_minutes=(11 * 60, 19 * 60),
        attack_minutes=30,
    ),
}


def ordinary_moments(count: int, chance: Random) -> list[float]:
    """When the posts of an ordinary day are written, in seconds since its midnight, in order."""
    by_day = round(count * DAYTIME_SHARE)
    night = [hour for hour in range(24) if hour not in DAYTIME]
    hours = _draw(DAYTIME, by_day, chance) + _draw(night, count - by_day, chance)
    return sorted(3600 * hour + chance.uniform(0, 3599) for hour in hours)


def _draw(hours: "range | list[int]", count: int, chance: Random) -> list[int]:
    return chance.choices(list(hours), weights=[_HOURS[hour] for hour in hours], k=count)


def surge_moments(profile: LoadProfile, chance: Random) -> list[float]:
    """When the posts of the surge are written: a steep rise, the worst minute, and a long decline."""
    counts = surge_counts(profile)
    start = profile.surge_from_minute
    return sorted(
        60 * (start + minute) + chance.uniform(0, 59)
        for minute, count in enumerate(counts)
        for _ in range(count)
    )


def surge_counts(profile: LoadProfile) -> list[int]:
    """The posts of each minute of the surge until midnight; the worst minute stands once among them."""
    worst, left = profile.worst_minute, MINUTES - profile.surge_from_minute
    if not worst:
        return []
    rise = [round(worst * share) for share in (0.1, 0.3, 0.6)]
    decline = profile.surge_posts - sum(rise) - worst
    # The decline's length is found by halving: the longer, the more posts it holds.
    short, long = 0.5, float(left)
    for _ in range(60):
        middle = (short + long) / 2
        held = sum(_after(worst, minute, middle) for minute in range(1, left - 3))
        short, long = (middle, long) if held < decline else (short, middle)
    after = [_after(worst, minute, short) for minute in range(1, left - 3)]
    for minute in range(decline - sum(after)):  # what rounding has left over
        after[30 + minute % (len(after) - 30)] += 1
    return [*rise, worst, *after]


def _after(worst: int, minute: int, length: float) -> int:
    return int((worst - 1) * math.exp(-minute / length))


def attack_moments(profile: LoadProfile, chance: Random) -> list[float]:
    """When the botnet posts: each account once in each attack."""
    return [
        60 * start + chance.uniform(0, 60 * profile.attack_minutes - 1)
        for start in profile.attacks_from_minutes
        for _ in range(profile.bots)
    ]
