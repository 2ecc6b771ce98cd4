"""The short mark at the end of every public text, which makes it unlike any other of the last day.

X refuses the same text twice, to whomever, for about a day. A text that carries a ticket's reference is
unlike every other already; all others end in the local time with seconds, plus two letters if that time is
taken.
"""

import random
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, product
from zoneinfo import ZoneInfo

# No vowels, so that no pair of letters reads as a word. They stand for 400 more posts in one second.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
# For how long a mark stays taken: X compares with the posts of about a day.
TAKEN_FOR = timedelta(days=1)
# A clock set back by more than this starts a new count of seconds; by less, the old count goes on.
SET_BACK = timedelta(minutes=1)
# How many marks are looked up at once: few for a quiet second, then many.
_FIRST_LOOK, _NEXT_LOOKS = 4, 100

TakenOf = Callable[[Sequence[str]], Collection[str]]


def marks_of_second(time: str, worker: str = "") -> Iterator[str]:
    """The marks of one second of the local day, best first: `14:05:09`, `14:05:09 BB`, `14:05:09 BC`, …

    `worker`: one of several processes that give out marks at the same time. Each goes through them in an
    order of its own, or all would begin with the same one.
    """
    marks = [time, *(f"{time} {first}{second}" for first, second in product(LETTERS, LETTERS))]
    if worker:
        random.Random(f"{worker} {time}").shuffle(marks)  # noqa: S311 - so that they differ, not so that nobody can guess
    yield from marks


class Marks:
    """Gives out marks, each once. Several threads may ask at once.

    `taken_of` says which of some marks texts of the last day carry already, since another run of the daemon
    may have given them out. When a second's marks are used up, those of the next one follow.
    """

    def __init__(self, zone: ZoneInfo, taken_of: TakenOf, *, worker: str = "") -> None:
        """`worker`: see `marks_of_second`."""
        self._zone = zone
        self._worker = worker
        self._taken_of = taken_of
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
        self._second = second
        self._fresh = self._free(marks_of_second(second.strftime("%H:%M:%S"), self._worker))

    def _free(self, marks: Iterator[str]) -> Iterator[str]:
        look = _FIRST_LOOK
        while some := list(islice(marks, look)):
            taken = frozenset(self._taken_of(some))
            yield from (mark for mark in some if mark not in taken)
            look = _NEXT_LOOKS
