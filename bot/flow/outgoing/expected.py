"""When X's windows will let the next calls of a route leave: what somebody who waits can be told. Pure."""

from datetime import datetime, timedelta

from storage.upkeep.windows import Allowance, WindowRow

_DAY = timedelta(days=1)


def call_times(row: WindowRow | None, allowance: Allowance, now: datetime, calls: int) -> list[datetime]:
    """When each of the next `calls` calls may leave at the earliest, if nothing else takes any of them.

    What is not known of a window is taken from X's table (`allowance`).
    """
    limit = (row and row.calls_limit) or allowance.calls
    left, until = (row.calls_left, row.resets_at) if row else (None, None)
    day_left, day_until = (row.day_calls_left, row.day_resets_at) if row else (None, None)
    at = max(now, row.paused_until) if row and row.paused_until else now
    times: list[datetime] = []
    while len(times) < calls:
        if left is None or until is None or until <= at:
            left, until = limit, at + allowance.window
        if day_left is None or day_until is None or day_until <= at:
            day_left, day_until = allowance.day_calls, at + _DAY
        if left <= 0:
            at = until
        elif day_left is not None and day_left <= 0:
            at = day_until
        else:
            times.append(at)
            left -= 1
            day_left = None if day_left is None else day_left - 1
    return times
