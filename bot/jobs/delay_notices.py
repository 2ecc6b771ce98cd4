"""Looks every few seconds for private answers that take longer than people should wait without a word."""

from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.flow.outgoing.delays import Delays
from storage.database import StorageTrouble

log = structlog.get_logger()

EVERY = timedelta(seconds=10)


class DelayNotices:
    """The look as a job."""

    def __init__(self, delays: Delays, clock: Clock) -> None:
        self._delays = delays
        self._clock = clock

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        try:
            self._delays.look(self._clock.now())
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="delay notices")
