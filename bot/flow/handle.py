"""Decides mentions step by step: claims some, decides them, writes what follows, and begins again.

A claim is short, no transaction is open while commands run, and what was decided is written together with the
end of the claim. Killed in between, a mention is claimed again when its lease has ended and decided afresh,
which is harmless, since nothing of a decision happens before it is written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.crash_points import CrashPoint, reach
from bot.flow import enqueue
from bot.flow.context import House
from bot.flow.decide.decision import Decision
from bot.flow.decide.incoming import Incoming
from bot.flow.decider import Decider, Looked, Underway
from bot.flow.outgoing.answer_count import count_decision
from bot.flow.parking import Parking
from bot.flow.quarantine import Quarantine, Turn
from bot.flow.receive import read_row
from bot.metrics import Metrics
from storage import inbox
from storage.database import Database, StorageTrouble
from storage.inbox import ClaimedMention
from storage.upkeep import lapsed_claims
from storage.upkeep.leases import LeaseClock

log = structlog.get_logger(__name__)

# Whether everything we have written ourselves between two instants is known; False: X cannot be read now.
OwnPostsRead = Callable[[datetime, datetime], bool]

BATCH = 32  # claimed at once: many to a transaction, few to lose to a crash
MOST_TRIES = 3
# A command that is done within this is written with its whole batch; the others follow as they end.
_USUALLY_DONE = 0.02
_LOOK_AGAIN = 0.1
_SWEEP_EVERY_MS = 1_000
_MS = timedelta(milliseconds=1)
_AFTER_FAILURE = timedelta(seconds=2)
_UNTIL_OWN_POSTS_ARE_READ = timedelta(seconds=5)
_OWN_POSTS_FRESH_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a claim holds, and from which age on a colleague may have answered already."""

    lease: timedelta = timedelta(seconds=30)
    colleague_check_from: timedelta = timedelta(minutes=5)


@dataclass(slots=True)
class Held:
    """A mention this process has claimed; `underway` is None for one that could not even be begun."""

    row: ClaimedMention
    underway: Underway | None = None
    error: Exception | None = None
    lease_until_ms: int = 0

    def __post_init__(self) -> None:
        self.lease_until_ms = self.lease_until_ms or self.row.lease_until_ms

    @property
    def is_done(self) -> bool:
        return self.underway is None or self.underway.is_done


@dataclass(slots=True)
class Hand:
    """What one thread holds: mentions under way, and claimed ones it could not look at yet."""

    held: list[Held] = field(default_factory=list)
    fresh: list[ClaimedMention] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.held) + len(self.fresh)

    def let_lapse(self, claimed: Sequence[ClaimedMention]) -> None:
        """Forgets what is claimed anew: it was held under a claim that lapsed, and is decided once."""
        again = {row.id for row in claimed}
        self.held = [one for one in self.held if one.row.id not in again]


@dataclass(frozen=True, slots=True)
class Step:
    """How many mentions a step claimed, and how many it brought to an end."""

    claimed: int
    ended: int

    @property
    def moved(self) -> bool:
        """Whether another step may find more: what has ended lets the next of its conversation be claimed."""
        return bool(self.claimed or self.ended)


class Handler:
    """Decides claimed mentions. Its methods may be called from several threads, each with its own `Hand`."""

    def __init__(
        self,
        *,
        database: Database,
        lease_clock: LeaseClock,
        owner: str,
        house: House,
        decider: Decider,
        terms: enqueue.Terms,
        clock: Clock,
        metrics: Metrics,
        timing: Timing = Timing(),
        own_posts_read: OwnPostsRead | None = None,
        enqueued: Callable[[], None] = lambda: None,
        holds_before: Callable[[], datetime] = lambda: inbox.BEGINNING,
    ) -> None:
        """`holds_before`: what was posted earlier is left alone for now; see bot/flow/restored."""
        self._database = database
        self._lease_clock = lease_clock
        self._owner = owner
        self._house = house
        self._decider = decider
        self._terms = terms
        self._clock = clock
        self._metrics = metrics
        self._timing = timing
        self._own_posts_read = own_posts_read
        self._enqueued = enqueued
        self._holds_before = holds_before
        self._swept_ms = 0
        self._quarantine = Quarantine(clock.monotonic)
        self._parking = Parking(decider, house, clock)

    @property
    def house(self) -> House:
        """The brand's own things that decisions rest on."""
        return self._house

    def step(self, hand: Hand, at_most: int = BATCH) -> Step:
        """Claims what there is room for, decides, and writes what is done.

        Raises:
            StorageTrouble: nothing is lost; the hand keeps what it holds, to be written when it can be.
        """
        reach(CrashPoint.CLAIMING)
        claimed = self._claim(hand, at_most)
        if claimed:
            reach(CrashPoint.CLAIMED)
        hand.let_lapse(claimed)
        hand.fresh += claimed
        hand.held += self._begin(hand.fresh)
        hand.fresh = []
        if hand.held:
            self._decider.wait(
                [one.underway for one in hand.held if one.underway is not None],
                _USUALLY_DONE if claimed else _LOOK_AGAIN,
            )
        ended = self._write_done(hand)
        self._keep(hand)
        if not hand.size:
            self._quarantine.leave(id(hand))
        return Step(len(claimed), ended)

    def let_go(self, hand: Hand) -> None:
        """Writes what is done already and gives the other claims back, as if never tried."""
        self._write_done(hand)
        fences = {row.id: row.fence for row in (*hand.fresh, *(one.row for one in hand.held))}
        hand.held, hand.fresh = [], []
        if fences:
            self._database.write(lambda c: inbox.give_back(c, fences))
        self._quarantine.leave(id(hand))

    def sweep_when_due(self) -> None:
        """Sweeps if the last sweep is a second ago."""
        now_ms = self._lease_clock.now_ms()
        if now_ms - self._swept_ms >= _SWEEP_EVERY_MS:
            self._swept_ms = now_ms
            self.sweep()

    def sweep(self, *, sole: bool = False) -> None:
        """Frees mentions whose claims have lapsed, as suspects; one that has ended its process three times is
        parked with a ticket.

        `sole`: all that are claimed, whatever their leases: at the start of the only process here.
        """
        now_ms = self._lease_clock.now_ms()

        def work(connection: Connection) -> lapsed_claims.Swept:
            brand_id, who = self._terms.brand_id, self._owner
            swept = lapsed_claims.sweep(connection, brand_id, who, now_ms, MOST_TRIES, everyone=sole)
            reach(CrashPoint.MENTIONS_SWEEPING)
            return swept

        swept = self._database.write(work)
        reach(CrashPoint.MENTIONS_SWEPT)
        self._quarantine.suspects_wait(swept.suspect_waits)
        if swept.freed:
            log.warning("claims lapsed", freed=swept.freed)
        for row in swept.doomed:
            log.error("mention ends its process", mention=row.id, tries=row.tries)
            self._park(row)

    def _claim(self, hand: Hand, at_most: int) -> list[ClaimedMention]:
        room = at_most - hand.size
        if room <= 0:
            return []
        turn = self._quarantine.enter(id(hand), holds_something=hand.size > 0)
        now_ms, lease_ms = self._lease_clock.now_ms(), self._timing.lease // _MS
        claim, since = (self._terms.brand_id, self._owner, now_ms, lease_ms), self._holds_before()
        if turn is Turn.SUSPECT:
            suspect = self._database.write(lambda c: inbox.claim_suspect(c, *claim, posted_since=since))
            if suspect:
                return suspect
            self._quarantine.suspects_wait(False)
            self._quarantine.leave(id(hand))
            turn = self._quarantine.enter(id(hand), holds_something=False)
        if turn is Turn.MANY:
            return self._database.write(lambda c: inbox.claim(c, *claim, room, posted_since=since))
        return []

    def _begin(self, claimed: Sequence[ClaimedMention]) -> list[Held]:
        rows = self._without_unread_own_posts(claimed)
        held, read = [], []
        for row in rows:
            try:
                read.append((row, read_row(row, row.text, row.x_json, self._terms.brand_id)))
            except Exception as error:  # noqa: BLE001 - one unreadable mention must not hold up the others
                held.append(Held(row, error=error))
        return held + self._look(read)

    def _look(self, read: Sequence[tuple[ClaimedMention, Incoming]]) -> list[Held]:
        """Begins them together, or else one by one; one that cannot be looked at is held with its fault."""
        if not read:
            return []
        try:
            looked = self._look_beside_colleagues(read)
        except StorageTrouble:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            if len(read) == 1:
                return [Held(read[0][0], error=error)]
            return [held for one in read for held in self._look([one])]
        return [self._begin_one(row, one) for row, one in looked]

    def _look_beside_colleagues(
        self, read: Sequence[tuple[ClaimedMention, Incoming]]
    ) -> list[tuple[ClaimedMention, Looked]]:
        """Where a hand-over would end for silence, what colleagues wrote in X's own app is read first.

        While that cannot be read, its mentions are given back, to be looked at again soon.
        """
        rows, incoming = [row for row, _ in read], [one for _, one in read]
        looked = list(zip(rows, self._decider.look(incoming), strict=True))
        silent_since = [_silent_since(one) for _, one in looked]
        since = min((at for at in silent_since if at is not None), default=None)
        if since is None or self._own_posts_read is None:
            return looked
        if self._own_posts_read(since, self._clock.now() - _OWN_POSTS_FRESH_FOR):
            return list(zip(rows, self._decider.look(incoming), strict=True))
        ending = [row for row, one in looked if _silent_since(one) is not None]
        log.info("waits until our own posts are read", mentions=len(ending))
        self._give_back(ending, after=_UNTIL_OWN_POSTS_ARE_READ, as_untried=True)
        return [(row, one) for row, one in looked if row not in ending]

    def _begin_one(self, row: ClaimedMention, looked: Looked) -> Held:
        if row.suspect:
            commands = " ".join(call.command for call in looked.case.found.commands)
            self._database.write(lambda c: inbox.note_commands(c, row.id, row.fence, commands))
        try:
            return Held(row, self._decider.begin(looked))
        except Exception as error:  # noqa: BLE001 - as above
            return Held(row, error=error)

    def _without_unread_own_posts(self, claimed: Sequence[ClaimedMention]) -> list[ClaimedMention]:
        """Without those that a colleague may have answered in X's own app, unless that can be told.

        They are given back, to be looked at again soon.
        """
        now, policy = self._clock.now(), self._decider.policy
        oldest = now - policy.answer_up_to if policy.answer_up_to else datetime.min.replace(tzinfo=UTC)
        old = [row for row in claimed if oldest <= row.posted_at < now - self._timing.colleague_check_from]
        if not old or self._own_posts_read is None:
            return list(claimed)
        since = min(row.posted_at for row in old)
        if self._own_posts_read(since, now - _OWN_POSTS_FRESH_FOR):
            return list(claimed)
        log.info("waits until our own posts are read", mentions=len(old))
        self._give_back(old, after=_UNTIL_OWN_POSTS_ARE_READ, as_untried=True)
        return [row for row in claimed if row not in old]

    def _write_done(self, hand: Hand) -> int:
        """Decides and writes what has ended, and how many; what fails on the way is tried again or parked."""
        done = [one for one in hand.held if one.is_done]
        if not done:
            return 0
        decided = [self._decide(one) for one in done]
        good = [(one.row, decision) for one, decision in decided if decision is not None]
        reach(CrashPoint.DECIDED)
        if good:
            failed = self._write(good)
            decided += [(Held(row, error=error), None) for row, error in failed]
        for one, decision in decided:
            if decision is None and one.error is not None:
                self._failed(one.row, one.error)
        # Not those that have ended meanwhile: they are decided the next time.
        written = {id(one) for one in done}
        hand.held = [one for one in hand.held if id(one) not in written]
        return len(done)

    def _decide(self, one: Held) -> tuple[Held, Decision | None]:
        if one.underway is None:
            return one, None
        try:
            return one, self._decider.finish(one.underway)
        except StorageTrouble:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours in one mention is no fault in the others
            return Held(one.row, error=error), None

    def _write(
        self, decided: Sequence[tuple[ClaimedMention, Decision]]
    ) -> list[tuple[ClaimedMention, Exception]]:
        """Writes them together, or else one by one; those that cannot be written, and why."""
        fences = {row.id: row.fence for row, _ in decided}
        decisions, now = [decision for _, decision in decided], self._clock.now()
        try:
            written = self._database.write(lambda c: enqueue.write(c, self._terms, decisions, fences, now))
        except StorageTrouble:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one of them cannot be written for
            if len(decided) == 1:
                return [(decided[0][0], error)]
            return [failed for one in decided for failed in self._write([one])]
        reach(CrashPoint.DECISION_WRITTEN)
        self._tell(decided, written)
        return []

    def _tell(self, decided: Sequence[tuple[ClaimedMention, Decision]], written: enqueue.Written) -> None:
        for row, decision in decided:
            if row.id not in written.mentions:
                log.warning("claim lost", mention=row.id)
                continue
            count_decision(self._metrics, decision)
            log.info(
                "decided",
                mention=row.id,
                reason=decision.reason.value,
                commands=decision.commands,
                deliveries=len(decision.deliveries),
            )
        if written.deliveries:
            self._enqueued()

    def _failed(self, row: ClaimedMention, error: Exception) -> None:
        """Tried again a little later; the third time it is set aside, and people are told."""
        if isinstance(error, enqueue.Outdated):
            self._give_back([row], after=timedelta(0), as_untried=True)
            return
        log.error("mention failed", mention=row.id, tries=row.tries, exc_info=error)
        if row.tries < MOST_TRIES:
            self._give_back([row], after=_AFTER_FAILURE * row.tries, as_untried=False)
            return
        self._park(row)

    def _park(self, row: ClaimedMention) -> None:
        """Sets it aside with a ticket and, where it may be answered, a holding reply."""
        decision, now = self._parking.decide(row), self._clock.now()
        fences = {row.id: row.fence}
        written = self._database.write(lambda c: enqueue.write(c, self._terms, [decision], fences, now))
        self._tell([(row, decision)], written)

    def _give_back(self, rows: Sequence[ClaimedMention], *, after: timedelta, as_untried: bool) -> None:
        next_ms = self._lease_clock.now_ms() + after // _MS
        fences = {row.id: row.fence for row in rows}
        self._database.write(lambda c: inbox.give_back(c, fences, next_ms=next_ms, as_untried=as_untried))

    def _keep(self, hand: Hand) -> None:
        """Lengthens the leases of what still runs, once half of them is over."""
        now_ms, lease_ms = self._lease_clock.now_ms(), self._timing.lease // _MS
        half_over = [one for one in hand.held if one.lease_until_ms - now_ms < lease_ms // 2]
        if half_over:
            fences = {one.row.id: one.row.fence for one in half_over}
            self._database.write(lambda c: inbox.extend(c, fences, now_ms + lease_ms))
            for one in half_over:
                one.lease_until_ms = now_ms + lease_ms


def _silent_since(looked: Looked) -> datetime | None:
    """Since when nobody is known to have written in the hand-over that would end with this mention."""
    case = looked.case
    return case.standing.last_human_at if case.releases is not None else None
