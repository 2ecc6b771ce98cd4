"""Sends what is due: marks it *sending* with its money booked, makes the call, records what X said.

    turn      one transaction: what came back is recorded, what may leave now is claimed
    call      no transaction open; the lease is checked just before the first byte is written

A turn serves all calls that ended meanwhile, so that many answers share one commit. Killed anywhere, nothing
is sent twice: whatever was *sending* is looked up at X (reconcile.py) before its bytes leave again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.crash_points import CrashPoint, reach
from bot.flow.outgoing.aftermath import Aftermath, arrived, outcome_of
from bot.flow.outgoing.answer_count import count_answer
from bot.flow.outgoing.colleagues import CHECK_AGAIN, Colleagues
from bot.flow.outgoing.fitness import NO_CONSENT, Background, background, unfit, waited_since
from bot.flow.outgoing.leaving import MILLISECOND, ROUTES, Finished, Leaving, Terms
from bot.flow.outgoing.sharing import calls_under_way, share_out
from bot.metrics import Metrics
from bot.x.budget import Budget, Write, next_day
from bot.x.client import Answer, XClient
from bot.x.outcomes import NotSent, Outcome, Refused, RefusedWhy, Sent, Unsure, UnsureWhy
from bot.x.pauses import EVERYTHING
from bot.x.price_list import Cost, PriceList
from bot.x.rate_headers import RateLimits
from bot.x.wire import Made
from commands.text import would_link
from storage import deliveries, outbox
from storage.database import Database
from storage.inbox import BEGINNING
from storage.outbox import ClaimedDelivery
from storage.states import Channel, DeliveryState
from storage.upkeep import brand, ledger, purse, windows
from storage.upkeep.leases import LeaseClock

log = structlog.get_logger()

# After the budget stopped a write, others are tried again only now and then: each try costs a transaction.
_ASK_BUDGET_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a turn came to."""

    leaving: tuple[Leaving, ...]
    more: bool = False  # something was dropped: what stood behind it, or goes out instead, may leave now
    unusual: bool = False  # some call did not go well: something may have to be looked for, or sent instead


@dataclass(slots=True)
class _Claimed:
    leaving: list[Leaving] = field(default_factory=list)
    dropped: bool = False


class Sender:
    """The send side of one brand. `turn` belongs to one thread at a time; `call` to any number."""

    def __init__(
        self,
        *,
        database: Database,
        lease_clock: LeaseClock,
        clock: Clock,
        client: XClient,
        budget: Budget,
        prices: PriceList,
        terms: Terms,
        metrics: Metrics,
        colleagues: Colleagues | None = None,
        holds_before: Callable[[], datetime] = lambda: BEGINNING,
        left: Callable[[int, int], None] = lambda _delivery, _fence: None,
    ) -> None:
        """`colleagues`: who tells whether one may have answered already; None: nobody asks. `holds_before`:
        what was enqueued earlier stays; `left` is told the last call that may leave (bot/flow/restored)."""
        self._database = database
        self._lease_clock = lease_clock
        self._clock = clock
        self._client = client
        self._budget = budget
        self._prices = prices
        self._terms = terms
        self._metrics = metrics
        self._aftermath = Aftermath(terms)
        self._colleagues = colleagues
        self._holds_before = holds_before
        self._left = left
        self._budget_stopped_until: datetime | None = None
        self._closing = False

    def turn(self, finished: Sequence[Finished], free: int) -> Turn:
        """Records calls that are over and claims up to `free` deliveries whose calls must leave at once.

        Raises: StorageTrouble; then nothing was claimed, and the finished ones are to be given again.
        """
        now, now_ms = self._clock.now(), self._lease_clock.now_ms()

        def work(connection: Connection) -> Turn:
            # Before any delivery is held: somebody who has the purse may wait for one.
            purse.hold(connection, self._terms.brand_id)
            unusual = self._record(connection, finished, now, now_ms)
            if free <= 0 or self._closing:
                return Turn((), unusual=unusual)
            claimed = self._claim(connection, free, now, now_ms)
            reach(CrashPoint.SENDING_WRITING)
            return Turn(tuple(claimed.leaving), claimed.dropped, unusual)

        turn = self._database.write(work)
        reach(CrashPoint.SENDING_WRITTEN)
        if turn.leaving:
            self._left(turn.leaving[-1].delivery.id, turn.leaving[-1].delivery.fence)
        for one in finished:
            self._tell(one)
        return turn

    def call(self, leaving: Leaving) -> Finished:
        """Makes the call, unless its lease is half over or the sender is closing; never raises."""
        delivery = leaving.delivery
        reach(CrashPoint.CALL_BEGUN)
        try:
            if delivery.channel == Channel.PUBLIC:
                answer = self._client.create_post(
                    delivery.text, delivery.reply_to_id, may_leave=lambda: self._may_leave(leaving)
                )
            else:
                answer = self._client.send_message(
                    delivery.person_id, delivery.text, may_leave=lambda: self._may_leave(leaving)
                )
        except Exception:  # our own fault, and nobody knows how far the call came
            log.exception("call failed", delivery=delivery.id)
            unknown = Unsure(UnsureWhy.NO_ANSWER, detail="a fault of the bot")
            answer = Answer(leaving.route, unknown, None, RateLimits(), None, timedelta())
        said = type(answer.outcome).__name__
        log.debug(
            "called", delivery=delivery.id, route=leaving.route, attempt=delivery.attempts, outcome=said
        )
        reach(CrashPoint.CALL_ANSWERED)
        return Finished(leaving, answer, self._clock.now())

    def close(self) -> None:
        """No call leaves from now on; what was claimed and did not leave is given back by the last turn."""
        self._closing = True

    def sweep(self, *, sole: bool = False) -> list[int]:
        """Turns what was being sent under a lapsed lease into deliveries of unknown fate; wakes what may go
        on.

        `sole`: also what any other process holds, at the start of the only one on this database.
        Raises: StorageTrouble.
        """
        now, now_ms = self._clock.now(), self._lease_clock.now_ms()

        def work(connection: Connection) -> list[int]:
            swept = outbox.sweep(connection, self._terms.brand_id, now_ms, everyone=sole)
            if brand.sending_paused(connection, self._terms.brand_id):
                deliveries.hold(connection, self._terms.brand_id)
            else:
                outbox.wake(connection, self._terms.brand_id, now)
            reach(CrashPoint.SENDINGS_SWEEPING)
            return swept

        swept = self._database.write(work)
        reach(CrashPoint.SENDINGS_SWEPT)
        if swept:
            log.warning("sending stopped half-way", deliveries=swept)
        return swept

    def _may_leave(self, leaving: Leaving) -> bool:
        if self._closing:
            return False
        return self._lease_clock.now_ms() < leaving.must_leave_before_ms(self._terms.lease_ms)

    # -- claiming

    def _claim(self, connection: Connection, free: int, now: datetime, now_ms: int) -> _Claimed:
        brand_id = self._terms.brand_id
        if not self._terms.sending or self._budget_is_out(now) or brand.sending_paused(connection, brand_id):
            return _Claimed()
        known = windows.find(connection, brand_id, [*ROUTES.values(), EVERYTHING])
        calls = {route: row.calls_now(now) for route, row in known.items()}
        claimed: list[ClaimedDelivery] = []
        for channel, route in ROUTES.items():
            most = min((n for n in (calls.get(route), calls.get(EVERYTHING)) if n is not None), default=free)
            if most > 0 and len(claimed) < free:
                claimed += outbox.claim(
                    connection,
                    brand_id,
                    self._terms.owner,
                    channel,
                    now=now,
                    now_ms=now_ms,
                    lease_ms=self._terms.lease_ms,
                    at_most=min(most, free - len(claimed)),
                    enqueued_since=self._holds_before(),
                )
        if not claimed:
            return _Claimed()
        facts = background(connection, brand_id, claimed)
        fit = self._without_unfit(connection, claimed, facts, now)
        surely_ours = self._without_waiting(connection, fit, facts, now, now_ms)
        allowed, without = share_out(connection, self._budget, brand_id, surely_ours, now)
        _put_back(connection, without)
        return _Claimed(self._paid(connection, allowed, facts, now), dropped=len(fit) < len(claimed))

    def _paid(
        self, connection: Connection, allowed: Sequence[ClaimedDelivery], facts: Background, now: datetime
    ) -> list[Leaving]:
        """Those whose money is reserved; the others are put back, and their calls with them."""
        writes = [Write(self._cost(delivery), delivery.id) for delivery in allowed]
        lines = self._budget.reserve_writes(connection, writes, now) if writes else []
        leaving, unpaid = [], []
        for delivery, write, line_id in zip(allowed, writes, lines, strict=True):
            route = ROUTES[Channel(delivery.channel)]
            if line_id is None:
                unpaid.append(delivery)
                windows.put_back(connection, self._terms.brand_id, route, 1)
            else:
                leaving.append(Leaving(delivery, route, write.cost, line_id, _asked_at(delivery, facts)))
        if unpaid:
            self._budget_stopped_until = min(now + _ASK_BUDGET_AGAIN, next_day(now))
            _put_back(connection, unpaid)
        return leaving

    def _without_unfit(
        self,
        connection: Connection,
        claimed: Sequence[ClaimedDelivery],
        known: Background,
        now: datetime,
    ) -> list[ClaimedDelivery]:
        fit = []
        for delivery in claimed:
            why = unfit(delivery, known, self._terms, now)
            if why is None:
                fit.append(delivery)
                continue
            outbox.record(connection, [outcome_of(delivery)(DeliveryState.DROPPED, why, never_left=True)])
            self._forget_earlier_calls(connection, [delivery])
            self._aftermath.dropped(connection, delivery, why, now)
            if why == NO_CONSENT:
                self._aftermath.fall_back(connection, delivery, why, now)
        return fit

    def _without_waiting(
        self,
        connection: Connection,
        fit: Sequence[ClaimedDelivery],
        facts: Background,
        now: datetime,
        now_ms: int,
    ) -> list[ClaimedDelivery]:
        """Without those that a colleague may have answered; they are put back until that is known."""
        if self._colleagues is None:
            return list(fit)
        waited = {delivery.id: waited_since(delivery, facts) for delivery in fit}
        unknown = {
            delivery_id: since
            for delivery_id, since in waited.items()
            if since is not None and self._colleagues.may_have_answered(since, now)
        }
        self._colleagues.wait(unknown.items())
        kept = [delivery for delivery in fit if delivery.id in unknown]
        _put_back(connection, kept, now_ms + CHECK_AGAIN // MILLISECOND)
        return [delivery for delivery in fit if delivery.id not in unknown]

    def _cost(self, delivery: ClaimedDelivery) -> Cost:
        if delivery.channel == Channel.PRIVATE:
            return self._prices.of_message()
        return self._prices.of_post(
            has_link=bool(would_link(delivery.text)), summoned=delivery.reply_to_id is not None
        )

    def _budget_is_out(self, now: datetime) -> bool:
        return self._budget_stopped_until is not None and now < self._budget_stopped_until

    # -- recording

    def _record(
        self,
        connection: Connection,
        finished: Sequence[Finished],
        now: datetime,
        now_ms: int,
    ) -> bool:
        if not finished:
            return False
        self._budget.settle_writes(
            connection, [(one.leaving.line_id, one.leaving.cost, one.outcome) for one in finished]
        )
        self._learn(connection, finished, now)
        outcomes = [self._aftermath.next_state(connection, one, now, now_ms) for one in finished]
        ours = outbox.record(connection, outcomes)
        taken = []
        for one in finished:
            delivery = one.leaving.delivery
            if delivery.id not in ours:
                self._too_late(connection, one)
            elif isinstance(one.outcome, Sent):
                taken.append(delivery)
            else:
                self._aftermath.follow(connection, delivery, one.outcome, now)
        self._forget_earlier_calls(connection, [f.leaving.delivery for f in finished if _is_final(f.outcome)])
        arrived(connection, self._terms.brand_id, taken, now)
        return len(taken) < len(finished)

    def _forget_earlier_calls(self, connection: Connection, batch: Sequence[ClaimedDelivery]) -> None:
        """Gives back the money of calls of unknown fate, once it is known that another one, or none,
        counts.
        """
        uncertain = [delivery.id for delivery in batch if delivery.unknown_fate]
        if uncertain:
            lines = ledger.open_lines_of(connection, self._terms.brand_id, uncertain)
            ledger.settle(connection, self._terms.brand_id, [ledger.Charge(line, 0) for line, _, _ in lines])

    def _too_late(self, connection: Connection, one: Finished) -> None:
        """Somebody else has the delivery, because our lease is over; what X told us is told them."""
        delivery = one.leaving.delivery
        log.warning("outcome came late", delivery=delivery.id, outcome=type(one.outcome).__name__)
        if isinstance(one.outcome, Sent):
            deliveries.mark_sent(
                connection, self._terms.brand_id, delivery.id, one.outcome.x_id, "recorded late", one.at
            )
            arrived(connection, self._terms.brand_id, [delivery], one.at)
        elif isinstance(one.outcome, NotSent):
            deliveries.mark_never_left(connection, self._terms.brand_id, delivery)

    def _learn(self, connection: Connection, finished: Sequence[Finished], now: datetime) -> None:
        """Takes over what the answers say about their routes: of those that went well, the last word of
        each.
        """
        over = [one.leaving.delivery.id for one in finished]
        for channel, route in ROUTES.items():
            of_route = [one for one in finished if one.leaving.route == route]
            not_made = sum(isinstance(one.outcome, NotSent) for one in of_route)
            windows.put_back(connection, self._terms.brand_id, route, not_made)
            well = [one.answer for one in of_route if isinstance(one.outcome, Sent)]
            rest = [one.answer for one in of_route if not isinstance(one.outcome, Sent)]
            for answer in [*([min(well, key=_calls_left)] if well else []), *rest]:
                self._budget.learn(
                    connection,
                    route,
                    answer.outcome,
                    answer.limits,
                    now,
                    under_way=calls_under_way(connection, self._terms.brand_id, channel, over),
                )

    def _tell(self, one: Finished) -> None:
        delivery = one.leaving.delivery
        if not isinstance(one.outcome, Sent):
            return
        log.info("sent", delivery=delivery.id, mention=delivery.mention_id, channel=delivery.channel)
        count_answer(self._metrics, delivery, one.leaving.asked_at, one.at)


def _is_final(outcome: Outcome) -> bool:
    if isinstance(outcome, Refused):
        return outcome.why is not RefusedWhy.DUPLICATE  # then an earlier call may have been taken
    return isinstance(outcome, Sent)


def _put_back(connection: Connection, batch: Sequence[ClaimedDelivery], due_ms: int = 0) -> None:
    outcomes = [
        outcome_of(delivery)(DeliveryState.QUEUED, never_left=True, due_ms=due_ms) for delivery in batch
    ]
    outbox.record(connection, outcomes)


def _asked_at(delivery: ClaimedDelivery, known: Background) -> datetime | None:
    mention = None if delivery.mention_id is None else known.mentions.get(delivery.mention_id)
    return None if mention is None else mention.posted_at


def _calls_left(answer: Answer[Made]) -> tuple[float, int]:
    """Sorts the newest window first, and in it the fewest calls left."""
    limits = answer.limits
    reset = limits.resets_at.timestamp() if limits.resets_at else 0.0
    return -reset, -1 if limits.calls_left is None else limits.calls_left
