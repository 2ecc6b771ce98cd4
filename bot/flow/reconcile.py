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
from bot.flow.outgoing.looks import Look, look_among
from bot.flow.outgoing.remarking import remarked
from bot.flow.outgoing.send_alarms import SendAlarm
from bot.metrics import Metrics
from bot.x.client import CONVERSATION, OWN_POSTS, XClient
from bot.x.feeds.booked_reads import BookedReads, Reading
from bot.x.feeds.intake import note_colleagues
from bot.x.outcomes import Sent
from bot.x.price_list import Item
from bot.x.same_words import same_words
from bot.x.wire import MessagePage, PostPage, XMessage, XPost, snowflake_at, snowflake_time
from commands.plan import PUBLIC_WEIGHT
from commands.text import outgoing_weight
from storage import deliveries, mentions, outbox
from storage.database import Database
from storage.outbox import FOR_A_PERSON, ClaimedDelivery, Outcome
from storage.states import Channel, DeliveryState, Purpose, Reason
from storage.upkeep.leases import LeaseClock
from storage.upkeep.own_posts import OwnPostRow

log = structlog.get_logger()

# X's clock and ours differ by this much at most: a look begins so much before the attempt.
SKEW = timedelta(seconds=5)
# A look comes at once, and proves something only if it finds. Then two that count, each a lag after the one
# before.
COUNTED_LOOKS = 2
POST_PAGE, LEAST_POST_PAGE = 100, 5
MESSAGE_PAGE = 10  # a message event costs ten times an own post; mostly the first few hold the answer
AT_ONCE = 20
LOOK_LEASE = timedelta(minutes=1)
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
        self._client = client
        self._reads = reads
        self._bell = bell
        self._terms = terms
        self._new_mark = new_mark
        self._metrics = metrics
        self._colleagues = colleagues
        self._aftermath = Aftermath(terms)
        self._not_seen: set[int] = set()  # deliveries whose last look was not possible
        self._taken_up = False  # whether those of an earlier run are among them

    def step(self) -> int:
        """Looks for those whose look is due, and records what follows; how many were queued or followed up.

        Raises: StorageTrouble; a look that was not recorded is repeated.
        """
        if not self._taken_up:
            self._not_seen = self._database.write(self._not_seen_before)
            self._taken_up = True
        due = self._database.write(
            lambda connection: outbox.claim_unsure(
                connection,
                self._terms.brand_id,
                self._terms.owner,
                now_ms=self._lease_clock.now_ms(),
                lease_ms=LOOK_LEASE // MILLISECOND,
                at_most=AT_ONCE,
            )
        )
        if due:
            reach(CrashPoint.LOOK_CLAIMED)
        public = [delivery for delivery in due if delivery.channel == Channel.PUBLIC]
        looks = [(public, self._look_among_posts(public))] if public else []
        looks += [([d], self._look_in_conversation(d)) for d in due if d.channel == Channel.PRIVATE]
        moved = 0
        for batch, look in looks:
            reach(CrashPoint.LOOK_SEEN)
            moved += self._record(batch, look)
        if self._not_seen and not due:
            self._not_seen = self._database.write(self._still_not_seen)
        return moved + self._look_for_colleagues()

    # -- looking

    def _look_for_colleagues(self) -> int:
        """How many answers waited for a look at our own posts, and may leave now."""
        ready = self._colleagues.look() if self._colleagues else []
        if ready:
            self._database.write(lambda c: outbox.hurry(c, self._terms.brand_id, ready))
        return len(ready)

    def _look_among_posts(self, batch: Sequence[ClaimedDelivery]) -> Look | None:
        since_id = snowflake_at(min(_attempted_at(delivery) for delivery in batch) - SKEW)
        posts: list[XPost] = []
        token: str | None = None
        begun_at = self._clock.now()

        def settle_lost(connection: Connection, page: PostPage) -> None:
            if page.next_token is None:
                times = [post.created_at for post in (*posts, *page.posts)]
                self._reads.settle_lost(connection, OWN_POSTS, Item.OWNED_READ, times, begun_at)

        while True:
            reading: Reading[PostPage, None] = self._reads.read(
                OWN_POSTS,
                Item.OWNED_READ,
                lambda size, page_token=token: self._client.own_posts(  # type: ignore[misc]
                    self._terms.brand_id, since_id=since_id, page_token=page_token, max_results=size
                ),
                settle_lost,
                ids=lambda page: [post.id for post in page.posts],
                size=POST_PAGE,
                least=LEAST_POST_PAGE,
            )
            if reading.data is None:
                return None
            posts += reading.data.posts
            token = reading.data.next_token
            if token is None:
                return self._posts_found(batch, posts)

    def _posts_found(self, batch: Sequence[ClaimedDelivery], posts: Sequence[XPost]) -> Look:
        known = self._known([post.id for post in posts])
        free = [post for post in posts if post.id not in known]
        asked = sorted({delivery.reply_to_id for delivery in batch if delivery.reply_to_id})
        under = self._database.read(lambda c: deliveries.under(c, self._terms.brand_id, asked))
        return look_among(batch, free, under)

    def _look_in_conversation(self, delivery: ClaimedDelivery) -> Look | None:
        since = _attempted_at(delivery) - SKEW
        person = delivery.person_id
        events: list[XMessage] = []
        token: str | None = None
        begun_at = self._clock.now()

        def is_last(page: MessagePage) -> bool:
            return page.next_token is None or any(message.created_at < since for message in page.messages)

        def settle_lost(connection: Connection, page: MessagePage) -> None:
            if is_last(page):
                times = [message.created_at for message in (*events, *page.messages)]
                self._reads.settle_lost(
                    connection, CONVERSATION, Item.MESSAGE_READ, times, begun_at, whose=person
                )

        while True:
            reading: Reading[MessagePage, None] = self._reads.read(
                CONVERSATION,
                Item.MESSAGE_READ,
                lambda size, page_token=token: self._client.conversation_events(  # type: ignore[misc]
                    person, page_token=page_token, max_results=size
                ),
                settle_lost,
                ids=lambda page: [message.id for message in page.messages],
                size=MESSAGE_PAGE,
                whose=person,
            )
            if reading.data is None:
                return None
            events += reading.data.messages
            token = reading.data.next_token
            if is_last(reading.data):
                return self._message_found(delivery, [event for event in events if event.created_at >= since])

    def _message_found(self, delivery: ClaimedDelivery, events: Sequence[XMessage]) -> Look:
        same = [
            event
            for event in events
            if event.sender_id == self._terms.brand_id and same_words(event.text, delivery.text)
        ]
        known = self._known([event.id for event in same])
        free = [event.id for event in same if event.id not in known]
        # Newest first at X: of several alike the oldest is the one that left first.
        return Look(frozenset({delivery.id}), {delivery.id: free[-1]} if free else {})

    def _known(self, x_ids: Sequence[str]) -> set[str]:
        if not x_ids:
            return set()
        return set(self._database.read(lambda c: deliveries.ours(c, self._terms.brand_id, x_ids)))

    # -- recording

    def _record(self, batch: Sequence[ClaimedDelivery], look: Look | None) -> int:
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
        refused = outcome_of(delivery)(DeliveryState.REFUSED, DUPLICATE)
        if not outbox.record(connection, [refused]):
            return 0
        settle(connection, self._terms.brand_id, delivery.id, was_sent=False)
        text = remarked(delivery.text, delivery.mark, mark)
        if delivery.remarked or outgoing_weight(text) > PUBLIC_WEIGHT:
            self._aftermath.ask_a_person(connection, delivery, DUPLICATE, now)
            return 0
        new = outbox.NewDelivery(
            person_id=delivery.person_id,
            channel=Channel.PUBLIC,
            purpose=Purpose(delivery.purpose),
            text=text,
            mention_id=delivery.mention_id,
            command=delivery.command,
            priority=delivery.priority,
            mark=mark,
            reply_to_id=delivery.reply_to_id,
            despite_stop=delivery.despite_stop,
            remarked=True,
            asked_at=delivery.asked_at,
        )
        outbox.enqueue(connection, self._terms.brand_id, [new], now)
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


def _attempted_at(delivery: ClaimedDelivery) -> datetime:
    return delivery.first_call_at or delivery.created_at
