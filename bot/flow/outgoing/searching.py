"""Looks at X for deliveries of unknown fate: public ones among our own posts, private ones in conversations.

Each look is a booked read, as far back as the attempt it is for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.flow.outgoing.leaving import Terms
from bot.flow.outgoing.looks import Look, look_among
from bot.x.client import CONVERSATION, OWN_POSTS, Answer, XClient
from bot.x.feeds.booked_reads import BookedReads, LostRead
from bot.x.outcomes import Refused
from bot.x.price_list import Item
from bot.x.same_words import same_words
from bot.x.wire import XMessage, XPost, snowflake_at, snowflake_time
from storage import deliveries
from storage.database import Database
from storage.outbox import ClaimedDelivery

# X's clock and ours differ by this much at most: a look begins so much before the attempt.
SKEW = timedelta(seconds=5)
POST_PAGE, LEAST_POST_PAGE = 100, 5
SPARED = 5  # calls of a window that are left for what waits for its look
MESSAGE_PAGE = 10  # a message event costs ten times an own post; mostly the first few hold the answer


class _WillNotBeShown(Exception):
    """X refuses the read: the account is gone, or closed to us."""


class _Thing(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def created_at(self) -> datetime: ...


class _Page(Protocol):
    @property
    def next_token(self) -> str | None: ...


T = TypeVar("T", bound=_Thing)
P = TypeVar("P", bound=_Page)


@dataclass(frozen=True, slots=True)
class _Walk:
    """What is read from page to page, back to where."""

    route: str
    item: Item
    since_id: str
    size: int
    least: int = 1
    whose: str = ""
    spare: int = 0


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
        since = min(_attempted_at(delivery) for delivery in batch) - SKEW
        try:
            posts = self._posts_since(snowflake_at(since))
        except _WillNotBeShown:
            return None
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
        try:
            events = self._messages_since(delivery.person_id, since)
        except _WillNotBeShown:
            return None
        return None if events is None else self._message_found(delivery, events)

    def settle_dead_reads(self) -> None:
        """Reads once more what a process died over, for X has charged it; on the same day it costs nothing.

        What would cost again, or X refuses to show, is booked at its worst. Raises: StorageTrouble.
        """
        dead = [*self._reads.lost(OWN_POSTS), *self._reads.lost(CONVERSATION)]
        self._reads.give_up([read for read in dead if not read.today])
        for whose, reads in groupby(sorted(dead, key=_whose), key=_whose):
            alike = [read for read in reads if read.today]
            if not alike:
                continue
            since_id = str(min(int(read.since_id) for read in alike))
            try:
                if whose:
                    self._messages_since(whose, snowflake_time(since_id), spare=SPARED)
                else:
                    self._posts_since(since_id, spare=SPARED)
            except _WillNotBeShown:
                self._reads.give_up(alike)

    def _posts_since(self, since_id: str, *, spare: int = 0) -> list[XPost] | None:
        return self._walk(
            _Walk(OWN_POSTS, Item.OWNED_READ, since_id, POST_PAGE, LEAST_POST_PAGE, spare=spare),
            lambda size, token: self._client.own_posts(
                self._terms.brand_id, since_id=since_id, page_token=token, max_results=size
            ),
            lambda page: page.posts,
            lambda page: page.next_token is None,
        )

    def _messages_since(self, person: str, since: datetime, *, spare: int = 0) -> list[XMessage] | None:
        since_id = snowflake_at(since)
        events = self._walk(
            _Walk(CONVERSATION, Item.MESSAGE_READ, since_id, MESSAGE_PAGE, whose=person, spare=spare),
            lambda size, token: self._client.conversation_events(person, page_token=token, max_results=size),
            lambda page: page.messages,
            lambda page: page.next_token is None or any(one.created_at < since for one in page.messages),
        )
        return None if events is None else [event for event in events if event.created_at >= since]

    def _walk(
        self,
        walk: "_Walk",
        call: Callable[..., Answer[P]],
        things: Callable[[P], Sequence[T]],
        is_last: Callable[[P], bool],
    ) -> list[T] | None:
        """Everything from page to page; None: not all could be read now. Raises: _WillNotBeShown."""
        found: list[T] = []
        token: str | None = None
        begun_at = self._clock.now()

        def settle_lost(connection: Connection, page: P) -> None:
            if is_last(page):
                times = [one.created_at for one in (*found, *things(page))]
                self._reads.settle_lost(
                    connection,
                    walk.route,
                    walk.item,
                    times,
                    begun_at,
                    whose=walk.whose,
                    since_id=walk.since_id,
                )

        while True:
            reading = self._reads.read(
                walk.route,
                walk.item,
                partial(call, token=token),
                settle_lost,
                ids=lambda page: [one.id for one in things(page)],
                size=walk.size,
                least=walk.least,
                spare=walk.spare,
                whose=walk.whose,
                since_id=walk.since_id,
            )
            if isinstance(reading.outcome, Refused):
                raise _WillNotBeShown
            if reading.data is None:
                return None
            found += things(reading.data)
            token = reading.data.next_token
            if is_last(reading.data):
                return found

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


def _whose(read: LostRead) -> str:
    return read.whose


def _attempted_at(delivery: ClaimedDelivery) -> datetime:
    return delivery.first_call_at or delivery.created_at
