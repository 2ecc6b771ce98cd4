"""Tickets: what a person of ours has promised to look at, and the mentions that belong to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import insert_once
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.states import DeliveryState, Purpose, TicketState
from storage.tables import Delivery, Mention, Ticket, TicketMention

_tickets = table_of(Ticket)
_members = table_of(TicketMention)
_mentions = table_of(Mention)
_deliveries = table_of(Delivery)


@dataclass(frozen=True)
class TicketRow:
    """A ticket as it stands. `state` is a word of TicketState."""

    id: int
    reference: str
    command: str
    person_id: str
    state: str
    urgent: bool
    assigned_to: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class NewTicket:
    """A ticket to open; `reference` must be free."""

    reference: str
    command: str
    person_id: str
    due_at: datetime | None
    urgent: bool = False
    state: TicketState = TicketState.OPEN


_brand = _tickets.c.brand_id == sa.bindparam("brand")
_rows = sa.select(*columns_for(TicketRow, _tickets)).where(_brand)
_open = _tickets.insert().returning(_tickets.c.id)
_add = insert_once(_members, "ticket_id", "mention_id", returning=[_members.c.mention_id])
_point = (
    _mentions.update()
    .where(_mentions.c.id == sa.bindparam("mention"))
    .values(ticket_id=sa.bindparam("ticket"))
)
_by_reference = _rows.where(ids_in(_tickets.c.reference))
_by_id = sa.select(*columns_for(TicketRow, _tickets)).where(checked_brand(_tickets), ids_in(_tickets.c.id))
_live_of = _rows.where(ids_in(_tickets.c.person_id), literally(_tickets, conditions.LIVE_TICKET)).order_by(
    _tickets.c.id.desc()
)
_newest_of = (
    _rows.where(_tickets.c.person_id == sa.bindparam("person")).order_by(_tickets.c.id.desc()).limit(1)
)
_newest_mention = sa.select(sa.func.max(_members.c.mention_id)).where(
    _members.c.ticket_id == sa.bindparam("ticket")
)
_messages = (
    sa.select(sa.func.count()).select_from(_members).where(_members.c.ticket_id == sa.bindparam("ticket"))
)
_answers = (
    sa.select(sa.func.count())
    .select_from(_deliveries.join(_members, _members.c.mention_id == _deliveries.c.mention_id))
    .where(
        _members.c.ticket_id == sa.bindparam("ticket"),
        _deliveries.c.purpose == Purpose.PERSON.value,
        _deliveries.c.state == DeliveryState.SENT.value,
    )
)
_acknowledge = (
    _tickets.update()
    .where(_brand, _tickets.c.id == sa.bindparam("ticket"), _tickets.c.acknowledged_at.is_(None))
    .values(acknowledged_at=sa.bindparam("at", type_=_tickets.c.acknowledged_at.type))
)
_one = sa.and_(_brand, _tickets.c.id == sa.bindparam("ticket"))
_move = (
    _tickets.update()
    .where(_one)
    .values(state=sa.bindparam("to_state"), closed_at=sa.bindparam("at", type_=_tickets.c.closed_at.type))
)
_assign = _tickets.update().where(_one).values(assigned_to=sa.bindparam("to_whom"))
_hurry = _tickets.update().where(_one).values(urgent=True)


def open_(connection: Connection, brand_id: str, new: NewTicket, now: datetime) -> int:
    """Opens a ticket; its id.

    Raises: sqlalchemy's IntegrityError when the reference is taken: choose another.
    """
    values = {
        "brand_id": brand_id,
        "reference": new.reference,
        "command": new.command,
        "person_id": new.person_id,
        "state": new.state.value,
        "urgent": new.urgent,
        "opened_at": now,
        "due_at": new.due_at,
    }
    return int(connection.execute(_open, values).scalar_one())


def add(connection: Connection, brand_id: str, ticket_id: int, mention_id: int, now: datetime) -> bool:
    """Makes a mention part of a ticket; False if it is already."""
    values = {"ticket_id": ticket_id, "mention_id": mention_id, "brand_id": brand_id, "added_at": now}
    added = connection.execute(_add.on(connection), values).first() is not None
    connection.execute(_point, {"mention": mention_id, "ticket": ticket_id})
    return added


def taken(connection: Connection, brand_id: str, references: Sequence[str]) -> set[str]:
    """Those of these references that a ticket bears already."""
    return set(by_reference(connection, brand_id, references))


def by_reference(connection: Connection, brand_id: str, references: Sequence[str]) -> dict[str, TicketRow]:
    """The tickets with these references."""
    rows = connection.execute(_by_reference, {"brand": brand_id, "ids": list(references)})
    return {row[1]: TicketRow(*row) for row in rows}


def find(connection: Connection, brand_id: str, ids: Sequence[int]) -> dict[int, TicketRow]:
    """The tickets with these row ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(ids)})
    return {row[0]: TicketRow(*row) for row in rows}


def live_of(connection: Connection, brand_id: str, person_ids: Sequence[str]) -> dict[str, list[TicketRow]]:
    """The tickets of these people that are not closed, the newest first."""
    found: dict[str, list[TicketRow]] = {}
    for values in connection.execute(_live_of, {"brand": brand_id, "ids": list(person_ids)}):
        row = TicketRow(*values)
        found.setdefault(row.person_id, []).append(row)
    return found


def newest_of(connection: Connection, brand_id: str, person_id: str) -> TicketRow | None:
    """The last ticket this person opened, closed or not."""
    row = connection.execute(_newest_of, {"brand": brand_id, "person": person_id}).first()
    return None if row is None else TicketRow(*row)


def newest_mention(connection: Connection, ticket_id: int) -> int | None:
    """The last mention that belongs to a ticket."""
    found = connection.execute(_newest_mention, {"ticket": ticket_id}).scalar()
    return None if found is None else int(found)


def counts(connection: Connection, ticket_id: int) -> tuple[int, int]:
    """How many posts and messages of the person belong to a ticket, and how many answers of colleagues."""
    messages = connection.execute(_messages, {"ticket": ticket_id}).scalar_one()
    return int(messages), int(connection.execute(_answers, {"ticket": ticket_id}).scalar_one())


def acknowledge(connection: Connection, brand_id: str, ticket_id: int, now: datetime) -> bool:
    """Notes that a follow-up was acknowledged; False if one was before."""
    values = {"brand": brand_id, "ticket": ticket_id, "at": now}
    return connection.execute(_acknowledge, values).rowcount == 1


def move(connection: Connection, brand_id: str, ticket_id: int, state: TicketState, now: datetime) -> bool:
    """Opens, closes, or marks as waiting for the customer; False if there is no such ticket."""
    at = now if state is TicketState.CLOSED else None
    values = {"brand": brand_id, "ticket": ticket_id, "to_state": state.value, "at": at}
    return connection.execute(_move, values).rowcount == 1


def assign(connection: Connection, brand_id: str, ticket_id: int, to: str) -> bool:
    """Gives a ticket to a colleague; False if there is no such ticket."""
    values = {"brand": brand_id, "ticket": ticket_id, "to_whom": to}
    return connection.execute(_assign, values).rowcount == 1


def hurry(connection: Connection, brand_id: str, ticket_id: int) -> None:
    """Marks a ticket urgent."""
    connection.execute(_hurry, {"brand": brand_id, "ticket": ticket_id})
