"""What people are shown of incidents, in the manner of storage/stories.py."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.rows import columns_for
from storage.incidents.incident_tables import Incident, IncidentFollower
from storage.incidents.incidents import IncidentRow
from storage.stories import Listing, in_json
from storage.tables import Ticket

OPEN, CLOSED = "open", "closed"

_incidents = table_of(Incident)
_followers = table_of(IncidentFollower)
_tickets = table_of(Ticket)


def list_incidents(
    connection: Connection, brand_id: str, *, now: datetime, open_only: bool = True, row_id: int | None = None
) -> Listing:
    """The incidents, oldest first; with `row_id` only that one, open or not."""
    found = (
        sa.select(*columns_for(IncidentRow, _incidents))
        .where(_incidents.c.brand_id == brand_id)
        .where(sa.true() if row_id is None else _incidents.c.id == row_id)
        .order_by(_incidents.c.id)
    )
    rows = [IncidentRow(*row) for row in connection.execute(found)]
    shown = [row for row in rows if row_id is not None or not open_only or row.over_at(now) is None]
    hanging = _references(connection, [row.id for row in shown])
    following = _followed(connection, [row.id for row in shown])
    return [
        {
            "id": str(row.id),
            "state": OPEN if row.over_at(now) is None else CLOSED,
            "text": row.text,
            "commands": row.commands.split(),
            "opened_at": in_json(row.opened_at),
            "opened_by": row.opened_by,
            "until": in_json(row.until_at),
            "closed_at": in_json(row.over_at(now)),
            "answered": row.answered,
            "tickets": hanging.get(row.id, []),
            "followers": following.get(row.id, (0, 0))[0],
            "told": following.get(row.id, (0, 0))[1],
        }
        for row in shown
    ]


def _references(connection: Connection, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    asked = (
        sa.select(_tickets.c.incident_id, _tickets.c.reference)
        .where(_tickets.c.incident_id.in_(ids))
        .order_by(_tickets.c.id)
    )
    for incident_id, reference in connection.execute(asked):
        found.setdefault(incident_id, []).append(reference)
    return found


def _followed(connection: Connection, ids: list[int]) -> dict[int, tuple[int, int]]:
    """How many asked to be told, and for how many of them the news was put in the outbox."""
    asked = (
        sa.select(_followers.c.incident_id, sa.func.count(), sa.func.count(_followers.c.delivery_id))
        .where(_followers.c.incident_id.in_(ids))
        .group_by(_followers.c.incident_id)
    )
    return {incident_id: (int(all_), int(told)) for incident_id, all_, told in connection.execute(asked)}
