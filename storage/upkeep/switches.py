"""Which commands are switched off, by an operator or by their own faults."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import insert_once
from storage.engine.rows import columns_for
from storage.upkeep.upkeep_tables import SwitchedOff

_switched_off = table_of(SwitchedOff)


@dataclass(frozen=True)
class SwitchRow:
    """A command that is off, why, and since when."""

    command: str
    why: str
    since_at: datetime


_off = insert_once(_switched_off, "brand_id", "command", returning=[_switched_off.c.command])
_on = _switched_off.delete().where(
    _switched_off.c.brand_id == sa.bindparam("brand"), _switched_off.c.command == sa.bindparam("which")
)
_all = (
    sa.select(*columns_for(SwitchRow, _switched_off))
    .where(_switched_off.c.brand_id == sa.bindparam("brand"))
    .order_by(_switched_off.c.command)
)


def switch_off(connection: Connection, brand_id: str, command: str, why: str, now: datetime) -> bool:
    """Switches a command off; False if it is off already."""
    values = {"brand_id": brand_id, "command": command, "why": why, "since_at": now}
    return connection.execute(_off.on(connection), values).first() is not None


def switch_on(connection: Connection, brand_id: str, command: str) -> bool:
    """Switches a command on; False if it is on already."""
    return connection.execute(_on, {"brand": brand_id, "which": command}).rowcount == 1


def off(connection: Connection, brand_id: str) -> dict[str, SwitchRow]:
    """The commands that are off."""
    return {row[0]: SwitchRow(*row) for row in connection.execute(_all, {"brand": brand_id})}
