"""Who of a process's hands may claim: many mentions at a time, or one hand a single suspect and nobody else.

A suspect was being handled when a process ended. It is handled while this process handles nothing else, so
that an end can be put down to it; a suspect that is decided like any other is cleared by that.
"""

import threading
from collections.abc import Callable
from enum import Enum, auto

# A suspect that takes longer gives the others their turn before the next one.
LONG_SECONDS = 1.0


class Turn(Enum):
    """What a hand may claim now."""

    NOTHING = auto()  # it ends what it holds; or another holds a suspect
    MANY = auto()
    SUSPECT = auto()  # one, and nobody else of this process holds anything


class Quarantine:
    """The gate of one process. Several threads may call it; a hand is named by its `id`."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._changing = threading.Lock()
        self._among_others: set[int] = set()  # hands that may hold something
        self._alone: int | None = None
        self._alone_since = 0.0
        self._wanted = False

    def suspects_wait(self, wait: bool) -> None:
        """Whether there are suspects to be handled, as the database says."""
        with self._changing:
            self._wanted = wait

    def enter(self, hand: int, *, holds_something: bool) -> Turn:
        """What this hand may claim. After any other answer than NOTHING, `leave` when it holds nothing."""
        with self._changing:
            if self._alone is not None:
                return Turn.SUSPECT if self._alone == hand and not holds_something else Turn.NOTHING
            if not self._wanted:
                self._among_others.add(hand)
                return Turn.MANY
            if holds_something or self._among_others - {hand}:
                return Turn.NOTHING
            self._among_others.discard(hand)
            self._alone, self._alone_since = hand, self._monotonic()
            return Turn.SUSPECT

    def leave(self, hand: int) -> None:
        """The hand holds nothing any more."""
        with self._changing:
            self._among_others.discard(hand)
            if self._alone == hand:
                self._alone = None
                if self._monotonic() - self._alone_since >= LONG_SECONDS:
                    self._wanted = False
