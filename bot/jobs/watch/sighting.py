"""What a watchdog has seen, and in which words it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alarm_bell import AlarmCode

NAMED = 10  # things named in one notice; the others are counted


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things an alarm stands for: `key` tells it apart for good, `words` name it to people."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether an alarm's cause is there. `certain` False: neither to be raised nor to be ended by this."""

    alarm: AlarmCode
    holds: bool
    detail: str = ""
    things: tuple[Thing, ...] = ()
    certain: bool = True


def named(things: Sequence[Thing]) -> str:
    """The things in one line; beyond ten they are only counted."""
    listed = "; ".join(thing.words for thing in things[:NAMED])
    more = len(things) - NAMED
    return f"{listed}; and {more} more" if more > 0 else listed


def at_utc(at: datetime) -> str:
    """An instant for a notice, which people read days later and in other countries."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def lasting(span: timedelta) -> str:
    """A length of time in the largest unit that says enough: 40 s, 12 min, 3 h, 2 d."""
    seconds = int(abs(span).total_seconds())
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
