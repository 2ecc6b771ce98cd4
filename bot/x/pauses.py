"""When a route is left alone: X told us to wait, or keeps failing. A pause begins and ends by X's answers.

Every function takes part in the caller's transaction.
"""

import random
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell
from bot.x.client import CREDITS, ME
from bot.x.outcomes import (
    Later,
    LaterWhy,
    NotSentWhy,
    Outcome,
    Read,
    Refused,
    RefusedWhy,
    Sent,
    Unsure,
    UnsureWhy,
    trouble_of,
)
from bot.x.route_limits import back_off
from bot.x.x_alarms import XAlarm
from storage.upkeep import purse, windows
from storage.upkeep.windows import WindowRow

# Stands for all routes that cost money: without credit none of them answers.
EVERYTHING = "*"
# Answered even without credit. Source: https://docs.x.com/x-api/getting-started/pricing, read 2026-11-21.
FREE = frozenset({ME, CREDITS})
LOOKS_AGAIN_AFTER = timedelta(minutes=1)


class Pauses:
    """One brand's pauses, and the alarms that go with them."""

    def __init__(self, brand_id: str, routes: Collection[str], bell: AlarmBell) -> None:
        self._brand_id = brand_id
        self._routes = routes
        self._bell = bell
        # Whether a route may be paused or failing, a restart included. Spares a statement per call while all
        # is well. What another process met and did not live to see the end of is found within a minute.
        self._may_be_trouble = True
        self._looks_again_at = datetime.min.replace(tzinfo=UTC)

    def learn(self, connection: Connection, route: str, outcome: Outcome, now: datetime) -> None:
        """Begins, lengthens or ends the route's pause, as an answer asks for it, and rings."""
        why = trouble_of(outcome)
        if why is not None:
            self._begin(connection, route, outcome, why, now)
        elif isinstance(outcome, (Read, Sent, Refused)):
            self._all_well(connection, route, now)
        self._ring(connection, route, outcome, now)

    def credit_is_back(self, connection: Connection, now: datetime) -> None:
        """The routes that waited for credit may be called."""
        purse.hold(connection, self._brand_id)
        if windows.unpause(connection, self._brand_id, EVERYTHING):
            self._bell.end(connection, XAlarm.CREDITS, now)

    def _begin(self, connection: Connection, route: str, outcome: Outcome, why: str, now: datetime) -> None:
        which = EVERYTHING if why == LaterWhy.CREDITS_GONE else route
        self._may_be_trouble = True
        row = windows.find(connection, self._brand_id, [which]).get(which)
        why = self._kept(connection, row, why, now)
        told = outcome.until if isinstance(outcome, Later) else None
        if told is None and row and row.paused_until and row.paused_until > now:
            # It was on its way when the pause began: of what is wrong, that is no more than is known.
            windows.pause(connection, self._brand_id, which, row.paused_until, why, failures=0)
            return
        tries = row.tries + 1 if row else 1
        # Jitter is no secret: it keeps bots from calling in step.
        wait = back_off(tries, random.random())  # noqa: S311
        until = told or now + wait
        if row and row.paused_until and row.paused_until > until:
            until = row.paused_until
        windows.pause(connection, self._brand_id, which, until, why)

    def _kept(self, connection: Connection, row: WindowRow | None, why: str, now: datetime) -> str:
        """What stands as the cause: one that has rung, until X says otherwise of it.

        A failure of X says nothing of a key, a proxy or the credit; any other word does, and ends the alarm.
        """
        if row is None or not row.tries or row.paused_why == why or row.paused_why not in _ALARMS:
            return why
        if why in _SAYS_NOTHING_ELSE:
            return row.paused_why
        self._end_alarm(connection, row, self._troubled(connection), now)
        return why

    def _troubled(self, connection: Connection) -> dict[str, WindowRow]:
        """The routes that are paused or failing."""
        known = windows.find(connection, self._brand_id, [*self._routes, EVERYTHING])
        return {name: row for name, row in known.items() if row.tries or row.paused_until}

    def _end_alarm(
        self, connection: Connection, ended: WindowRow, troubled: Mapping[str, WindowRow], now: datetime
    ) -> None:
        """Ends what a route has rung for, unless another one stands for it too."""
        alarm = _ALARMS.get(ended.paused_why)
        others = {row.paused_why for name, row in troubled.items() if name != ended.route}
        if alarm is not None and ended.paused_why not in others:
            self._bell.end(connection, alarm, now)

    def _ring(self, connection: Connection, route: str, outcome: Outcome, now: datetime) -> None:
        detail = f"{route}: {getattr(outcome, 'detail', '')}".rstrip(": ")
        if isinstance(outcome, Later | Refused | Unsure) and outcome.alarm is not None:
            self._bell.ring(connection, outcome.alarm, detail, now)
        if isinstance(outcome, Refused) and outcome.why is RefusedWhy.NOT_PERMITTED:
            self._bell.ring_if_frequent(connection, XAlarm.NOT_PERMITTED, detail, now)
        elif isinstance(outcome, Sent):
            self._bell.end_if_rare(connection, XAlarm.NOT_PERMITTED, now)

    def _all_well(self, connection: Connection, route: str, now: datetime) -> None:
        """Ends what this answer shows to be over: the route's pause, its alarm, the wait for credit."""
        if not self._may_be_trouble and now < self._looks_again_at:
            return
        self._looks_again_at = now + LOOKS_AGAIN_AFTER
        troubled = self._troubled(connection)
        self._may_be_trouble = bool(troubled)
        for name in (EVERYTHING, route) if route not in FREE else (route,):
            row = troubled.get(name)
            # A pause that still lasts is not ended by an answer that was on its way when it began; only a
            # route that keeps failing is well again as soon as it answers.
            held = name == EVERYTHING or (row is not None and row.paused_why == LaterWhy.RATE_LIMITED)
            if row is None or (held and row.paused_until is not None and row.paused_until > now):
                continue
            windows.unpause(connection, self._brand_id, name)
            self._end_alarm(connection, row, troubled, now)


_ALARMS: Mapping[str, XAlarm] = {
    LaterWhy.CREDITS_GONE: XAlarm.CREDITS,
    LaterWhy.UNAUTHORIZED: XAlarm.UNAUTHORIZED,
    LaterWhy.MONTHLY_CAP: XAlarm.MONTHLY_CAP,
    LaterWhy.SET_UP: XAlarm.SET_UP,
    LaterWhy.PROXY_PAGE: XAlarm.PROXY_PAGE,
    LaterWhy.REDIRECTED: XAlarm.REDIRECTED,
}
_SAYS_NOTHING_ELSE: frozenset[str] = frozenset(
    {
        LaterWhy.X_FAILED,
        LaterWhy.UNREACHABLE,
        LaterWhy.GARBLED,
        UnsureWhy.NO_ANSWER,
        NotSentWhy.NO_CONNECTION,
    }
)
