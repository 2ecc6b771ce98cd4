"""Cursors: how far each feed of X has been read and stored completely."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import EXCLUDED, upsert
from storage.engine.rows import columns_for
from storage.upkeep.upkeep_tables import Cursor

_cursors = table_of(Cursor)


@dataclass(frozen=True)
class CursorRow:
    """A feed's place. `newest_id` is the newest of the last complete read; `gap_*` a gap not filled yet."""

    feed: str
    newest_id: str | None = None
    polls: int = 0
    read_at: datetime | None = None
    gap_since_id: str | None = None
    gap_until_id: str | None = None


_find = sa.select(*columns_for(CursorRow, _cursors)).where(
    _cursors.c.brand_id == sa.bindparam("brand"), _cursors.c.feed == sa.bindparam("this_feed")
)
_save = upsert(
    _cursors,
    ("brand_id", "feed"),
    dict.fromkeys(("newest_id", "polls", "read_at", "gap_since_id", "gap_until_id"), EXCLUDED),
)


def find(connection: Connection, brand_id: str, feed: str) -> CursorRow:
    """A feed's place; a fresh one for a feed never read."""
    row = connection.execute(_find, {"brand": brand_id, "this_feed": feed}).first()
    return CursorRow(feed) if row is None else CursorRow(*row)


def save(connection: Connection, brand_id: str, cursor: CursorRow) -> None:
    """Sets a feed's place: only after everything before it is stored."""
    values = {
        "brand_id": brand_id,
        "feed": cursor.feed,
        "newest_id": cursor.newest_id,
        "polls": cursor.polls,
        "read_at": cursor.read_at,
        "gap_since_id": cursor.gap_since_id,
        "gap_until_id": cursor.gap_until_id,
    }
    connection.execute(_save.on(connection), values)
