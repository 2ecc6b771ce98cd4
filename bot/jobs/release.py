"""Gives customers back to the bot in whose hand-over nobody has written for a day."""

from datetime import timedelta

import structlog

from bot.clock import Clock
from storage.database import Database, StorageTrouble
from storage.promises import handovers

log = structlog.get_logger()

EVERY = timedelta(minutes=1)
QUIET_FOR = timedelta(hours=24)  # since the last message of the customer or of a colleague


class Release:
    """One brand's look for hand-overs that have fallen quiet."""

    def __init__(self, database: Database, clock: Clock, *, brand_id: str) -> None:
        self._database = database
        self._clock = clock
        self._brand_id = brand_id

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        now = self._clock.now()
        try:
            released = self._database.write(
                lambda c: handovers.release_quiet(c, self._brand_id, quiet_since=now - QUIET_FOR, now=now)
            )
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="release")
            return
        if released:
            log.info("handovers released", handovers=released, after="a day without a message")
