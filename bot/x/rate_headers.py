"""What X's rate-limit headers say about the route just called.

Source: https://docs.x.com/x-api/fundamentals/rate-limits (read 2026-08-22). The headers are obeyed even
where they differ from X's published table (limits.yaml), which is only the starting point.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# X names its resets, and its own time, in whole seconds: by a clock learnt from its Date header a
# window is over for certain only this much later.
SURELY_OVER_AFTER = timedelta(seconds=2)
# A route may have a limit of the user's and one of the app's for a day; the one with fewer calls left counts.
_DAY_HEADERS = ("x-user-limit-24hour", "x-app-limit-24hour")


@dataclass(frozen=True, slots=True)
class RateLimits:
    """None: the header was missing or no number. Resets are when calls are taken again for certain."""

    calls_limit: int | None = None
    calls_left: int | None = None
    resets_at: datetime | None = None
    day_calls_left: int | None = None
    day_resets_at: datetime | None = None

    @property
    def are_known(self) -> bool:
        return self.calls_left is not None or self.day_calls_left is not None

    def free_again_at(self, at_least: datetime) -> datetime:
        """When a call is taken again after a 429: the window's reset, the day's if that is used up, not
        before `at_least`."""
        day = self.day_resets_at if self.day_calls_left == 0 else None
        return max(at for at in (self.resets_at, day, at_least) if at is not None)


def read_rate_limits(headers: Mapping[str, str]) -> RateLimits:
    """The limits these headers name; header names are in lower case."""
    days = list(_days(headers))
    day_left, day_resets = min(days, key=lambda found: found[0], default=(None, None))
    return RateLimits(
        calls_limit=_number(headers.get("x-rate-limit-limit")),
        calls_left=_number(headers.get("x-rate-limit-remaining")),
        resets_at=_instant(headers.get("x-rate-limit-reset")),
        day_calls_left=day_left,
        day_resets_at=day_resets,
    )


def _days(headers: Mapping[str, str]) -> Iterable[tuple[int, datetime | None]]:
    for name in _DAY_HEADERS:
        left = _number(headers.get(f"{name}-remaining"))
        if left is not None:
            yield left, _instant(headers.get(f"{name}-reset"))


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.strip().isdecimal() else None


def _instant(value: str | None) -> datetime | None:
    seconds = _number(value)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC) + SURELY_OVER_AFTER
    except (OverflowError, OSError, ValueError):
        return None
