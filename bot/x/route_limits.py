"""X's rate limits, read from limits.yaml, and when a route may be called next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Protocol

import yaml

# Beyond this a back-off does not grow: an outage of hours must not mean minutes of silence after it.
LONGEST_BACK_OFF = timedelta(minutes=5)
FIRST_BACK_OFF = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class RouteLimit:
    """The published limit of a route; what X's headers say goes before it."""

    route: str
    calls: int  # in 15 minutes
    reserve: int  # calls of a window that polls leave alone
    day: int | None  # in 24 hours
    source: str
    read_on: date


class Left(Protocol):
    """What is left of a route, as X's headers last said; None: not said."""

    @property
    def calls_left(self) -> int | None: ...

    @property
    def resets_at(self) -> datetime | None: ...

    @property
    def day_calls_left(self) -> int | None: ...

    @property
    def day_resets_at(self) -> datetime | None: ...

    @property
    def paused_until(self) -> datetime | None: ...


@cache
def load_limits() -> Mapping[str, RouteLimit]:
    """The limits of limits.yaml by route. Raises: KeyError where a row lacks something."""
    rows = yaml.safe_load(files("bot.x").joinpath("limits.yaml").read_text("utf-8"))["limits"]
    limits = {
        row["route"]: RouteLimit(
            row["route"], row["calls"], row["reserve"], row.get("day"), row["source"], row["read_on"]
        )
        for row in rows
    }
    return MappingProxyType(limits)


def next_call_in(setting: timedelta, left: Left | None, now: datetime, reserve: int) -> timedelta:
    """How long to wait before the next call of a route: the setting, or longer where the calls left would not
    last until the window's reset; never less than a pause still lasts.

    So idle polls, whose setting is long, leave calls unused, which polls with a short setting then share out.
    """
    if left is None:
        return setting
    waits = [
        setting,
        _share(left.calls_left, left.resets_at, now, reserve),
        _share(left.day_calls_left, left.day_resets_at, now, reserve),
    ]
    if left.paused_until is not None:
        waits.append(left.paused_until - now)
    return max(waits)


def back_off(tries: int, jitter: float) -> timedelta:
    """How long to wait after the `tries`-th failure in a row; `jitter` from 0 to 1 takes off up to half.

    Doubles from 2 s up to 5 min. The jitter keeps many bots from calling in step when X comes back.
    """
    grown: timedelta = min(FIRST_BACK_OFF * 2 ** min(max(tries, 1) - 1, 12), LONGEST_BACK_OFF)
    return grown * (1 - jitter / 2)


def _share(calls_left: int | None, resets_at: datetime | None, now: datetime, reserve: int) -> timedelta:
    if calls_left is None or resets_at is None or resets_at <= now:
        return timedelta(0)
    spare = calls_left - reserve
    return (resets_at - now) / spare if spare > 0 else resets_at - now
