"""The one door through which X is read: book the worst price, call, settle, and keep what came, in that
order.

What a page holds is kept in the very transaction that settles it, so that nothing is paid for and then lost.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.crash_points import CrashPoint, reach
from bot.x.budget import Booked, Budget, Stopped
from bot.x.client import Answer
from bot.x.outcomes import Outcome, is_lost
from bot.x.price_list import Item
from storage.database import Database
from storage.upkeep import ledger

log = structlog.get_logger()

T = TypeVar("T")
K = TypeVar("K")

# An answer is certainly lost when its call began longer ago than any call may last.
LOST_AFTER = timedelta(minutes=1)
_SINCE = " since "


@dataclass(frozen=True, slots=True)
class Reading(Generic[T, K]):
    """What came of a read: `data` and what `keep` made of it, or why not."""

    data: T | None = None
    kept: K | None = None
    outcome: Outcome | None = None  # None: no call was made
    stopped: Stopped | None = None


@dataclass(frozen=True, slots=True)
class LostRead:
    """A read whose answer nobody has: its process has ended. `today`: X says it again free of charge."""

    line: ledger.Unsettled
    whose: str
    since_id: str
    today: bool


class BookedReads:
    """Reads of one brand's account."""

    def __init__(self, database: Database, budget: Budget, clock: Clock) -> None:
        self._database = database
        self._budget = budget
        self._clock = clock
        self._lost: set[int] = set()  # ledger lines of answers known to be lost

    def read(
        self,
        route: str,
        item: Item | None,
        call: Callable[[int], Answer[T]],
        keep: Callable[[Connection, T], K],
        *,
        ids: Callable[[T], Collection[str]] = lambda _: (),
        size: int = 1,
        least: int = 1,
        spare: int = 0,
        whose: str = "",
        since_id: str = "",
    ) -> Reading[T, K]:
        """Makes one read of up to `size` objects and keeps what came.

        `ids` are the X ids of what was returned, `spare` calls of the window are left alone. `keep` runs in a
        transaction and may run again. `whose` and `since_id` tell apart what one route reads: the person of a
        conversation, and how far back.
        Raises: StorageTrouble; then nothing was kept, and what X charged stays reserved.
        """
        now = self._clock.now()
        booked = self._database.write(
            lambda c: self._budget.reserve_read(
                c, route, item, now, size=size, least=least, keep=spare, read=_what(route, whose, since_id)
            )
        )
        if isinstance(booked, Stopped):
            return Reading(stopped=booked)
        reach(CrashPoint.READ_BOOKED)
        answer = call(booked.size)
        reach(CrashPoint.READ_ANSWERED)
        if is_lost(answer.outcome):
            self._note_lost(booked)
        try:
            kept = self._database.write(lambda c: self._record(c, booked, answer, ids, keep))
        except BaseException:
            self._note_lost(booked)
            raise
        reach(CrashPoint.PAGE_WRITTEN)
        return Reading(answer.data, kept, answer.outcome)

    def settle_lost(
        self,
        connection: Connection,
        route: str,
        item: Item,
        posted_at: list[datetime],
        begun_at: datetime,
        *,
        whose: str = "",
        since_id: str = "",
    ) -> None:
        """Settles lost reads of this route, once the same was read completely from `begun_at` on.

        `since_id`: what was read goes back so far, and lost reads that went further stay reserved.
        """
        self._budget.settle_lost(
            connection,
            lambda read: covers(read, route, whose=whose, since_id=since_id),
            item,
            posted_at,
            self._clock.now(),
            lost_before=begun_at - LOST_AFTER,
            known_lost=self._lost,
        )

    def lost(self, route: str) -> list[LostRead]:
        """Reads that went back to somewhere and will not be answered. Nobody may ever read the same again.

        Raises: StorageTrouble.
        """
        lines = self._database.read(self._budget.unsettled_reads)
        before = self._clock.now() - LOST_AFTER
        found = []
        for line in lines:
            named, _, since_id = line.route.partition(_SINCE)
            if since_id and line.reserved_at < before and named.startswith(route):
                today = line.day == self._clock.now().astimezone(UTC).date()
                found.append(LostRead(line, named.removeprefix(route).strip(), since_id, today))
        return found

    def give_up(self, reads: Sequence[LostRead]) -> None:
        """Settles at their worst price what nobody will learn any more. Raises: StorageTrouble."""
        if reads:
            log.warning("reads booked at their worst price", reads=len(reads))
            self._database.write(lambda c: self._budget.settle_at_worst(c, [read.line for read in reads]))

    def _record(
        self,
        connection: Connection,
        booked: Booked,
        answer: Answer[T],
        ids: Callable[[T], Collection[str]],
        keep: Callable[[Connection, T], K],
    ) -> K | None:
        now = self._clock.now()
        returned = () if answer.data is None else ids(answer.data)
        self._budget.settle_read(connection, booked, answer.outcome, returned, answer.date or now)
        self._budget.learn(connection, booked.route, answer.outcome, answer.limits, now)
        kept = None if answer.data is None else keep(connection, answer.data)
        reach(CrashPoint.PAGE_WRITING)
        return kept

    def _note_lost(self, booked: Booked) -> None:
        if booked.line_id is not None:
            self._lost.add(booked.line_id)


def covers(read: str, route: str, *, whose: str, since_id: str) -> bool:
    """Whether a re-read shows all that an earlier read, as the ledger names it, may have returned."""
    if read in ("", route):  # from a version that named less
        return True
    named, _, since = read.partition(_SINCE)
    return named == _what(route, whose) and (not since or (since_id != "" and int(since) >= int(since_id)))


def _what(route: str, whose: str, since_id: str = "") -> str:
    """What a read is of, as the ledger names it."""
    return f"{route} {whose}".rstrip() + (f"{_SINCE}{since_id}" if since_id else "")
