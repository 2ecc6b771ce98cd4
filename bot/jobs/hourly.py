"""What is looked after once an hour: X's own count of the credit, X's clock, and what need not be
remembered.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.clock import SystemClock
from bot.x.budget import Budget
from bot.x.client import CREDITS, XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.wire import Credits
from bot.x.x_alarms import XAlarm
from storage.database import Database, StorageTrouble
from storage.upkeep import alarms, brand, ledger

log = structlog.get_logger()

EVERY = timedelta(hours=1)
# What X and we may differ by before it is rung: rounding, and calls under way at the moment of asking.
TOLERANCE_MICRO = 50_000
# What cannot be mended, or be seen to be mended: these alarms end by themselves.
FADING = {alarm.value: alarm for alarm in (XAlarm.GAP, XAlarm.GARBLED, XAlarm.INVALID)}
FADED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Counted:
    """X's credit and our ledger at one moment."""

    left_micro: int
    day: datetime
    spent_micro: int  # of that UTC day


class HourlyUpkeep:
    """Compares X's credit with the ledger, remembers X's clock, forgets yesterday's charged objects."""

    def __init__(
        self,
        database: Database,
        reads: BookedReads,
        client: XClient,
        budget: Budget,
        bell: AlarmBell,
        clock: SystemClock,
        *,
        brand_id: str,
    ) -> None:
        self._database = database
        self._reads = reads
        self._client = client
        self._budget = budget
        self._bell = bell
        self._clock = clock
        self._brand_id = brand_id
        self._last: _Counted | None = None

    def run(self) -> None:
        """One round. Never raises: what fails now is looked after an hour later."""
        try:
            self._reads.read(CREDITS, None, lambda _: self._client.credits(), self._keep_credit)
            self._database.write(self._keep_house)
        except StorageTrouble as trouble:
            log.error("database trouble", kind=str(trouble.kind), job="hourly")
        except Exception:  # the boundary of the job
            log.exception("hourly upkeep failed")

    def _keep_credit(self, connection: Connection, said: Credits) -> None:
        now = self._clock.now()
        if said.left_micro is None:
            log.info("credit not understood")
            return
        brand.note_credit(connection, self._brand_id, said.left_micro, now)
        if said.left_micro > 0:
            self._budget.credit_is_back(connection, now)
        self._compare(connection, said.left_micro, now)

    def _compare(self, connection: Connection, left_micro: int, now: datetime) -> None:
        last = self._last
        today = ledger.day_sum(connection, self._brand_id, now.date())
        self._last = _Counted(left_micro, now, today.total_micro)
        if last is None or left_micro > last.left_micro:
            return  # nothing to compare with, or credit was bought
        theirs = last.left_micro - left_micro
        ours = -last.spent_micro
        day = last.day.date()
        while day <= now.date():
            ours += ledger.day_sum(connection, self._brand_id, day).total_micro
            day += timedelta(days=1)
        # What is not settled yet may turn out to have cost less, down to nothing.
        if ours - today.reserved_micro - TOLERANCE_MICRO <= theirs <= ours + TOLERANCE_MICRO:
            self._bell.end(connection, XAlarm.CREDIT_DIFFERS, now)
            return
        detail = (
            f"X: {theirs / 1_000_000:.3f} USD, ledger: {ours / 1_000_000:.3f} USD since {last.day:%H:%M} UTC"
        )
        self._bell.ring(connection, XAlarm.CREDIT_DIFFERS, detail, now)

    def _keep_house(self, connection: Connection) -> None:
        now = self._clock.now()
        offset_ms = self._clock.offset // timedelta(milliseconds=1)
        brand.note_offset(connection, self._brand_id, offset_ms)
        ledger.forget_charged(connection, self._brand_id, now.astimezone(UTC).date())
        for alarm in alarms.standing(connection, self._brand_id):
            fading = FADING.get(alarm.code)
            if fading is not None and now - alarm.since_at > FADED_AFTER:
                self._bell.end(connection, fading, now, quietly=True)
