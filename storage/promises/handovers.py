"""Hand-overs: which customers a person is in charge of, so that the bot is silent towards them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import insert_once
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.states import HandoverState
from storage.tables import Handover

_handovers = table_of(Handover)


@dataclass(frozen=True)
class HandoverRow:
    """A hand-over as it stands. `state` is a word of HandoverState."""

    id: int
    person_id: str
    reason: str
    urgent: bool
    state: str
    opened_at: datetime
    last_human_at: datetime
    released_at: datetime | None
    released_by: str


_brand = _handovers.c.brand_id == sa.bindparam("brand")
_now = sa.bindparam("at", type_=_handovers.c.last_human_at.type)
_rows = sa.select(*columns_for(HandoverRow, _handovers)).where(_brand)
_open = insert_once(
    _handovers,
    "brand_id",
    "person_id",
    where=conditions.OPEN_HANDOVER,
    returning=[_handovers.c.id],
)
_is_open = literally(_handovers, conditions.OPEN_HANDOVER)
_open_of = _rows.where(ids_in(_handovers.c.person_id), _is_open)
_by_id = sa.select(*columns_for(HandoverRow, _handovers)).where(
    checked_brand(_handovers), ids_in(_handovers.c.id)
)
_touch = (
    _handovers.update()
    .where(_brand, ids_in(_handovers.c.person_id), _is_open, _handovers.c.last_human_at < _now)
    .values(last_human_at=_now)
)
_hurry = _handovers.update().where(_brand, _handovers.c.id == sa.bindparam("handover")).values(urgent=True)
_let_go = {
    "state": HandoverState.RELEASED.value,
    "released_at": _now,
    "released_by": sa.bindparam("who"),
}
_release = (
    _handovers.update().where(_brand, _handovers.c.id == sa.bindparam("handover"), _is_open).values(_let_go)
)
_is_quiet = sa.and_(
    _brand,
    _is_open,
    _handovers.c.last_human_at < sa.bindparam("quiet_since", type_=_handovers.c.last_human_at.type),
)
_quiet_longest = sa.select(sa.func.min(_handovers.c.last_human_at)).where(_is_quiet)
_release_quiet = _handovers.update().where(_is_quiet).values(_let_go).returning(_handovers.c.id)


@dataclass(frozen=True)
class Opened:
    """The open hand-over of a person; `is_new` tells whether this call opened it."""

    id: int
    is_new: bool


def open_(
    connection: Connection,
    brand_id: str,
    person_id: str,
    *,
    reason: str,
    now: datetime,
    urgent: bool = False,
) -> Opened:
    """Puts a person in charge of this customer; a hand-over that is open already goes on, made urgent if
    asked.
    """
    values = {
        "brand_id": brand_id,
        "person_id": person_id,
        "reason": reason,
        "urgent": urgent,
        "opened_at": now,
        "last_human_at": now,
    }
    made = connection.execute(_open.on(connection), values).scalar()
    if made is not None:
        return Opened(int(made), is_new=True)
    standing = open_of(connection, brand_id, [person_id])[person_id]
    touch(connection, brand_id, [person_id], now)
    if urgent and not standing.urgent:
        connection.execute(_hurry, {"brand": brand_id, "handover": standing.id})
    return Opened(standing.id, is_new=False)


def open_of(connection: Connection, brand_id: str, person_ids: Sequence[str]) -> dict[str, HandoverRow]:
    """The open hand-overs of these people."""
    rows = connection.execute(_open_of, {"brand": brand_id, "ids": list(person_ids)})
    return {row[1]: HandoverRow(*row) for row in rows}


def find(connection: Connection, brand_id: str, ids: Sequence[int]) -> dict[int, HandoverRow]:
    """The hand-overs with these row ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(ids)})
    return {row[0]: HandoverRow(*row) for row in rows}


def touch(connection: Connection, brand_id: str, person_ids: Sequence[str], at: datetime) -> None:
    """Notes a message of these customers, or of the colleague who talks to them; never backwards."""
    if person_ids:
        connection.execute(_touch, {"brand": brand_id, "ids": list(person_ids), "at": at})


def release(connection: Connection, brand_id: str, handover_id: int, *, by: str, now: datetime) -> bool:
    """Gives the customer back to the bot; False if that was done before."""
    values = {"brand": brand_id, "handover": handover_id, "who": by, "at": now}
    return connection.execute(_release, values).rowcount == 1


def quiet_longest(connection: Connection, brand_id: str, *, quiet_since: datetime) -> datetime | None:
    """The last message of the open hand-over that is quiet longest; None when all have one since then."""
    values = {"brand": brand_id, "quiet_since": quiet_since}
    found: datetime | None = connection.execute(_quiet_longest, values).scalar()
    return found


def release_quiet(
    connection: Connection, brand_id: str, *, quiet_since: datetime, now: datetime
) -> list[int]:
    """Gives back those in which nobody has written since `quiet_since`; their ids."""
    values = {"brand": brand_id, "quiet_since": quiet_since, "who": "bot", "at": now}
    return sorted(connection.execute(_release_quiet, values).scalars())
