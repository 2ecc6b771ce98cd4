"""The ledger: every call's money, reserved at its worst price before the call, settled at what X charged
after it.

The sums of a day stand in a row of their own, changed in the same transaction as the lines, so that asking
whether a call is within the budget costs one row however many calls the day has had.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import upsert
from storage.engine.given_rows import insert_rows, packed, with_rows
from storage.engine.rows import checked_brand, ids_in, in_batches, literally
from storage.states import LedgerState
from storage.upkeep import purse
from storage.upkeep.upkeep_tables import ChargedObject, LedgerDay, LedgerLine

_ledger = table_of(LedgerLine)
_days = table_of(LedgerDay)
_charged = table_of(ChargedObject)


@dataclass(frozen=True)
class Reservation:
    """A call about to be made, at its worst price in millionths of a USD; `item` is named as in the price
    list.
    """

    item: str
    count: int
    micro: int
    is_write: bool = False
    delivery_id: int | None = None
    route: str = ""  # of a read: what is read


@dataclass(frozen=True)
class Charge:
    """What a reserved call really cost. 0 removes the line: nothing was charged. `item` corrects the item's
    name.
    """

    line_id: int
    micro: int
    count: int = 1
    item: str | None = None


@dataclass(frozen=True)
class DaySum:
    """A UTC day's money in millionths of a USD."""

    reserved_micro: int  # not settled yet
    settled_micro: int

    @property
    def total_micro(self) -> int:
        """What the day has cost at worst."""
        return self.reserved_micro + self.settled_micro


@dataclass(frozen=True)
class Unsettled:
    """A reservation that no answer of X has settled."""

    line_id: int
    day: date
    item: str
    count: int
    reserved_micro: int
    is_write: bool
    delivery_id: int | None
    route: str
    reserved_at: datetime


_brand = _ledger.c.brand_id == sa.bindparam("brand")
_reserve = insert_rows(
    _ledger,
    (
        "brand_id",
        "day",
        "item",
        "count",
        "reserved_micro",
        "is_write",
        "delivery_id",
        "route",
        "reserved_at",
    ),
    returning=[_ledger.c.id],
)
_of_delivery = sa.select(_ledger.c.id, _ledger.c.day, _ledger.c.reserved_micro).where(
    _brand, literally(_ledger, conditions.UNSETTLED), ids_in(_ledger.c.delivery_id)
)
_settle = with_rows(
    {
        "line": _ledger.c.id.type,
        "charged": _ledger.c.settled_micro.type,
        "objects": _ledger.c.count.type,
        "called": _ledger.c.item.type,
    },
    lambda given: (
        _ledger.update()
        .where(_ledger.c.id == given.c.line, checked_brand(_ledger), literally(_ledger, conditions.UNSETTLED))
        .values(
            settled_micro=given.c.charged,
            count=given.c.objects,
            item=sa.func.coalesce(given.c.called, _ledger.c.item),
            state=LedgerState.SETTLED.value,
        )
        .returning(_ledger.c.day, _ledger.c.reserved_micro, _ledger.c.settled_micro)
    ),
)
_delete = (
    _ledger.delete()
    .where(ids_in(_ledger.c.id), checked_brand(_ledger), literally(_ledger, conditions.UNSETTLED))
    .returning(_ledger.c.day, _ledger.c.reserved_micro, sa.literal(0))
)
_add = upsert(
    _days,
    ("brand_id", "day"),
    {
        "reserved_micro": _days.c.reserved_micro + sa.bindparam("reserved_more", type_=sa.BigInteger),
        "settled_micro": _days.c.settled_micro + sa.bindparam("settled_more", type_=sa.BigInteger),
    },
)
_sum = sa.select(_days.c.reserved_micro, _days.c.settled_micro).where(
    _days.c.brand_id == sa.bindparam("brand"), _days.c.day == sa.bindparam("on_day")
)
_unsettled = (
    sa.select(
        _ledger.c.id,
        _ledger.c.day,
        _ledger.c.item,
        _ledger.c.count,
        _ledger.c.reserved_micro,
        _ledger.c.is_write,
        _ledger.c.delivery_id,
        _ledger.c.route,
        _ledger.c.reserved_at,
    )
    .where(_brand, literally(_ledger, conditions.UNSETTLED))
    .order_by(_ledger.c.id)
)
_known = sa.select(_charged.c.x_object).where(
    _charged.c.brand_id == sa.bindparam("brand"),
    _charged.c.day == sa.bindparam("on_day"),
    ids_in(_charged.c.x_object),
)
_charged_key = ("brand_id", "day", "x_object")
_note = insert_rows(_charged, _charged_key, unique=_charged_key)
_forget = _charged.delete().where(
    _charged.c.brand_id == sa.bindparam("brand"), _charged.c.day < sa.bindparam("before")
)


def reserve(
    connection: Connection, brand_id: str, day: date, calls: Sequence[Reservation], now: datetime
) -> list[int]:
    """Books calls at their worst price on this UTC day; the lines' ids, in the order given.

    The call may leave once this is committed. Whether it is within the budget is asked before, with
    `day_sum`.
    """
    if not calls:
        return []
    rows = [(brand_id, day, c.item, c.count, c.micro, c.is_write, c.delivery_id, c.route, now) for c in calls]
    # Counted up in the rows' order; in which order they are returned, no engine promises.
    ids = sorted(connection.execute(_reserve.on(connection), {"given": packed(rows)}).scalars())
    _change(connection, brand_id, day, sum(call.micro for call in calls), 0)
    return ids


def settle(connection: Connection, brand_id: str, charges: Sequence[Charge]) -> None:
    """Books what calls really cost. A line that is settled already stays as it is."""
    if not charges:
        return
    settled: list[tuple[Any, ...]] = []  # day, reserved, charged
    paid = [(c.line_id, c.micro, c.count, c.item) for c in charges if c.micro]
    if paid:
        values = {"brand": brand_id, "given": packed(paid)}
        settled += map(tuple, connection.execute(_settle.on(connection), values))
    free = [c.line_id for c in charges if not c.micro]
    if free:
        settled += map(tuple, connection.execute(_delete, {"brand": brand_id, "ids": free}))
    for day in sorted({day for day, _, _ in settled}):
        released = sum(reserved for its_day, reserved, _ in settled if its_day == day)
        charged = sum(micro for its_day, _, micro in settled if its_day == day)
        _change(connection, brand_id, day, -released, charged)


def open_lines_of(
    connection: Connection, brand_id: str, delivery_ids: Sequence[int]
) -> list[tuple[int, date, int]]:
    """The unsettled lines of deliveries, oldest first: id, day, reserved millionths of a USD."""
    rows = connection.execute(_of_delivery, {"brand": brand_id, "ids": list(delivery_ids)})
    return sorted((int(line_id), day, int(reserved)) for line_id, day, reserved in rows)


def unsettled(connection: Connection, brand_id: str) -> list[Unsettled]:
    """Every reservation not settled yet, oldest first."""
    return [Unsettled(*row) for row in connection.execute(_unsettled, {"brand": brand_id})]


def day_sum(connection: Connection, brand_id: str, day: date) -> DaySum:
    """What a UTC day has cost so far."""
    row = connection.execute(_sum, {"brand": brand_id, "on_day": day}).first()
    return DaySum(0, 0) if row is None else DaySum(int(row[0]), int(row[1]))


def charged_already(connection: Connection, brand_id: str, day: date, objects: Sequence[str]) -> set[str]:
    """Those of these objects ("post:123") that X has charged for on this day: it does so once."""
    found: set[str] = set()
    for some in in_batches(objects):
        rows = connection.execute(_known, {"brand": brand_id, "on_day": day, "ids": list(some)})
        found.update(rows.scalars())
    return found


def note_charged(connection: Connection, brand_id: str, day: date, objects: Sequence[str]) -> None:
    """Remembers what X has charged for on this day."""
    if objects:
        rows = [(brand_id, day, x_object) for x_object in sorted(set(objects))]
        connection.execute(_note.on(connection), {"given": packed(rows)})


def forget_charged(connection: Connection, brand_id: str, before: date) -> int:
    """Forgets what was charged before this day, which no price depends on any more; how many objects."""
    return connection.execute(_forget, {"brand": brand_id, "before": before}).rowcount


def _change(connection: Connection, brand_id: str, day: date, reserved: int, settled: int) -> None:
    purse.hold(connection, brand_id)
    values = {
        "brand_id": brand_id,
        "day": day,
        "reserved_micro": reserved,
        "settled_micro": settled,
        "reserved_more": reserved,
        "settled_more": settled,
    }
    connection.execute(_add.on(connection), values)
