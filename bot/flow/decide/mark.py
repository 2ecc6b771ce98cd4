"""The short mark at the end of every public text, which makes it unlike any other of the last day.

X refuses the same text twice, to whomever, for about a day. A text that carries a ticket's reference is
unlike every other already; all others end in the local time with seconds, plus two letters if that time is
taken.
"""

import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

# No vowels, so that no pair of letters reads as a word. They stand for 400 more posts in one second.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
# For how long a mark stays taken: X compares with the posts of about a day.
TAKEN_FOR = timedelta(days=1)
# A clock set back by more than this starts a new count of seconds; by less, the old count goes on.
SET_BACK = timedelta(minutes=1)

TakenMarks = Callable[[str], Collection[str]]


def marks_of_second(time: str) -> Iterator[str]:
    """The marks of one second of the local day, best first: `14:05:09`, `14:05:09 BB`, `14:05:09 BC`, …"""
    yield time
    for first, second in product(LETTERS, LETTERS):
        yield f"{time} {first}{second}"


class Marks:
    """Gives out marks, each once. Several threads may ask at once.

    `taken` is asked once per second for the marks of the last day that begin with that time of day, since
    another run of the daemon may have given them out. When a second's marks are used up, those of the next
    one follow.
    """

    def __init__(self, zone: ZoneInfo, taken: TakenMarks) -> None:
        self._zone = zone
        self._taken = taken
        self._lock = threading.Lock()
        self._second: datetime | None = None
        self._fresh: Iterator[str] = iter(())

    def take(self, now: datetime) -> str:
        """A mark that no other public text of the last day carries."""
        with self._lock:
            second = now.astimezone(self._zone).replace(microsecond=0)
            if self._second is None or second > self._second or self._second - second > SET_BACK:
                self._begin(second)
            while (mark := next(self._fresh, None)) is None:
                assert self._second is not None
                self._begin(self._second + timedelta(seconds=1))
            return mark

    def _begin(self, second: datetime) -> None:
        time = second.strftime("%H:%M:%S")
        taken = frozenset(self._taken(time))
        self._second = second
        self._fresh = (mark for mark in marks_of_second(time) if mark not in taken)
