"""The one place where the bot learns what time it is: X's time for what is told and promised, monotonic for
waiting.

X's time is what X's `Date` header says. It is carried forward by the machine's monotonic clock, so that
setting the machine's wall clock moves nothing once X has been heard. Leases do not follow this clock: see
storage/leases.py.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

# The Date header counts whole seconds: X's clock stood somewhere in the second it names.
# Source: RFC 9110, section 5.6.7 (https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7), read 2026-11-21.
HEADER_STEP = timedelta(seconds=1)


class Clock(Protocol):
    """What everybody who needs the time is given."""

    def now(self) -> datetime:
        """X's time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever go forward; good for deadlines and durations inside this process."""
        ...


class SystemClock:
    """This machine's clock, put right by X's.

    `offset` is X's clock less this machine's as remembered from the last run; it serves until X is heard.
    """

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._x_at_start = _wall() + offset

    def now(self) -> datetime:
        return self._x_at_start + timedelta(seconds=time.monotonic() - self._started)

    def monotonic(self) -> float:
        return time.monotonic()

    def learn(self, date_header_at: datetime, took: timedelta) -> None:
        """Moves X's time as little as the header allows.

        `took` is how long the call lasted: X wrote the header at some moment of it. A header that agrees
        with the clock moves nothing, so time does not tremble within the second the header leaves open.
        """
        with self._lock:
            now = self.now()
            earliest, latest = date_header_at, date_header_at + HEADER_STEP + took
            if now < earliest:
                self._x_at_start += earliest - now
            elif now > latest:
                self._x_at_start -= now - latest

    @property
    def offset(self) -> timedelta:
        """X's clock less this machine's wall clock; to be remembered, and shown by `doctor`."""
        return self.now() - _wall()


def header_time(value: str | None) -> datetime | None:
    """The instant a `Date` header names, or None where it is missing or no date."""
    if not value:
        return None
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def signing_time() -> int:
    """Seconds since 1970 by this machine's clock: what a signature names, and X grants minutes of."""
    return int(time.time())


def _wall() -> datetime:
    return datetime.now(UTC)
