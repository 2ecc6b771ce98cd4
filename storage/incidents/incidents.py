"""Incidents: problems that many people meet, opened and closed by a person, or over when their time is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.incidents.incident_tables import Incident
from storage.tables import Ticket

_incidents = table_of(Incident)
_tickets = table_of(Ticket)


@dataclass(frozen=True)
class IncidentRow:
    """An incident as it stands. `commands` are ids of commands."""

    id: int
    text: str
    commands: str
    opened_at: datetime
    opened_by: str
    until_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    news: str
    answered: int

    def over_at(self, now: datetime) -> datetime | None:
        """When it ended; None while it is open. Its time may be over before anybody has noted that."""
        if self.closed_at is not None:
            return self.closed_at
        return self.until_at if self.until_at is not None and self.until_at <= now else None

    @property
    def command_ids(self) -> frozenset[str]:
        return frozenset(self.commands.split())


@dataclass(frozen=True)
class NewIncident:
    """An incident to open, or what an open one says from now on."""

    text: str
    commands: Sequence[str]
    until_at: datetime | None = None


_brand = _incidents.c.brand_id == sa.bindparam("brand")
_this = _incidents.c.id == sa.bindparam("incident")
_unclosed = literally(_incidents, conditions.UNCLOSED)
_rows = sa.select(*columns_for(IncidentRow, _incidents))
_open = _incidents.insert().returning(_incidents.c.id)
_current = _rows.where(
    _brand,
    sa.or_(
        _unclosed,
        # A handful of rows a year: no index would serve this half better than looking at them.
        _incidents.c.closed_at >= sa.bindparam("closed_since", type_=_incidents.c.closed_at.type),
    ),
).order_by(_incidents.c.id)
_by_id = _rows.where(checked_brand(_incidents), ids_in(_incidents.c.id))
_change = (
    _incidents.update()
    .where(_brand, _this, _unclosed)
    .values(
        text=sa.bindparam("says"),
        commands=sa.bindparam("of_commands"),
        until_at=sa.bindparam("until", type_=_incidents.c.until_at.type),
    )
)
_close = (
    _incidents.update()
    .where(_brand, _this, _unclosed)
    .values(
        closed_at=sa.bindparam("at", type_=_incidents.c.closed_at.type),
        closed_by=sa.bindparam("who"),
        news=sa.bindparam("says"),
    )
)
_lapsed = _rows.where(
    _brand, _unclosed, _incidents.c.until_at <= sa.bindparam("now", type_=_incidents.c.until_at.type)
)
_count = _incidents.update().where(_this).values(answered=_incidents.c.answered + sa.bindparam("more"))
_hang = (
    _tickets.update()
    .where(
        _tickets.c.brand_id == sa.bindparam("brand"),
        ids_in(_tickets.c.id),
        _tickets.c.incident_id.is_(None),
    )
    .values(incident_id=sa.bindparam("incident"))
)


def open_(connection: Connection, brand_id: str, new: NewIncident, *, by: str, now: datetime) -> int:
    """Opens an incident; its id."""
    values = {
        "brand_id": brand_id,
        "text": new.text,
        "commands": " ".join(new.commands),
        "opened_at": now,
        "opened_by": by,
        "until_at": new.until_at,
    }
    return int(connection.execute(_open, values).scalar_one())


def current(connection: Connection, brand_id: str, closed_since: datetime) -> list[IncidentRow]:
    """The incidents that nobody has closed, and those closed since then, in the order of their opening."""
    rows = connection.execute(_current, {"brand": brand_id, "closed_since": closed_since})
    return [IncidentRow(*row) for row in rows]


def find(connection: Connection, brand_id: str, ids: Sequence[int]) -> dict[int, IncidentRow]:
    """The incidents with these ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(ids)})
    return {row[0]: IncidentRow(*row) for row in rows}


def change(connection: Connection, brand_id: str, incident_id: int, new: NewIncident) -> bool:
    """Gives an open incident another text, other commands, another end; False when it is closed."""
    values = {
        "brand": brand_id,
        "incident": incident_id,
        "says": new.text,
        "of_commands": " ".join(new.commands),
        "until": new.until_at,
    }
    return connection.execute(_change, values).rowcount == 1


def close(
    connection: Connection, brand_id: str, incident_id: int, *, by: str, at: datetime, news: str = ""
) -> bool:
    """Ends an incident; False when it is closed already."""
    values = {"brand": brand_id, "incident": incident_id, "at": at, "who": by, "says": news}
    return connection.execute(_close, values).rowcount == 1


def lapsed(connection: Connection, brand_id: str, now: datetime) -> list[IncidentRow]:
    """Those whose time is over and that nobody has closed."""
    rows = connection.execute(_lapsed, {"brand": brand_id, "now": now})
    return [IncidentRow(*row) for row in rows]


def count_answers(connection: Connection, answered: Mapping[int, int]) -> None:
    """Adds the mentions that were answered with these incidents' texts."""
    if answered:
        # One order for all workers: no deadlock on PostgreSQL.
        counted = sorted(answered.items())
        connection.execute(_count, [{"incident": which, "more": more} for which, more in counted])


def hang(connection: Connection, brand_id: str, incident_id: int, ticket_ids: Sequence[int]) -> None:
    """Hangs tickets under an incident; one that hangs under another stays there."""
    connection.execute(_hang, {"brand": brand_id, "incident": incident_id, "ids": list(ticket_ids)})
