"""What arrives from X is stored: others' posts and messages in the inbox, colleagues' ones among our own
posts.

Whoever brings them (the polling now; streams and webhooks behind the same functions) runs them in the
transaction that moves its cursor, so that nothing is taken over twice and nothing is left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection

from bot.metrics import Metrics
from bot.x.same_words import same_words
from bot.x.wire import XMessage, XPost
from storage import deliveries, inbox, people
from storage.deliveries import DeliveryRow
from storage.inbox import NewMention
from storage.promises import handovers
from storage.states import Channel, DeliveryState, MentionKind, Reason
from storage.upkeep import own_posts
from storage.upkeep.own_posts import OwnPostRow

log = structlog.get_logger()

SKEW = timedelta(seconds=5)  # X's clock and ours differ by this much at most
REMEMBERED = 4_000  # ids of stored posts kept in memory, so that a second look costs nothing


class ReceivePost(Protocol):
    def __call__(self, post: XPost, *, skipped: Reason | None = None) -> NewMention: ...


class ReceiveMessage(Protocol):
    def __call__(self, message: XMessage, *, skipped: Reason | None = None) -> NewMention: ...


# Takes a brand's delivery (its id) that X shows, its X id, and since when.
Found = Callable[[Connection, str, int, str, datetime], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What of a page was new: X ids in the inbox, X ids of colleagues' posts and messages.

    `before_our_time`: how many of the mentions are skipped for that; `uncounted`: how many are probes.
    """

    mentions: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    before_our_time: int = 0
    uncounted: int = 0


class Intake:
    """Stores what X shows us, once."""

    def __init__(
        self,
        brand_id: str,
        receive_post: ReceivePost,
        receive_message: ReceiveMessage,
        *,
        our_time_since: datetime,
        wake: Callable[[], None],
        metrics: Metrics | None = None,
        found: Found = lambda *_: None,
        keeps_words: Callable[[], bool] = lambda: False,
    ) -> None:
        """What is older than `our_time_since` is stored as before our time. `wake` is told of new work,
        `found` of a delivery that waits to be sent again, and that X shows. While `keeps_words`, what we are
        seen to have written may be the bot's own, of which a restored database has forgotten the sending."""
        self._brand_id = brand_id
        self._receive_post = receive_post
        self._receive_message = receive_message
        self._our_time_since = our_time_since
        self._wake = wake
        self._metrics = metrics
        self._found = found
        self._keeps_words = keeps_words
        self._stored: dict[str, None] = {}

    def store_posts(self, connection: Connection, posts: Iterable[XPost], now: datetime) -> Taken:
        """Puts posts of others in the inbox. Our own are not requests: see `store_own_posts`."""
        theirs = [p for p in posts if p.author_id != self._brand_id and p.id not in self._stored]
        new = [self._receive_post(post, skipped=self._skip(post.created_at)) for post in theirs]
        stored = self._store(connection, new, now)
        probed = 0
        if self._metrics is not None and self._metrics.uncounted:
            fresh = set(stored)
            probed = sum(one.author_id == self._metrics.uncounted and one.x_id in fresh for one in new)
        old = self._count_old(new, stored)
        return Taken(mentions=tuple(stored), before_our_time=old, uncounted=probed)

    def store_messages(self, connection: Connection, messages: Sequence[XMessage], now: datetime) -> Taken:
        """Puts messages of others in the inbox, and notes messages of ours that the bot did not send."""
        one_to_one = [message for message in messages if _is_one_to_one(message)]
        if len(one_to_one) < len(messages):
            log.info(
                "left out", what="messages of group conversations", count=len(messages) - len(one_to_one)
            )
        theirs = [m for m in one_to_one if m.sender_id != self._brand_id and m.id not in self._stored]
        new = [self._receive_message(m, skipped=self._skip(m.created_at)) for m in theirs]
        own = [message for message in one_to_one if message.sender_id == self._brand_id]
        stored = self._store(connection, new, now)
        return Taken(
            mentions=tuple(stored),
            before_our_time=self._count_old(new, stored),
            colleagues=tuple(self._store_own_messages(connection, own)),
        )

    def store_own_posts(self, connection: Connection, posts: Sequence[XPost]) -> Taken:
        """Notes posts of ours that the bot did not send: a colleague wrote them in X's own app.

        A reply that may be one of ours whose answer from X is still awaited is left to reconciling, which
        goes by the post replied to as well.
        """
        known = deliveries.ours(connection, self._brand_id, [post.id for post in posts])
        unknown = [post for post in posts if post.id not in known and not post.is_repost]
        asked = sorted({p.in_reply_to_user_id for p in unknown if p.in_reply_to_user_id})
        perhaps = self._perhaps_ours(connection, asked, Channel.PUBLIC)
        rows = []
        for post in sorted(unknown, key=lambda one: int(one.id)):
            under = [row for row in perhaps if row.reply_to_id == post.replied_to_id and row.reply_to_id]
            same = _first(under, post.text, post.created_at)
            if same is not None:
                self._is_ours(connection, perhaps, same, post.id, post.created_at)
            elif not any(_is_looked_for(row) for row in under):
                rows.append(
                    OwnPostRow(
                        post.id,
                        Channel.PUBLIC.value,
                        post.created_at,
                        post.replied_to_id,
                        post.in_reply_to_user_id,
                        self._words(post.text),
                    )
                )
        return Taken(colleagues=tuple(note_colleagues(connection, self._brand_id, rows)))

    def stored(self, taken: Taken, kind: MentionKind) -> None:
        """To be told after the transaction is committed: wakes the workers, counts."""
        self._stored |= dict.fromkeys(taken.mentions)
        while len(self._stored) > REMEMBERED:
            del self._stored[next(iter(self._stored))]
        if taken.mentions:
            if self._metrics is not None:
                self._metrics.mentions.labels(kind.value).inc(len(taken.mentions) - taken.uncounted)
                self._metrics.skips.labels(Reason.BEFORE_OUR_TIME.value).inc(taken.before_our_time)
            log.info("received", kind=kind.value, count=len(taken.mentions))
            self._wake()
        if taken.colleagues:
            log.info("seen of colleagues", kind=kind.value, count=len(taken.colleagues))

    def is_before_our_time(self, at: datetime) -> bool:
        return at < self._our_time_since

    def _skip(self, at: datetime) -> Reason | None:
        return Reason.BEFORE_OUR_TIME if self.is_before_our_time(at) else None

    def _count_old(self, new: Sequence[NewMention], stored: Sequence[str]) -> int:
        fresh = set(stored)
        return sum(one.x_id in fresh and one.skipped is Reason.BEFORE_OUR_TIME for one in new)

    def _store(self, connection: Connection, new: Sequence[NewMention], now: datetime) -> list[str]:
        if not new:
            return []
        stored = inbox.store(connection, self._brand_id, new, now)
        fresh = set(stored)
        authors = {mention.author_id for mention in new if mention.x_id in fresh}
        people.see(connection, self._brand_id, sorted(authors), now)
        return stored

    def _store_own_messages(self, connection: Connection, own: Sequence[XMessage]) -> list[str]:
        """Messages of ours whose id no delivery carries, and which are not being sent just now.

        X may show a message before our record of having sent it is committed, or when nobody noted its id.
        Its delivery then stands with the same person and the same words: such a message is ours, not a
        colleague's.
        """
        known = deliveries.ours(connection, self._brand_id, [message.id for message in own])
        unknown = [message for message in own if message.id not in known]
        persons = sorted({p for p in (m.other_than(self._brand_id) for m in unknown) if p})
        perhaps = self._perhaps_ours(connection, persons, Channel.PRIVATE)
        rows = []
        for message in sorted(unknown, key=lambda one: int(one.id)):
            person = message.other_than(self._brand_id)
            to_them = [row for row in perhaps if row.person_id == person]
            same = _first(to_them, message.text, message.created_at)
            if same is not None:
                self._is_ours(connection, perhaps, same, message.id, message.created_at)
            elif person is not None:
                rows.append(
                    OwnPostRow(
                        message.id,
                        Channel.PRIVATE.value,
                        message.created_at,
                        person_id=person,
                        text=self._words(message.text),
                    )
                )
        return note_colleagues(connection, self._brand_id, rows)

    def _words(self, text: str) -> str:
        return unescape(text) if self._keeps_words() else ""

    def _perhaps_ours(
        self, connection: Connection, persons: Sequence[str], channel: Channel
    ) -> list[DeliveryRow]:
        rows = deliveries.perhaps_ours(connection, self._brand_id, persons)
        return [row for row in rows if row.channel == channel]

    def _is_ours(
        self, connection: Connection, perhaps: list[DeliveryRow], row: DeliveryRow, x_id: str, at: datetime
    ) -> None:
        """What X shows is this delivery. While it is being sent or looked for, that will find it out."""
        if _is_looked_for(row):
            return
        perhaps.remove(row)  # of two alike each is a delivery of its own
        if row.state == DeliveryState.SENT:
            deliveries.name(connection, self._brand_id, row.id, x_id)
        else:
            self._found(connection, self._brand_id, row.id, x_id, at)


def note_colleagues(connection: Connection, brand_id: str, rows: Sequence[OwnPostRow]) -> list[str]:
    """Stores what colleagues wrote in X's own app; the X ids of what is new."""
    new = own_posts.store(connection, brand_id, rows)
    fresh = set(new)
    # A colleague who talks to a customer keeps the hand-over open.
    for row in rows:
        if row.x_id in fresh and row.person_id is not None:
            handovers.touch(connection, brand_id, [row.person_id], row.posted_at)
    return new


def _is_one_to_one(message: XMessage) -> bool:
    return message.conversation_id is None or "-" in message.conversation_id


def _is_looked_for(row: DeliveryRow) -> bool:
    return row.state in (DeliveryState.SENDING, DeliveryState.UNSURE)


def _first(rows: Sequence[DeliveryRow], text: str, at: datetime) -> DeliveryRow | None:
    """The first with these words, if it can have left by then."""
    return next(
        (
            row
            for row in rows
            if at >= (row.first_call_at or row.created_at) - SKEW and same_words(text, row.text)
        ),
        None,
    )
