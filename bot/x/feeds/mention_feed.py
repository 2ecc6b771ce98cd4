"""Reads the mentions of the brand's account: from the cursor on, all pages before the cursor moves.

X shows the 800 newest only. What arrived before them while the bot was away is filled from the search of
the last 7 days, a page at each poll; what not even that shows is reported with its time range.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.x.client import MENTIONS, SEARCH, XClient
from bot.x.feeds.booked_reads import BookedReads, Reading
from bot.x.feeds.intake import Intake, Taken
from bot.x.feeds.polled import Polled
from bot.x.outcomes import Refused
from bot.x.price_list import Item
from bot.x.wire import PostPage, XPost, newest, snowflake_at, snowflake_time
from bot.x.x_alarms import XAlarm
from storage.database import Database
from storage.states import MentionKind
from storage.upkeep import cursors, held_back
from storage.upkeep.cursors import CursorRow

log = structlog.get_logger()

FEED = "mentions"
PAGE = 100
LEAST_PAGE = 5  # Source: https://docs.x.com/x-api (users/:id/mentions, max_results), read 2026-08-22
LEAST_SEARCH_PAGE = 10  # Source: as above, tweets/search/recent
# X promises the 800 newest; deleted and hidden posts among them make the list shorter.
GAP_FROM = 700
# A search reaches back 7 days, and an older since_id is refused; the margin covers the call itself.
SEARCH_REACH = timedelta(days=7) - timedelta(minutes=5)
LOOK_BACK_EVERY = 10  # polls
LOOK_BACK = timedelta(seconds=60)  # how late X may index a post
LOOK_BACK_UNTIL = timedelta(minutes=2)  # an older cursor has nothing late before it
LOOK_BACK_PAUSE_SECONDS = 5.0  # polls in quick succession do not look back more often


class MentionFeed:
    """The mentions of one brand. Used by one thread at a time."""

    def __init__(
        self,
        database: Database,
        reads: BookedReads,
        client: XClient,
        intake: Intake,
        bell: AlarmBell,
        clock: Clock,
        *,
        brand_id: str,
        username: str,
        spare_calls: int = 0,
        may_move: Callable[[Connection], bool] = lambda _: True,
    ) -> None:
        """`may_move`: whether the place up to which all is read is still this process's to move."""
        self._database = database
        self._reads = reads
        self._client = client
        self._intake = intake
        self._bell = bell
        self._clock = clock
        self._brand_id = brand_id
        self._query = f"@{username} -is:retweet"
        self._spare_calls = spare_calls
        self._may_move = may_move
        self._looked_back_at: float | None = None
        self._unfinished: _Walk | None = None

    def poll(self) -> Polled:
        """Reads and stores everything new. Raises: StorageTrouble.

        A read that was stopped between two pages goes on where it stopped: begun anew each time, a long one
        might never end within a window or a day's money.
        """
        walk = self._begin()
        new = 0
        while not walk.done:
            reading = self._page(walk)
            if reading.data is None or reading.kept is None:
                if walk.token is not None and not isinstance(reading.outcome, Refused):
                    self._unfinished = walk
                return Polled(False, new, reading.outcome, reading.stopped)
            self._intake.stored(reading.kept, MentionKind.POST)
            new += len(reading.kept.mentions)
            walk.token = reading.data.next_token
        if walk.looked_back:
            self._looked_back_at = self._clock.monotonic()  # only now: what fails is to be done again
        if walk.saved.gap_since_id is not None:
            new += self._fill_gap(walk.saved)
        return Polled(True, new)

    def _begin(self) -> "_Walk":
        cursor = self._database.read(lambda c: cursors.find(c, self._brand_id, FEED))
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is not None and unfinished.cursor == cursor:
            return unfinished  # and nobody else has read on meanwhile
        begun_at = self._clock.now()
        return _Walk(cursor, begun_at, self._since(cursor, begun_at))

    def _page(self, walk: "_Walk") -> Reading[PostPage, Taken]:
        return self._reads.read(
            MENTIONS,
            Item.OWNED_READ,
            lambda size: self._client.mentions(
                self._brand_id, since_id=walk.since_id, page_token=walk.token, max_results=size
            ),
            lambda connection, page: self._keep(connection, walk, page),
            ids=ids_of_posts,
            size=PAGE,
            least=LEAST_PAGE,
            spare=self._spare_calls,
        )

    def _keep(self, connection: Connection, walk: "_Walk", page: PostPage) -> Taken:
        warn_of_unreadable(connection, self._bell, page, MENTIONS, self._clock.now())
        now = self._clock.now()
        taken = self._intake.store_posts(connection, page.posts, now)
        walk.take(page.posts)
        first_reads_end = walk.cursor.newest_id is None and any(
            self._intake.is_before_our_time(post.created_at) for post in page.posts
        )
        walk.done = page.next_token is None or first_reads_end
        if not walk.done:
            held_back.hold(connection, self._brand_id, taken.mentions)
        else:
            held_back.release(connection, self._brand_id, MentionKind.POST)
            walk.saved = self._moved(connection, walk, now)
            if self._may_move(connection):
                cursors.save(connection, self._brand_id, walk.saved)
            self._reads.settle_lost(connection, MENTIONS, Item.OWNED_READ, walk.times, walk.begun_at)
        return taken

    def _since(self, cursor: CursorRow, now: datetime) -> str | None:
        """Where to read from: the cursor, or a minute before it, because X may show a post late."""
        if cursor.newest_id is None:
            return None
        seconds = self._clock.monotonic()
        is_first = self._looked_back_at is None
        due = (cursor.polls + 1) % LOOK_BACK_EVERY == 0 or is_first
        rested = is_first or seconds - (self._looked_back_at or 0.0) >= LOOK_BACK_PAUSE_SECONDS
        newest_at = snowflake_time(cursor.newest_id)
        if not (due and rested) or (not is_first and now - newest_at > LOOK_BACK_UNTIL):
            return cursor.newest_id
        return snowflake_at(newest_at - LOOK_BACK)

    def _moved(self, connection: Connection, walk: "_Walk", now: datetime) -> CursorRow:
        """The cursor after a complete read, with the gap that X's reach may have left."""
        cursor = walk.cursor
        gap_since, gap_until = cursor.gap_since_id, cursor.gap_until_id
        has_gap = (
            cursor.newest_id is not None
            and walk.count >= GAP_FROM
            and walk.oldest_id is not None
            and int(walk.oldest_id) > int(cursor.newest_id)
        )
        if has_gap:
            gap_since = min(filter(None, (gap_since, cursor.newest_id)), key=int)
            gap_until = newest(gap_until, walk.oldest_id)
            self._report_lost(connection, gap_since, now)
        # Nobody has mentioned us yet: whoever does from now on is new, however many they are.
        from_now_on = snowflake_at(walk.begun_at - LOOK_BACK)
        return CursorRow(
            FEED,
            newest(cursor.newest_id, walk.newest_id) or from_now_on,
            cursor.polls + 1,
            walk.begun_at,
            gap_since,
            gap_until,
        )

    def _report_lost(self, connection: Connection, gap_since_id: str, now: datetime) -> None:
        since, reach = snowflake_time(gap_since_id), now - SEARCH_REACH
        if since < reach:
            shown = f"{since:%Y-%m-%d %H:%M} to {reach:%Y-%m-%d %H:%M} UTC"
            self._bell.ring(connection, XAlarm.GAP, shown, now)
            log.warning("mentions lost", since=since.isoformat(), until=reach.isoformat())

    def _fill_gap(self, cursor: CursorRow) -> int:
        """Reads one page of the gap, newest first; the gap's upper end moves down with each page."""
        since_id = max(cursor.gap_since_id or "0", snowflake_at(self._clock.now() - SEARCH_REACH), key=int)

        def keep(connection: Connection, page: PostPage) -> Taken:
            taken = self._intake.store_posts(connection, page.posts, self._clock.now())
            lowest = min((post.id for post in page.posts), key=int, default=None)
            ended = page.next_token is None or lowest is None
            current = cursors.find(connection, self._brand_id, FEED)
            if self._may_move(connection):
                cursors.save(connection, self._brand_id, _with_gap(current, None if ended else lowest))
            times = [post.created_at for post in page.posts]
            self._reads.settle_lost(connection, SEARCH, Item.POST_READ, times, self._clock.now())
            return taken

        if cursor.gap_until_id is None or int(since_id) >= int(cursor.gap_until_id):
            empty = _with_gap(cursor, None)
            self._database.write(lambda c: cursors.save(c, self._brand_id, empty))
            return 0
        reading = self._reads.read(
            SEARCH,
            Item.POST_READ,
            lambda size: self._client.search(
                self._query, since_id=since_id, until_id=cursor.gap_until_id, max_results=size
            ),
            keep,
            ids=ids_of_posts,
            size=PAGE,
            least=LEAST_SEARCH_PAGE,
        )
        if reading.kept is None:
            return 0
        self._intake.stored(reading.kept, MentionKind.POST)
        return len(reading.kept.mentions)


class _Walk:
    """What one poll has read so far, page by page."""

    def __init__(self, cursor: CursorRow, begun_at: datetime, since_id: str | None) -> None:
        self.cursor = cursor
        self.begun_at = begun_at
        self.since_id = since_id
        self.looked_back = since_id != cursor.newest_id
        self.token: str | None = None  # of the page to read next
        self.done = False
        self.newest_id: str | None = None
        self.oldest_id: str | None = None
        self.saved = cursor
        self._times: dict[str, datetime] = {}  # by id: a page may be taken twice when its write runs again

    @property
    def count(self) -> int:
        return len(self._times)

    @property
    def times(self) -> list[datetime]:
        return list(self._times.values())

    def take(self, posts: tuple[XPost, ...]) -> None:
        ids = [post.id for post in posts]
        self.newest_id = newest(self.newest_id, *ids)
        self.oldest_id = min((x for x in (self.oldest_id, *ids) if x), key=int, default=None)
        self._times |= {post.id: post.created_at for post in posts}


def ids_of_posts(page: PostPage) -> list[str]:
    """What a page of posts is charged for: the unreadable ones too."""
    return [post.id for post in page.posts] + [str(i["id"]) for i in page.unreadable if i.get("id")]


def warn_of_unreadable(
    connection: Connection, bell: AlarmBell, page: PostPage, route: str, now: datetime
) -> None:
    """Rings once for items that lack what makes a post; their content goes to no log."""
    if page.unreadable:
        bell.ring(connection, XAlarm.GARBLED, f"{route}: {len(page.unreadable)} unreadable", now)


def _with_gap(cursor: CursorRow, until_id: str | None) -> CursorRow:
    since_id = cursor.gap_since_id if until_id is not None else None
    return CursorRow(FEED, cursor.newest_id, cursor.polls, cursor.read_at, since_id, until_id)
