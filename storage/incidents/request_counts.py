"""How often each command was asked for and each known trouble was reported, minute by minute."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import ADDED
from storage.engine.given_rows import insert_rows, packed
from storage.incidents.incident_tables import RequestCount

_counts = table_of(RequestCount)

_brand = _counts.c.brand_id == sa.bindparam("brand")
_since = sa.bindparam("since", type_=_counts.c.minute_at.type)
_add = insert_rows(
    _counts,
    ("brand_id", "what", "minute_at", "count"),
    unique=("brand_id", "what", "minute_at"),
    changes={"count": ADDED},
)
_lately = sa.select(_counts.c.what, _counts.c.minute_at, _counts.c.count).where(
    _brand, _counts.c.minute_at > _since
)
_of_one = sa.select(_counts.c.minute_at, _counts.c.count).where(
    _brand, _counts.c.what == sa.bindparam("which"), _counts.c.minute_at >= _since
)
_first = sa.select(sa.func.min(_counts.c.minute_at)).where(_brand)
_forget = _counts.delete().where(_brand, _counts.c.minute_at < sa.bindparam("before", type_=_since.type))


def add(connection: Connection, brand_id: str, asked: Mapping[tuple[str, datetime], int]) -> None:
    """Adds to what was asked how often: (what, beginning of the minute) → how many more."""
    if asked:
        # One order: no deadlock on PostgreSQL.
        rows = [(brand_id, what, minute_at, count) for (what, minute_at), count in sorted(asked.items())]
        connection.execute(_add.on(connection), {"given": packed(rows)})


def lately(connection: Connection, brand_id: str, since: datetime) -> dict[str, dict[datetime, int]]:
    """What was asked in the minutes that began after then: what → minute → how often."""
    found: dict[str, dict[datetime, int]] = {}
    for what, minute_at, count in connection.execute(_lately, {"brand": brand_id, "since": since}):
        found.setdefault(what, {})[minute_at] = count
    return found


def of_one(connection: Connection, brand_id: str, what: str, since: datetime) -> dict[datetime, int]:
    """How often one thing was asked for, by minute, since then."""
    values = {"brand": brand_id, "which": what, "since": since}
    return {row[0]: int(row[1]) for row in connection.execute(_of_one, values)}


def counted_since(connection: Connection, brand_id: str) -> datetime | None:
    """The first minute on record; None while nothing was counted."""
    found: datetime | None = connection.execute(_first, {"brand": brand_id}).scalar()
    return found


def forget(connection: Connection, brand_id: str, before: datetime) -> int:
    """Forgets what was counted before then; how many rows."""
    return connection.execute(_forget, {"brand": brand_id, "before": before}).rowcount
