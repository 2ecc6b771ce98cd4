"""Keeps a database that was put back from answering twice: until X has shown what was answered since, nothing
older than the start is decided or sent.

The bot cannot know that it was put back; it looks for signs, the cheapest first. A start soon after the last
one, on a database that knows the last call that left, is an ordinary start and costs nothing. Any other reads
our own posts newer than those it knows, which costs nothing where there are none, and waits for the first
complete look at mentions and messages, which every start makes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import Clock
from bot.flow.restored.lost_time_alarms import LostTimeAlarm
from bot.flow.restored.our_marks import mark_of, references_in
from bot.x.wire import snowflake_time
from storage import journal
from storage.database import Database, StorageTrouble
from storage.engine import sqlite_copies
from storage.engine.last_call import NO_CALL, LastCall
from storage.inbox import BEGINNING
from storage.outbox import FOR_A_PERSON
from storage.states import Channel
from storage.upkeep import cursors, lost_times, own_posts
from storage.upkeep.lost_times import LostTimeRow
from storage.upkeep.own_posts import OwnPostRow

log = structlog.get_logger()

# A database that has seen X within this time is no backup of last night. Messages can be read 15 times in 15
# minutes: a bot that is started again and again must not have to wait for them each time.
SEEN_LATELY = timedelta(minutes=15)
# After this people are told that older requests wait; without any sign of a backup they wait no longer.
PATIENCE = timedelta(minutes=5)
WORDS_KEPT = timedelta(days=1)
_FEEDS = ("mentions", "messages")


class OwnPosts(Protocol):
    """Reads our own posts; see `bot.x.feeds.own_post_feed`."""

    @property
    def shown_from(self) -> datetime | None: ...
    def ensure_own_posts_read(self, since: datetime, up_to: datetime) -> bool: ...


class LostTime:
    """One brand's lost time: `begin` before anything is decided or sent, `step` every second while open."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bell: AlarmBell,
        *,
        brand_id: str,
        our_time_since: datetime,
        answer_up_to: timedelta,
        lag: timedelta,
        ticket_prefix: str,
        last_call: LastCall | None,
        closed: Callable[[], None] = lambda: None,
    ) -> None:
        """`last_call`: the note beside an SQLite file. `closed` is told when what was held may go on."""
        self._database = database
        self._clock = clock
        self._bell = bell
        self._brand_id = brand_id
        self._our_time_since = our_time_since
        self._answer_up_to = answer_up_to
        self._lag = lag
        self._prefix = ticket_prefix
        self._last_call = last_call
        self._closed = closed
        self._row: LostTimeRow | None = None
        self._begun_at = clock.monotonic()
        self._own_posts: OwnPosts | None = None
        self._not_known_here = False  # the last call that left

    def read_with(self, own_posts_feed: OwnPosts) -> None:
        """By what our own posts are read; it needs to know of the lost time, and so is made after it."""
        self._own_posts = own_posts_feed

    def note_call(self, delivery_id: int, fence: int) -> None:
        """That this call leaves is on record in the database. For one thread."""
        if self._last_call is not None:
            try:
                self._last_call.note(delivery_id, fence)
            except OSError as error:  # the next start looks more closely than it would have to
                log.warning("last call not noted", why=error.strerror)

    @property
    def is_open(self) -> bool:
        return self._row is not None

    @property
    def holds_before(self) -> datetime:
        """What was asked before this instant is neither decided nor sent now."""
        row = self._row
        return BEGINNING if row is None else row.until_at

    def begin(self) -> None:
        """Finds out whether this database may know less than X. Raises: StorageTrouble."""
        self._row = self._database.write(self._judge)
        self._begun_at = self._clock.monotonic()
        if self._row is None:
            return
        if self._last_call is not None and self._not_known_here:
            self._last_call.forget()  # said once; what leaves from now on is noted anew
        log.info(
            "looking for what this database does not know",
            since=self._row.since_at.isoformat(),
            why=self._row.why,
        )

    def step(self) -> bool:
        """Looks at X as far as needed; True when the lost time has just ended. Raises: StorageTrouble."""
        if self._row is None:
            return False
        self._row = self._database.read(lambda c: lost_times.unclosed(c, self._brand_id))
        if self._row is not None:
            self._read_own_posts(self._row)
            self._row = self._database.write(self._go_on)
        if self._row is not None:
            return False
        if self._last_call is not None:
            self._last_call.note_none()  # so the next start is an ordinary one
        self._closed()
        return True

    def run(self) -> bool:
        """The same for a job, and whether it is to run again; trouble with the database is waited for."""
        try:
            self.step()
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="lost time")
        except Exception:  # the boundary of the job: what is held must not be held for ever
            log.exception("look for lost time failed")
        return self.is_open

    def forget_words(self) -> None:
        """What found answers say is kept for a day: whatever was asked before them is decided by then.

        Raises: StorageTrouble.
        """
        before = self._clock.now() - WORDS_KEPT

        def work(connection: Connection) -> None:
            row = lost_times.newest(connection, self._brand_id)
            if row is not None and row.closed_at is not None and row.closed_at < before:
                kept = own_posts.with_words(connection, self._brand_id)
                own_posts.forget_words(connection, self._brand_id, [one.x_id for one in kept])

        self._database.write(work)

    # -- signs

    def _judge(self, connection: Connection) -> LostTimeRow | None:
        now, seen_at = self._clock.now(), lost_times.last_sign(connection, self._brand_id)
        is_restored, why = self._sign(connection)
        standing = lost_times.unclosed(connection, self._brand_id)
        if not why and seen_at is not None and standing is None and now - seen_at < SEEN_LATELY:
            return None
        lost_times.open_(
            connection,
            self._brand_id,
            since=standing.since_at if standing else seen_at or self._our_time_since,
            until=now,
            is_restored=is_restored,
            why=why or "it has not seen X lately",
        )
        return lost_times.unclosed(connection, self._brand_id)

    def _sign(self, connection: Connection) -> tuple[bool, str]:
        """Whether it is certain that a backup was put back, and what says so; nothing: it is not likely."""
        if not self._database.is_sqlite:
            other = lost_times.another_server(connection, self._brand_id)
            if other is None:
                return False, "it is not known where it was served from"
            return (
                (True, "its tables were made anew, or its server's history forked") if other else (False, "")
            )
        if sqlite_copies.is_copy(connection):
            sqlite_copies.is_no_copy_any_more(connection)
            return True, "it is a backup"
        call = self._last_call.read() if self._last_call is not None else None
        if call is None:
            return False, "it is not known which call left last"
        if call == NO_CALL or lost_times.knows_call(connection, *call):
            return False, ""
        self._not_known_here = True
        return True, "it does not know the last call that left"

    # -- looking

    def _read_own_posts(self, row: LostTimeRow) -> None:
        # X may show a post late: the last one of before the start is shown a lag after it.
        wanted = row.until_at + self._lag if row.is_restored else row.until_at
        now = self._clock.now()
        if self._own_posts is None or (row.posts_read_at is not None and row.posts_read_at >= wanted):
            return
        if row.posts_read_at is not None and now < wanted:
            return
        known = self._database.read(lambda c: lost_times.newest_own_post(c, self._brand_id))
        # Once they were read, what was found is known; from the beginning all the same, for the late ones.
        newest_known = snowflake_time(known) + timedelta(milliseconds=1) if known else self._our_time_since
        since = newest_known if row.posts_read_at is None else min(newest_known, row.since_at)
        if not self._own_posts.ensure_own_posts_read(since, now):
            return
        shown_from = self._own_posts.shown_from
        self._database.write(lambda c: lost_times.posts_are_read(c, self._brand_id, now, shown_from))

    def _go_on(self, connection: Connection) -> LostTimeRow | None:
        """The lost time as it stands now; None once it has ended."""
        row = lost_times.unclosed(connection, self._brand_id)
        if row is None:
            return None
        if not row.is_restored and self._an_answer_was_found(connection):
            lost_times.is_certain(connection, self._brand_id, "X shows answers of ours that it does not know")
            row = lost_times.unclosed(connection, self._brand_id)
            assert row is not None
        now = self._clock.now()
        if self._all_is_known(connection, row):
            self._end(connection, row, now)
            return None
        if timedelta(seconds=self._clock.monotonic() - self._begun_at) < PATIENCE:
            return row
        if row.is_restored:
            said = f"since {row.since_at:%Y-%m-%d %H:%M} UTC; {row.why}"
            self._bell.ring(connection, LostTimeAlarm.NOT_KNOWN, said, now)
        elif row.posts_read_at is not None:  # nothing speaks for a backup, and our own posts would have
            self._end(connection, row, now)
            return None
        return row

    def _all_is_known(self, connection: Connection, row: LostTimeRow) -> bool:
        wanted = row.until_at + self._lag if row.is_restored else row.until_at
        if row.posts_read_at is None or row.posts_read_at < wanted:
            return False
        feeds = [cursors.find(connection, self._brand_id, feed) for feed in _FEEDS]
        read = all(feed.read_at is not None and feed.read_at >= row.until_at for feed in feeds)
        # What X no longer shows is set aside below: so all that was asked must be here by then.
        return read and (row.shown_from_at is None or all(feed.gap_since_id is None for feed in feeds))

    def _an_answer_was_found(self, connection: Connection) -> bool:
        found = own_posts.with_words(connection, self._brand_id)
        return any(is_the_bots(one, self._prefix) for one in found)

    def _end(self, connection: Connection, row: LostTimeRow, now: datetime) -> None:
        answers = end(connection, self._brand_id, row, self._prefix, journal.BOT, now)
        self._bell.end(connection, LostTimeAlarm.NOT_KNOWN, now)
        if row.is_restored and row.shown_from_at is not None:
            self._leave_to_people(connection, row.shown_from_at, now)
        log.info("what this database did not know is found", answers=answers)

    def _leave_to_people(self, connection: Connection, shown_from: datetime, now: datetime) -> None:
        parked, held = lost_times.leave_to_people(
            connection, self._brand_id, shown_from, now - self._answer_up_to, FOR_A_PERSON
        )
        if not parked and not held:
            return
        why = {"why": "X does not show whether it was answered"}
        entries = [journal.Entry("parked", mention_id, "", why) for mention_id in parked]
        journal.write(connection, self._brand_id, entries, now)
        said = (
            f"{len(parked)} mentions and {len(held)} deliveries from before {shown_from:%Y-%m-%d %H:%M} UTC"
        )
        self._bell.ring(connection, LostTimeAlarm.NOT_SHOWN, said, now)


def end(connection: Connection, brand_id: str, row: LostTimeRow, prefix: str, by: str, now: datetime) -> int:
    """Closes a lost time; how many posts and messages were found that may be answers of the bot's own.

    The others are a colleague's. A message carries no mark: it counts as the bot's where it is certain that a
    backup was put back.
    """
    found = own_posts.with_words(connection, brand_id)
    theirs = [
        one.x_id
        for one in found
        if not (row.is_restored and one.channel == Channel.PRIVATE) and not is_the_bots(one, prefix)
    ]
    own_posts.forget_words(connection, brand_id, theirs)
    lost_times.close(connection, brand_id, by, now)
    return len(found) - len(theirs)


def is_the_bots(one: OwnPostRow, prefix: str) -> bool:
    """Whether the bot itself wrote this: its words say so."""
    if one.channel == Channel.PUBLIC:
        return mark_of(one.text, prefix) is not None
    return bool(references_in(one.text, prefix))
