"""Reads the direct messages of the brand's account.

X offers no cursor here: events are read newest first, down to the newest one of the last complete read. Ids
that we know only because we sent them do not stop the reading: others may stand below them.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.x.client import MESSAGES, XClient
from bot.x.feeds.booked_reads import BookedReads, Reading
from bot.x.feeds.intake import Intake, Taken
from bot.x.feeds.polled import Polled
from bot.x.outcomes import Refused
from bot.x.price_list import Item
from bot.x.wire import MessagePage, newest
from bot.x.x_alarms import XAlarm
from storage.database import Database
from storage.states import MentionKind
from storage.upkeep import cursors, held_back
from storage.upkeep.cursors import CursorRow

FEED = "messages"
# An event costs ten times a mention, so an idle look asks for few; a busy one must not use up 15 calls.
PAGES = (5, 20, 80, 100)


class MessageFeed:
    """The messages of one brand. Used by one thread at a time."""

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
        self._spare_calls = spare_calls
        self._may_move = may_move
        self._unfinished: _Descent | None = None

    def poll(self) -> Polled:
        """Reads and stores everything new. Raises: StorageTrouble.

        A read that was stopped between two pages goes on where it stopped: 15 calls may not be enough for
        one.
        """
        walk = self._begin()
        new = 0
        while not walk.done:
            reading = self._page(walk)
            if reading.data is None or reading.kept is None:
                if walk.token is not None and not isinstance(reading.outcome, Refused):
                    self._unfinished = walk
                return Polled(False, new, reading.outcome, reading.stopped)
            self._intake.stored(reading.kept, MentionKind.MESSAGE)
            new += len(reading.kept.mentions)
            walk.token = reading.data.next_token
            walk.page_number += 1
        return Polled(True, new)

    def _begin(self) -> "_Descent":
        cursor = self._database.read(lambda c: cursors.find(c, self._brand_id, FEED))
        unfinished, self._unfinished = self._unfinished, None
        if unfinished is not None and unfinished.cursor == cursor:
            return unfinished  # and nobody else has read on meanwhile
        return _Descent(cursor, self._clock.now())

    def _page(self, walk: "_Descent") -> Reading[MessagePage, Taken]:
        return self._reads.read(
            MESSAGES,
            Item.MESSAGE_READ,
            lambda size: self._client.message_events(page_token=walk.token, max_results=size),
            lambda connection, page: self._keep(connection, walk, page),
            ids=lambda page: (
                [message.id for message in page.messages]
                + [str(item["id"]) for item in page.unreadable if item.get("id")]
            ),
            size=PAGES[min(walk.page_number, len(PAGES) - 1)],
            # The spare call is for pages after the first: a read once begun is finished if it can be.
            spare=self._spare_calls if walk.page_number == 0 else 0,
        )

    def _keep(self, connection: Connection, walk: "_Descent", page: MessagePage) -> Taken:
        now = self._clock.now()
        if page.unreadable:
            self._bell.ring(connection, XAlarm.GARBLED, f"{MESSAGES}: {len(page.unreadable)} unreadable", now)
        taken = self._intake.store_messages(connection, page.messages, now)
        first_read_ends = walk.stop_at is None and any(
            self._intake.is_before_our_time(message.created_at) for message in page.messages
        )
        walk.take(page)
        walk.done = walk.reached_known or first_read_ends or page.next_token is None
        if not walk.done:
            held_back.hold(connection, self._brand_id, taken.mentions)
        else:
            held_back.release(connection, self._brand_id, MentionKind.MESSAGE)
            cursor = walk.cursor
            place = CursorRow(FEED, newest(cursor.newest_id, walk.newest_id), cursor.polls + 1, walk.begun_at)
            if self._may_move(connection):
                cursors.save(connection, self._brand_id, place)
            self._reads.settle_lost(connection, MESSAGES, Item.MESSAGE_READ, walk.times, walk.begun_at)
        return taken


class _Descent:
    """What one read has seen so far, from the newest event down."""

    def __init__(self, cursor: CursorRow, begun_at: datetime) -> None:
        self.cursor = cursor
        self.begun_at = begun_at
        self.token: str | None = None  # of the page to read next
        self.page_number = 0
        self.stop_at = int(cursor.newest_id) if cursor.newest_id else None
        self.newest_id: str | None = None
        self.reached_known = False
        self.done = False
        self._times: dict[str, datetime] = {}

    @property
    def times(self) -> list[datetime]:
        return list(self._times.values())

    def take(self, page: MessagePage) -> None:
        self.newest_id = newest(self.newest_id, *(message.id for message in page.messages))
        self._times |= {message.id: message.created_at for message in page.messages}
        if self.stop_at is not None and any(int(m.id) <= self.stop_at for m in page.messages):
            self.reached_known = True
