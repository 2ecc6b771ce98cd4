"""Alarms: what an operator should know, each raised once and ended once."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import insert_once
from storage.engine.rows import columns_for, literally
from storage.upkeep.upkeep_tables import Alarm

_alarms = table_of(Alarm)


@dataclass(frozen=True)
class AlarmRow:
    """An alarm that stands. `code` is a heading of docs/operate.md."""

    id: int
    code: str
    detail: str
    since_at: datetime
    until_at: datetime | None


_brand = _alarms.c.brand_id == sa.bindparam("brand")
_is_open = literally(_alarms, conditions.UNENDED)
_raise = insert_once(_alarms, "brand_id", "code", where=conditions.UNENDED, returning=[_alarms.c.id])
_end = (
    _alarms.update()
    .where(_brand, _alarms.c.code == sa.bindparam("which"), _is_open)
    .values(until_at=sa.bindparam("at", type_=_alarms.c.until_at.type))
)
_end_earlier = _end.where(_alarms.c.since_at < sa.bindparam("before", type_=_alarms.c.since_at.type))
_standing = sa.select(*columns_for(AlarmRow, _alarms)).where(_brand, _is_open).order_by(_alarms.c.id)


def raise_(connection: Connection, brand_id: str, code: str, detail: str, now: datetime) -> int | None:
    """Raises an alarm; its id, or None when it stands already."""
    values = {"brand_id": brand_id, "code": code, "detail": detail, "since_at": now}
    made = connection.execute(_raise.on(connection), values).scalar()
    return None if made is None else int(made)


def end(connection: Connection, brand_id: str, code: str, now: datetime) -> bool:
    """Ends an alarm; False when none of this code stands."""
    return connection.execute(_end, {"brand": brand_id, "which": code, "at": now}).rowcount > 0


def end_earlier(connection: Connection, brand_id: str, code: str, before: datetime, now: datetime) -> bool:
    """Ends an alarm that was raised before then; False when none of this code has stood so long."""
    values = {"brand": brand_id, "which": code, "before": before, "at": now}
    return connection.execute(_end_earlier, values).rowcount > 0


def standing(connection: Connection, brand_id: str) -> list[AlarmRow]:
    """The alarms not ended yet, oldest first."""
    return [AlarmRow(*row) for row in connection.execute(_standing, {"brand": brand_id})]
