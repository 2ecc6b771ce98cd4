"""X's time and X's ids: both come from one clock that never runs backwards.

An id is a 64-bit snowflake: milliseconds since X's epoch, shifted left by 22 bits, plus a counter.
Source: docs/x "X IDs" page, https://docs.x.com/fundamentals/x-ids (read 2026-11-21).
"""

import time
from datetime import UTC, datetime

EPOCH_MS = 1_288_834_974_657
LAST_MS = EPOCH_MS + (1 << 41) - 1  # in 2080: a later moment has no id, for an id has 63 bits
DAY_MS = 86_400_000


def ms_of(snowflake: int) -> int:
    """The millisecond (Unix time) at which an id was made."""
    return (snowflake >> 22) + EPOCH_MS


def id_at(ms: int) -> int:
    """The smallest id of a millisecond (Unix time): everything made earlier has a smaller id."""
    return max(ms - EPOCH_MS, 0) << 22


def id_of(text: str) -> int | None:
    """The id that a text is; None for one that is no number of 1 to 19 ASCII digits."""
    return int(text) if len(text) <= 19 and text.isascii() and text.isdigit() else None


def iso(ms: int) -> str:
    """Unix milliseconds as X writes them: `2026-11-21T20:14:03.000Z`."""
    moment = datetime.fromtimestamp(ms // 1000, tz=UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z"


class XClock:
    """X's own time: the machine's clock plus an offset, and the maker of ids."""

    def __init__(self) -> None:
        self.offset_ms = 0
        self.newest_id = 0

    def now_ms(self) -> int:
        """X's time in Unix milliseconds, never behind the newest id."""
        return max(time.time_ns() // 1_000_000 + self.offset_ms, ms_of(self.newest_id))

    def now(self) -> str:
        """X's time as X writes it."""
        return iso(self.now_ms())

    def day(self) -> int:
        """The number of X's current UTC day (days since 1970)."""
        return self.now_ms() // DAY_MS

    def advance(self, ms: int) -> None:
        """Moves X's time forward by some milliseconds."""
        self.offset_ms += ms

    def saw(self, snowflake: int) -> None:
        """Takes note of an id made earlier, so that no later id is smaller."""
        self.newest_id = max(self.newest_id, snowflake)

    def next_id(self) -> int:
        """A new id: its time part is X's now, and it is greater than every id before it."""
        self.newest_id = max(self.newest_id + 1, id_at(self.now_ms()))
        return self.newest_id
