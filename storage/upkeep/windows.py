"""Rate windows: how many calls X leaves us on each route, until when, and whether the route is paused.

X's own headers are the truth; between them every call about to leave takes one from what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import PerEngine, upsert
from storage.engine.rows import columns_for, ids_in
from storage.upkeep import purse
from storage.upkeep.upkeep_tables import Window

_windows = table_of(Window)


@dataclass(frozen=True)
class WindowRow:
    """A route as last known. Empty figures were never told by X."""

    route: str
    calls_limit: int | None
    calls_left: int | None
    resets_at: datetime | None
    day_calls_left: int | None
    day_resets_at: datetime | None
    paused_until: datetime | None
    paused_why: str
    tries: int

    def calls_now(self, now: datetime) -> int | None:
        """How many calls may be made now; None when X has not said, or its window is over."""
        if self.paused_until is not None and self.paused_until > now:
            return 0
        left = [
            calls
            for calls, until in (
                (self.calls_left, self.resets_at),
                (self.day_calls_left, self.day_resets_at),
            )
            if calls is not None and until is not None and until > now
        ]
        return max(0, min(left)) if left else None

    def opens_at(self, now: datetime) -> datetime | None:
        """When the next call may be made, if not now."""
        closed = [
            until
            for calls, until in (
                (0, self.paused_until),
                (self.calls_left, self.resets_at),
                (self.day_calls_left, self.day_resets_at),
            )
            if calls is not None and calls <= 0 and until is not None and until > now
        ]
        return max(closed, default=None)


@dataclass(frozen=True)
class Allowance:
    """What a route allows by X's table, until its headers say otherwise."""

    calls: int
    window: timedelta = timedelta(minutes=15)
    day_calls: int | None = None


@dataclass(frozen=True)
class Heard:
    """What the headers of one answer said about its route. Empty: not said."""

    calls_limit: int | None = None
    calls_left: int | None = None
    resets_at: datetime | None = None
    day_calls_left: int | None = None
    day_resets_at: datetime | None = None


# How many calls of a route have left and were not answered yet, in whichever process: X may or may not have
# counted them in the figure of a new window. Asked only when a window begins.
UnderWay = Callable[[], int]

_rows = sa.select(*columns_for(WindowRow, _windows)).where(
    _windows.c.brand_id == sa.bindparam("brand"), ids_in(_windows.c.route)
)
_locked = PerEngine(_rows, _rows.with_for_update())
_ensure = upsert(_windows, ("brand_id", "route"), {"tries": _windows.c.tries})
_this = sa.and_(_windows.c.brand_id == sa.bindparam("brand"), _windows.c.route == sa.bindparam("this_route"))
_time = _windows.c.resets_at.type
_set = (
    _windows.update()
    .where(_this)
    .values(
        calls_limit=sa.bindparam("limit", type_=sa.Integer),
        calls_left=sa.bindparam("left", type_=sa.Integer),
        resets_at=sa.bindparam("until", type_=_time),
        day_calls_left=sa.bindparam("day_left", type_=sa.Integer),
        day_resets_at=sa.bindparam("day_until", type_=_time),
    )
)
_pause = (
    _windows.update()
    .where(_this)
    .values(
        paused_until=sa.bindparam("until", type_=_time),
        paused_why=sa.bindparam("why"),
        tries=_windows.c.tries + sa.bindparam("more", type_=sa.Integer),
    )
)
_unpause = (
    _windows.update()
    .where(_this, sa.or_(_windows.c.tries != 0, _windows.c.paused_until.is_not(None)))
    .values(paused_until=None, paused_why="", tries=0)
)


def find(connection: Connection, brand_id: str, routes: Sequence[str]) -> dict[str, WindowRow]:
    """What is known of these routes."""
    rows = connection.execute(_rows, {"brand": brand_id, "ids": list(routes)})
    return {row[0]: WindowRow(*row) for row in rows}


def take(
    connection: Connection,
    brand_id: str,
    route: str,
    wanted: int,
    *,
    allowance: Allowance,
    reserve: int,
    now: datetime,
    under_way: UnderWay | None = None,
) -> int:
    """Takes up to `wanted` calls of a route, all but the last `reserve` ones; how many may be made now.

    A window that is over, or was never heard of, begins anew at X's table, less what is `under_way`: X may
    count that in it. Where calls leave side by side (`under_way` is given) and X has never told its limit,
    one leaves alone and brings it. Whoever takes and does not call gives the rest back with `put_back`.
    """
    row = _locked_row(connection, brand_id, route)
    if row.paused_until is not None and row.paused_until > now:
        return 0
    left, resets_at = row.calls_left, row.resets_at
    day_left, day_until = row.day_calls_left, row.day_resets_at
    is_over = left is None or resets_at is None or resets_at <= now
    day_is_over = day_left is None or day_until is None or day_until <= now
    ahead = under_way() if under_way and (is_over or day_is_over or row.calls_limit is None) else 0
    if under_way is not None and row.calls_limit is None:
        wanted = min(wanted, 0 if ahead else 1)
    if left is None or is_over:
        left, resets_at = (row.calls_limit or allowance.calls) - ahead, now + allowance.window
    if day_is_over:
        day_left = None if allowance.day_calls is None else allowance.day_calls - ahead
        day_until = now + timedelta(days=1)
    within_day = wanted if day_left is None else day_left
    granted = max(0, min(wanted, left - reserve, within_day))
    if granted:
        _write(
            connection,
            brand_id,
            route,
            Heard(
                row.calls_limit,
                left - granted,
                resets_at,
                None if day_left is None else day_left - granted,
                day_until,
            ),
        )
    return granted


def put_back(connection: Connection, brand_id: str, route: str, calls: int) -> None:
    """Gives back calls that were taken and not made."""
    if calls:
        row = _locked_row(connection, brand_id, route)
        left = None if row.calls_left is None else row.calls_left + calls
        if left is not None and row.calls_limit is not None:
            left = min(left, row.calls_limit)
        day_left = None if row.day_calls_left is None else row.day_calls_left + calls
        heard = Heard(row.calls_limit, left, row.resets_at, day_left, row.day_resets_at)
        _write(connection, brand_id, route, heard)


def learn(
    connection: Connection,
    brand_id: str,
    route: str,
    heard: Heard,
    *,
    under_way: UnderWay = lambda: 0,
) -> None:
    """Takes over what X's headers said; within one window never more calls than we count ourselves."""
    row = _locked_row(connection, brand_id, route)
    ours: Count = (row.calls_left, row.resets_at)
    our_day: Count = (row.day_calls_left, row.day_resets_at)
    another = heard.calls_limit not in (None, row.calls_limit) and not _same(row.resets_at, heard.resets_at)
    if (row.calls_limit is None or another) and heard.calls_left is not None:
        # A guess from the table, or of a window begun here from a limit that X no longer names: what X says
        # now goes before it.
        ours = (None, None)
        our_day = our_day if heard.day_calls_left is None else (None, None)
    left, resets_at = _later_word(ours, (heard.calls_left, heard.resets_at), under_way)
    day_left, day_until = _later_word(our_day, (heard.day_calls_left, heard.day_resets_at), under_way)
    limit = row.calls_limit if heard.calls_limit is None else heard.calls_limit
    _write(connection, brand_id, route, Heard(limit, left, resets_at, day_left, day_until))


def pause(
    connection: Connection, brand_id: str, route: str, until: datetime, why: str, *, failures: int = 1
) -> None:
    """Makes no call on a route before `until`, and counts `failures` more for its back-off."""
    purse.hold(connection, brand_id)
    connection.execute(_ensure.on(connection), {"brand_id": brand_id, "route": route})
    values = {"brand": brand_id, "this_route": route, "until": until, "why": why, "more": failures}
    connection.execute(_pause, values)


def unpause(connection: Connection, brand_id: str, route: str) -> bool:
    """A call on this route went well: its pause and its failures are over; True if there were any."""
    purse.hold(connection, brand_id)
    return connection.execute(_unpause, {"brand": brand_id, "this_route": route}).rowcount == 1


def _locked_row(connection: Connection, brand_id: str, route: str) -> WindowRow:
    # Two workers that take at the same time must not both see the last call: the row is locked, or made
    # first.
    purse.hold(connection, brand_id)
    values = {"brand": brand_id, "ids": [route]}
    row = connection.execute(_locked.on(connection), values).first()
    if row is None:
        connection.execute(_ensure.on(connection), {"brand_id": brand_id, "route": route})
        row = connection.execute(_locked.on(connection), values).one()
    return WindowRow(*row)


Count = tuple[int | None, datetime | None]


def _later_word(ours: Count, said: Count, under_way: UnderWay) -> Count:
    """The count of the newer window; of the same window the smaller count. X gives resets in whole
    seconds.
    """
    (our_left, our_reset), (said_left, said_reset) = ours, said
    if said_left is None or said_reset is None:
        return ours
    if our_left is None or our_reset is None or said_reset > our_reset + timedelta(seconds=2):
        return max(0, said_left - under_way()), said_reset
    if said_reset < our_reset - timedelta(minutes=1) and said_left > our_left:
        return ours  # an answer that was long on its way, from the window before
    return min(our_left, said_left), said_reset


def _same(ours: datetime | None, said: datetime | None) -> bool:
    return ours is not None and said is not None and abs(ours - said) <= timedelta(seconds=2)


def _write(connection: Connection, brand_id: str, route: str, row: Heard) -> None:
    values = {
        "brand": brand_id,
        "this_route": route,
        "limit": row.calls_limit,
        "left": row.calls_left,
        "until": row.resets_at,
        "day_left": row.day_calls_left,
        "day_until": row.day_resets_at,
    }
    connection.execute(_set, values)
