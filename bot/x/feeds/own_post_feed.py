"""Reads our own posts, so that an answer a colleague gave in X's own app is known before the bot answers too.

Not polled: each post read costs money, so it is read only when something old is about to be answered.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.x.client import OWN_POSTS, XClient
from bot.x.feeds.booked_reads import BookedReads, Reading
from bot.x.feeds.intake import Intake, Taken
from bot.x.feeds.mention_feed import ids_of_posts
from bot.x.price_list import Item
from bot.x.wire import PostPage, newest, snowflake_at
from storage.database import Database
from storage.states import MentionKind
from storage.upkeep import cursors
from storage.upkeep.cursors import CursorRow

FEED = "own posts"
PAGE = 100
LEAST_PAGE = 5  # Source: https://docs.x.com/x-api (users/:id/tweets, max_results), read 2026-08-22
# How far back the next read begins before the last one's newest post: X may show a post late.
LOOK_BACK = timedelta(seconds=60)
# X shows the 3,200 newest posts of an account; deleted ones among them make the list shorter.
# Source: https://docs.x.com/x-api (users/:id/tweets), read 2026-08-22
REACH_FROM = 3_000
FRESH = timedelta(seconds=10)


class OwnPostFeed:
    """The posts of one brand's account. Safe for many threads; they wait for one another."""

    def __init__(
        self,
        database: Database,
        reads: BookedReads,
        client: XClient,
        intake: Intake,
        clock: Clock,
        *,
        brand_id: str,
        our_time_since: datetime,
    ) -> None:
        """Nothing written before `our_time_since` is answered, so nothing before it is read."""
        self._database = database
        self._reads = reads
        self._client = client
        self._intake = intake
        self._clock = clock
        self._brand_id = brand_id
        self._our_time_since = our_time_since
        self._lock = threading.Lock()
        self.shown_from: datetime | None = None  # X shows none older of those last read for; None: all
        self._covered: tuple[datetime, datetime] | None = None  # in this process: from, to

    def own_posts_are_read(self, since: datetime, up_to: datetime) -> bool:
        """Whether `ensure_own_posts_read` would say True without asking X. Waits for nobody."""
        covered = self._covered
        since = max(since, self._our_time_since)
        return covered is not None and covered[0] <= since <= covered[1] and covered[1] + FRESH >= up_to

    def ensure_own_posts_read(self, since: datetime, up_to: datetime) -> bool:
        """True once every post of ours between these instants is known; False: not now, try again later.

        What was read in the last seconds counts as read now.
        Raises: StorageTrouble.
        """
        with self._lock:
            since = max(since, self._our_time_since)
            if self.own_posts_are_read(since, up_to):
                return True
            covered = self._covered
            goes_on = covered is not None and covered[0] <= since <= covered[1]
            start = covered[1] - LOOK_BACK if covered is not None and goes_on else since
            begun_at = self._clock.now()
            times = self._read_since(snowflake_at(start), begun_at)
            if times is None:
                return False
            if len(times) >= REACH_FROM:
                self.shown_from = min(times)
            self._covered = (covered[0] if covered is not None and goes_on else since, begun_at)
            return True

    def _read_since(self, since_id: str, begun_at: datetime) -> list[datetime] | None:
        """When each post since then was written; None: not all could be read."""
        times: dict[str, datetime] = {}  # by id: a page may be taken twice when its write runs again

        def keep(connection: Connection, page: PostPage) -> Taken:
            taken = self._intake.store_own_posts(connection, page.posts)
            times.update({post.id: post.created_at for post in page.posts})
            if page.next_token is None:
                self._save(connection, page, begun_at)
                read = list(times.values())
                self._reads.settle_lost(
                    connection, OWN_POSTS, Item.OWNED_READ, read, begun_at, since_id=since_id
                )
            return taken

        token: str | None = None
        while True:
            reading = self._read_page(since_id, token, keep)
            if reading.data is None or reading.kept is None:
                return None
            self._intake.stored(reading.kept, MentionKind.POST)
            token = reading.data.next_token
            if token is None:
                return list(times.values())

    def _read_page(
        self, since_id: str, token: str | None, keep: Callable[[Connection, PostPage], Taken]
    ) -> Reading[PostPage, Taken]:
        return self._reads.read(
            OWN_POSTS,
            Item.OWNED_READ,
            lambda size: self._client.own_posts(
                self._brand_id, since_id=since_id, page_token=token, max_results=size
            ),
            keep,
            ids=ids_of_posts,
            size=PAGE,
            least=LEAST_PAGE,
            since_id=since_id,
        )

    def _save(self, connection: Connection, page: PostPage, begun_at: datetime) -> None:
        old = cursors.find(connection, self._brand_id, FEED)
        latest = newest(old.newest_id, *(post.id for post in page.posts))
        cursors.save(connection, self._brand_id, CursorRow(FEED, latest, old.polls + 1, begun_at))
