"""Looks each second for rows that are due and have no live job, so that no work rests on a job alone."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.crash_points import CrashPoint, reach
from bot.flow.outgoing.leaving import ROUTES
from bot.jobs.job_worker import SILENT_SECONDS
from bot.x.pauses import EVERYTHING
from storage.database import Database, StorageTrouble
from storage.inbox import BEGINNING
from storage.states import Channel
from storage.upkeep import orphans, windows
from storage.upkeep.leases import LeaseClock
from storage.upkeep.orphans import Swept

log = structlog.get_logger()

EVERY = timedelta(seconds=1)
AHEAD_MS = 3_000  # rows due soon get their job beforehand, to begin on time


class OrphanSweep:
    """One process's look at all rows of its brand. For PostgreSQL only."""

    def __init__(
        self,
        database: Database,
        lease_clock: LeaseClock,
        clock: Clock,
        *,
        brand_id: str,
        holds_before: Callable[[], datetime] = lambda: BEGINNING,
    ) -> None:
        """`holds_before`: what is older is neither decided nor sent now (bot/flow/restored)."""
        self._holds_before = holds_before
        self._database = database
        self._lease_clock = lease_clock
        self._clock = clock
        self._brand_id = brand_id

    def run(self) -> Swept:
        """One look. Never raises for the database: the next one does what this one could not."""
        try:
            swept = self._database.write(self._sweep)
            reach(CrashPoint.ORPHANS_SWEPT)
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="orphans")
            return Swept()
        if swept.dropped:
            log.warning("jobs of a dead worker dropped", jobs=swept.dropped)
        if swept.mentions or swept.deliveries:
            log.debug("jobs made again", mentions=swept.mentions, deliveries=swept.deliveries)
        return swept

    def _sweep(self, connection: Connection) -> Swept:
        swept = orphans.sweep(
            connection,
            self._brand_id,
            until_ms=self._lease_clock.now_ms() + AHEAD_MS,
            since=self._holds_before(),
            channels=self._open_channels(connection),
            silence_seconds=SILENT_SECONDS,
        )
        reach(CrashPoint.ORPHANS_SWEEPING)
        return swept

    def _open_channels(self, connection: Connection) -> list[Channel]:
        """Those on which X lets us send now. On the others each job would come for nothing, once a second."""
        now = self._clock.now()
        known = windows.find(connection, self._brand_id, [*ROUTES.values(), EVERYTHING])
        closed = {route for route, row in known.items() if row.calls_now(now) == 0}
        return [channel for channel, route in ROUTES.items() if not closed & {route, EVERYTHING}]
