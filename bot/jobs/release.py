"""Gives customers back to the bot in whose hand-over nobody has written for a day."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from storage.database import Database, StorageTrouble
from storage.promises import handovers

log = structlog.get_logger()

EVERY = timedelta(minutes=1)
QUIET_FOR = timedelta(hours=24)  # since the last message of the customer or of a colleague
_OWN_POSTS_FRESH_FOR = timedelta(minutes=1)

# Whether everything we have written ourselves between two instants is known; False: X cannot be read now.
OwnPostsRead = Callable[[datetime, datetime], bool]


class Release:
    """One brand's look for hand-overs that have fallen quiet."""

    def __init__(
        self, database: Database, clock: Clock, *, brand_id: str, own_posts_read: OwnPostsRead | None = None
    ) -> None:
        """`own_posts_read`: a colleague may have replied in X's own app, which keeps a hand-over open."""
        self._database = database
        self._clock = clock
        self._brand_id = brand_id
        self._own_posts_read = own_posts_read

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        try:
            released = self._release(self._clock.now())
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="release")
            return
        if released:
            log.info("handovers released", handovers=released, after="a day without a message")

    def _release(self, now: datetime) -> list[int]:
        quiet_since = now - QUIET_FOR
        oldest = self._database.read(
            lambda c: handovers.quiet_longest(c, self._brand_id, quiet_since=quiet_since)
        )
        if oldest is None:
            return []
        if self._own_posts_read is not None and not self._own_posts_read(oldest, now - _OWN_POSTS_FRESH_FOR):
            log.info("handovers kept", why="our own posts cannot be read now")
            return []
        return self._database.write(
            lambda c: handovers.release_quiet(c, self._brand_id, quiet_since=quiet_since, now=now)
        )
