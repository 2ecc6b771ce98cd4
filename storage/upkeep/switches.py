"""Which commands are switched off, by an operator or by their own faults."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import EXCLUDED, insert_once, upsert
from storage.engine.rows import columns_for
from storage.upkeep.upkeep_tables import Burn, SwitchedOff

_switched_off = table_of(SwitchedOff)
_burns = table_of(Burn)


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
_burn = upsert(_burns, ("brand_id", "command"), {"times": _burns.c.times + 1, "last_at": EXCLUDED})
_times = sa.select(_burns.c.times).where(
    _burns.c.brand_id == sa.bindparam("brand"), _burns.c.command == sa.bindparam("which")
)
_burnt_out = sa.select(
    sa.exists().where(
        _burns.c.brand_id == sa.bindparam("brand"),
        _burns.c.times >= sa.bindparam("most"),
        _switched_off.c.brand_id == _burns.c.brand_id,
        _switched_off.c.command == _burns.c.command,
    )
)
_forget_burns = _burns.delete().where(
    _burns.c.brand_id == sa.bindparam("brand"), _burns.c.command == sa.bindparam("which")
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
    """Switches a command on, and forgets how often it burnt the CPU; False if it is on already."""
    connection.execute(_forget_burns, {"brand": brand_id, "which": command})
    return connection.execute(_on, {"brand": brand_id, "which": command}).rowcount == 1


def burnt(connection: Connection, brand_id: str, command: str, now: datetime) -> int:
    """Notes that a command has burnt the CPU; how often, since it was last switched on."""
    values = {"brand_id": brand_id, "command": command, "times": 1, "last_at": now}
    connection.execute(_burn.on(connection), values)
    return int(connection.execute(_times, {"brand": brand_id, "which": command}).scalar_one())


def any_burnt_out(connection: Connection, brand_id: str, most_times: int) -> bool:
    """Whether a command is off that has burnt the CPU so often."""
    return bool(connection.execute(_burnt_out, {"brand": brand_id, "most": most_times}).scalar())


def off(connection: Connection, brand_id: str) -> dict[str, SwitchRow]:
    """The commands that are off."""
    return {row[0]: SwitchRow(*row) for row in connection.execute(_all, {"brand": brand_id})}
