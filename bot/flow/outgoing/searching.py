"""Looks at X for deliveries of unknown fate: public ones among our own posts, private ones in conversations.

Each look is a booked read, as far back as the attempt it is for.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.flow.outgoing.leaving import Terms
from bot.flow.outgoing.looks import Look, look_among
from bot.x.client import CONVERSATION, OWN_POSTS, XClient
from bot.x.feeds.booked_reads import BookedReads, Reading
from bot.x.price_list import Item
from bot.x.same_words import same_words
from bot.x.wire import MessagePage, PostPage, XMessage, XPost, snowflake_at, snowflake_time
from storage import deliveries
from storage.database import Database
from storage.outbox import ClaimedDelivery

# X's clock and ours differ by this much at most: a look begins so much before the attempt.
SKEW = timedelta(seconds=5)
POST_PAGE, LEAST_POST_PAGE = 100, 5
MESSAGE_PAGE = 10  # a message event costs ten times an own post; mostly the first few hold the answer


class Searcher:
    """Looks for one brand's deliveries. One thread at a time."""

    def __init__(
        self, database: Database, clock: Clock, client: XClient, reads: BookedReads, terms: Terms
    ) -> None:
        self._database = database
        self._clock = clock
        self._client = client
        self._reads = reads
        self._terms = terms

    def among_posts(self, batch: Sequence[ClaimedDelivery]) -> Look | None:
        """What our own posts show of these; None: they cannot be read now."""
        posts = self._posts_since(snowflake_at(min(_attempted_at(delivery) for delivery in batch) - SKEW))
        if posts is None:
            return None
        known = self._known([post.id for post in posts])
        free = [post for post in posts if post.id not in known]
        asked = sorted({delivery.reply_to_id for delivery in batch if delivery.reply_to_id})
        under = self._database.read(lambda c: deliveries.under(c, self._terms.brand_id, asked))
        return look_among(batch, free, under)

    def in_conversation(self, delivery: ClaimedDelivery) -> Look | None:
        """What the conversation shows of this one; None: it cannot be read now."""
        since = _attempted_at(delivery) - SKEW
        events = self._messages_since(delivery.person_id, since)
        return None if events is None else self._message_found(delivery, events)

    def settle_dead_reads(self) -> None:
        """Reads once more what a process died over, for X has charged it; a second time it costs nothing.

        Raises: StorageTrouble.
        """
        posts = [int(read.since_id) for read in self._reads.lost(OWN_POSTS)]
        if posts:
            self._posts_since(str(min(posts)))
        furthest: dict[str, int] = {}
        for read in self._reads.lost(CONVERSATION):
            since_id = int(read.since_id)
            furthest[read.whose] = min(since_id, furthest.get(read.whose, since_id))
        for person, since_id in furthest.items():
            self._messages_since(person, snowflake_time(str(since_id)))

    def _posts_since(self, since_id: str) -> list[XPost] | None:
        posts: list[XPost] = []
        token: str | None = None
        begun_at = self._clock.now()

        def settle_lost(connection: Connection, page: PostPage) -> None:
            if page.next_token is None:
                times = [post.created_at for post in (*posts, *page.posts)]
                self._reads.settle_lost(
                    connection, OWN_POSTS, Item.OWNED_READ, times, begun_at, since_id=since_id
                )

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
                since_id=since_id,
            )
            if reading.data is None:
                return None
            posts += reading.data.posts
            token = reading.data.next_token
            if token is None:
                return posts

    def _messages_since(self, person: str, since: datetime) -> list[XMessage] | None:
        events: list[XMessage] = []
        token: str | None = None
        begun_at, since_id = self._clock.now(), snowflake_at(since)

        def is_last(page: MessagePage) -> bool:
            return page.next_token is None or any(message.created_at < since for message in page.messages)

        def settle_lost(connection: Connection, page: MessagePage) -> None:
            if is_last(page):
                times = [message.created_at for message in (*events, *page.messages)]
                self._reads.settle_lost(
                    connection,
                    CONVERSATION,
                    Item.MESSAGE_READ,
                    times,
                    begun_at,
                    whose=person,
                    since_id=since_id,
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
                since_id=since_id,
            )
            if reading.data is None:
                return None
            events += reading.data.messages
            token = reading.data.next_token
            if is_last(reading.data):
                return [event for event in events if event.created_at >= since]

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


def _attempted_at(delivery: ClaimedDelivery) -> datetime:
    return delivery.first_call_at or delivery.created_at
