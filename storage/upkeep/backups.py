"""When backups of this database were made, and where: so that an old one can be told from none."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.rows import columns_for
from storage.upkeep.upkeep_tables import Backup

_backups = table_of(Backup)


@dataclass(frozen=True)
class BackupRow:
    """A backup that was made; `place` is where it was put."""

    made_at: datetime
    place: str


_newest = (
    sa.select(*columns_for(BackupRow, _backups))
    .where(_backups.c.brand_id == sa.bindparam("brand"))
    .order_by(_backups.c.id.desc())
    .limit(1)
)
_note = _backups.insert()


def last_backup(connection: Connection, brand_id: str) -> BackupRow | None:
    """The newest backup; None: there never was one."""
    row = connection.execute(_newest, {"brand": brand_id}).first()
    return None if row is None else BackupRow(*row)


def note(connection: Connection, brand_id: str, made_at: datetime, place: str) -> None:
    """Remembers that a backup was made."""
    connection.execute(_note, {"brand_id": brand_id, "made_at": made_at, "place": place})
