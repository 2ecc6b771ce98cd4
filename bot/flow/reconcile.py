"""Finds out at X what became of deliveries of unknown fate: sent, or certainly not, or a matter for a person.

A public one is looked for among our own posts, by the post it replies to; a private one among the events of
the conversation, by its words. Only what was looked for in vain twice, a lag apart, leaves again, with the
same bytes. What cannot be looked for stays of unknown fate. Nothing here calls X but to read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.crash_points import CrashPoint, reach
from bot.flow.outgoing.aftermath import DUPLICATE, Aftermath, outcome_of
from bot.flow.outgoing.answer_count import count_answer
from bot.flow.outgoing.by_hand import settle
from bot.flow.outgoing.colleagues import Colleagues
from bot.flow.outgoing.leaving import MILLISECOND, Terms
from bot.flow.outgoing.looks import Look
from bot.flow.outgoing.remarking import remarked
from bot.flow.outgoing.searching import Searcher
from bot.flow.outgoing.send_alarms import SendAlarm
from bot.metrics import Metrics
from bot.x.client import XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.feeds.intake import note_colleagues
from bot.x.outcomes import Sent
from bot.x.wire import XPost, snowflake_time
from commands.plan import PUBLIC_WEIGHT
from commands.text import outgoing_weight
from storage import deliveries, mentions, outbox
from storage.database import Database
from storage.outbox import FOR_A_PERSON, ClaimedDelivery, Outcome
from storage.states import Channel, DeliveryState, Purpose, Reason
from storage.upkeep import purse
from storage.upkeep.leases import LeaseClock
from storage.upkeep.own_posts import OwnPostRow

log = structlog.get_logger()

# A look comes at once, and proves something only if it finds. Then two that count, each a lag after the one
# before.
COUNTED_LOOKS = 2
AT_ONCE = 20
SETTLES_EVERY = timedelta(seconds=10)
AFTER_A_STOP = timedelta(minutes=1)


NewMark = Callable[[datetime], str]


class Reconciler:
    """Looks for one brand's deliveries of unknown fate. One thread at a time."""

    def __init__(
        self,
        *,
        database: Database,
        lease_clock: LeaseClock,
        clock: Clock,
        client: XClient,
        reads: BookedReads,
        bell: AlarmBell,
        terms: Terms,
        new_mark: NewMark,
        metrics: Metrics,
        colleagues: Colleagues | None = None,
    ) -> None:
        """`new_mark` makes a mark that no text of the last day carries."""
        self._database = database
        self._lease_clock = lease_clock
        self._clock = clock
        self._search = Searcher(database, clock, client, reads, terms)
        self._bell = bell
        self._terms = terms
        self._new_mark = new_mark
        self._metrics = metrics
        self._colleagues = colleagues
        self._aftermath = Aftermath(terms)
        self._next_settling = clock.monotonic()
        self._not_seen: set[int] = set()  # deliveries whose last look was not possible
        self._taken_up = False  # whether those of an earlier run are among them

    def step(self) -> int:
        """Looks for those whose look is due, and records what follows; how many were queued or followed up.

        Raises: StorageTrouble; a look that was not recorded is repeated.
        """
        if not self._taken_up:
            self._not_seen = self._database.write(self._not_seen_before)
            self._taken_up = True
        begun_ms = self._lease_clock.now_ms()
        due = self._database.write(
            lambda connection: outbox.claim_unsure(
                connection,
                self._terms.brand_id,
                self._terms.owner,
                now_ms=begun_ms,
                lease_ms=self._terms.lease_ms,
                at_most=AT_ONCE,
            )
        )
        if due:
            reach(CrashPoint.LOOK_CLAIMED)
        public = [delivery for delivery in due if delivery.channel == Channel.PUBLIC]
        private = [delivery for delivery in due if delivery.channel == Channel.PRIVATE]
        moved = self._record(public, self._search.among_posts(public)) if public else 0
        while private and self._lease_clock.now_ms() - begun_ms <= self._terms.lease_ms // 2:
            delivery = private.pop(0)
            moved += self._record([delivery], self._search.in_conversation(delivery))
        self._put_off(private)
        if not due and self._clock.monotonic() >= self._next_settling:
            self._next_settling = self._clock.monotonic() + SETTLES_EVERY.total_seconds()
            self._search.settle_dead_reads()
        if self._not_seen and not due:
            self._not_seen = self._database.write(self._still_not_seen)
        return moved + self._look_for_colleagues()

    def _put_off(self, batch: Sequence[ClaimedDelivery]) -> None:
        """For those the lease is too short: the next step, or another process, looks for them."""
        still = [_still_unsure(delivery, 0, delivery.looks) for delivery in batch]
        if still:
            self._database.write(lambda connection: outbox.record(connection, still))

    def _look_for_colleagues(self) -> int:
        """How many answers waited for a look at our own posts, and may leave now."""
        ready = self._colleagues.look() if self._colleagues else []
        if ready:
            self._database.write(lambda c: outbox.hurry(c, self._terms.brand_id, ready))
        return len(ready)

    # -- recording

    def _record(self, batch: Sequence[ClaimedDelivery], look: Look | None) -> int:
        reach(CrashPoint.LOOK_SEEN)
        now, now_ms = self._clock.now(), self._lease_clock.now_ms()
        log.debug(
            "looked for", deliveries=[one.id for one in batch], found=None if look is None else look.found
        )
        marks = {
            delivery.id: self._new_mark(now)
            for delivery in batch
            if look is not None and _may_be_remarked(delivery) and delivery.id not in look.found
        }

        def work(connection: Connection) -> int:
            purse.hold(connection, self._terms.brand_id)  # before any delivery
            if look is None:
                return self._cannot_look(connection, batch, now, now_ms)
            if not self._not_seen - {delivery.id for delivery in batch}:
                self._bell.end(connection, SendAlarm.CANNOT_LOOK, now)
            moved = 0
            for delivery in batch:
                x_id, colleagues = look.found.get(delivery.id), look.colleagues.get(delivery.id, ())
                self._note_colleagues(connection, colleagues)
                if x_id is not None:
                    self._sent(connection, delivery, x_id, now)
                elif colleagues and _certainly_not_sent(delivery) and delivery.purpose != Purpose.PERSON:
                    self._answered_by_a_person(connection, delivery, now)
                else:
                    moved += self._absent(connection, delivery, marks.get(delivery.id), now, now_ms)
            reach(CrashPoint.LOOK_WRITING)
            return moved

        moved = self._database.write(work)
        reach(CrashPoint.LOOK_WRITTEN)
        if look is not None:
            self._count(batch, look)
        ids = {delivery.id for delivery in batch}
        self._not_seen = self._not_seen | ids if look is None else self._not_seen - ids
        return moved

    def _count(self, batch: Sequence[ClaimedDelivery], look: Look) -> None:
        found = [delivery for delivery in batch if delivery.id in look.found]
        ids = [delivery.mention_id for delivery in found if delivery.mention_id is not None]
        asked = self._database.read(lambda c: mentions.find(c, self._terms.brand_id, ids)) if ids else {}
        for delivery in found:
            mention = asked.get(delivery.mention_id or 0)
            taken_at = snowflake_time(look.found[delivery.id])
            count_answer(self._metrics, delivery, mention.posted_at if mention else None, taken_at)

    def _not_seen_before(self, connection: Connection) -> set[int]:
        """What an earlier run may have been unable to look for. Where there is none, its alarm ends."""
        if not self._bell.may_stand(connection, SendAlarm.CANNOT_LOOK):
            return set()
        self._not_seen = set(deliveries.to_be_looked_for(connection, self._terms.brand_id))
        return self._still_not_seen(connection)

    def _still_not_seen(self, connection: Connection) -> set[int]:
        """Those still to be looked for: a person may have decided some. The alarm ends with the last."""
        rows = deliveries.find(connection, self._terms.brand_id, sorted(self._not_seen))
        waiting = {
            row.id
            for row in rows.values()
            if row.state == DeliveryState.UNSURE and row.reason != FOR_A_PERSON
        }
        if not waiting:
            self._bell.end(connection, SendAlarm.CANNOT_LOOK, self._clock.now())
        return waiting

    def _cannot_look(
        self, connection: Connection, batch: Sequence[ClaimedDelivery], now: datetime, now_ms: int
    ) -> int:
        self._bell.ring(connection, SendAlarm.CANNOT_LOOK, f"{len(batch)} deliveries", now)
        due_ms = now_ms + min(AFTER_A_STOP, max(self._terms.lag, MILLISECOND)) // MILLISECOND
        outbox.record(connection, [_still_unsure(delivery, due_ms, delivery.looks) for delivery in batch])
        return 0

    def _sent(self, connection: Connection, delivery: ClaimedDelivery, x_id: str, now: datetime) -> None:
        sent = outcome_of(delivery)(DeliveryState.SENT, x_id=x_id, sent_at=now)
        if not outbox.record(connection, [sent]):
            return
        settle(connection, self._terms.brand_id, delivery.id, was_sent=True)
        self._aftermath.noted(connection, delivery, "found at X", now, x_id=x_id)
        self._aftermath.follow(connection, delivery, Sent(x_id), now)

    def _note_colleagues(self, connection: Connection, posts: Sequence[XPost]) -> None:
        rows = [
            OwnPostRow(
                post.id, Channel.PUBLIC.value, post.created_at, post.replied_to_id, post.in_reply_to_user_id
            )
            for post in posts
        ]
        note_colleagues(connection, self._terms.brand_id, rows)

    def _answered_by_a_person(self, connection: Connection, delivery: ClaimedDelivery, now: datetime) -> None:
        """Ours never reached X, and a colleague's stands in its place: it is not sent again."""
        why = Reason.ANSWERED_BY_PERSON.value
        if outbox.record(connection, [outcome_of(delivery)(DeliveryState.DROPPED, why)]):
            settle(connection, self._terms.brand_id, delivery.id, was_sent=False)
            self._aftermath.dropped(connection, delivery, why, now)

    def _absent(
        self,
        connection: Connection,
        delivery: ClaimedDelivery,
        mark: str | None,
        now: datetime,
        now_ms: int,
    ) -> int:
        """1 when something is to be sent now."""
        if mark is not None:
            return self._with_new_mark(connection, delivery, mark, now)
        due_ms = now_ms + self._terms.lag_ms
        if delivery.looks < COUNTED_LOOKS:
            outbox.record(connection, [_still_unsure(delivery, due_ms, delivery.looks + 1)])
            return 0
        if delivery.reason == DUPLICATE or delivery.attempts >= self._terms.most_attempts:
            self._give_to_a_person(connection, delivery, now)
            return 0
        if not outbox.record(connection, [outcome_of(delivery)(DeliveryState.QUEUED)]):
            return 0
        # Its money stays booked: should X refuse the next call as a duplicate, this one was taken after all.
        self._aftermath.noted(connection, delivery, "not found at X, sent again", now)
        return 1

    def _with_new_mark(
        self, connection: Connection, delivery: ClaimedDelivery, mark: str, now: datetime
    ) -> int:
        """X has the words of somebody else's answer: the same answer once more, with another mark."""
        text = remarked(delivery.text, delivery.mark, mark)
        if delivery.remarked or outgoing_weight(text) > PUBLIC_WEIGHT:
            if outbox.record(connection, [outcome_of(delivery)(DeliveryState.REFUSED, DUPLICATE)]):
                settle(connection, self._terms.brand_id, delivery.id, was_sent=False)
                self._aftermath.ask_a_person(connection, delivery, DUPLICATE, now)
            return 0
        # In its own row, for its place in the lane: nobody's later answer goes before it.
        if not outbox.record(connection, [outcome_of(delivery)(DeliveryState.QUEUED, text=text, mark=mark)]):
            return 0
        settle(connection, self._terms.brand_id, delivery.id, was_sent=False)
        self._aftermath.noted(connection, delivery, "enqueued again with a new mark", now)
        return 1

    def _give_to_a_person(self, connection: Connection, delivery: ClaimedDelivery, now: datetime) -> None:
        waits = outcome_of(delivery)(DeliveryState.UNSURE, FOR_A_PERSON, looks=delivery.looks)
        if outbox.record(connection, [waits]):
            why = (
                f"After {delivery.attempts} attempts X does not show whether it was sent. "
                f"Look at X, then: tweetserve act delivery {delivery.id} sent, retry or drop"
            )
            self._aftermath.ask_a_person(connection, delivery, why, now)


def _may_be_remarked(delivery: ClaimedDelivery) -> bool:
    # With an earlier attempt of unknown fate the words may be our own, shown late: never another text then.
    return delivery.reason == DUPLICATE and not delivery.unknown_fate


def _certainly_not_sent(delivery: ClaimedDelivery) -> bool:
    """As certain as it gets: X refused the first call, or did not show it in as many looks as count."""
    if delivery.reason == DUPLICATE:
        return not delivery.unknown_fate
    return delivery.looks >= COUNTED_LOOKS


def _still_unsure(delivery: ClaimedDelivery, due_ms: int, looks: int) -> Outcome:
    return outcome_of(delivery)(DeliveryState.UNSURE, delivery.reason, due_ms=due_ms, looks=looks)
