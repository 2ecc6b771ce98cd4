"""What people are shown: the listings of the command line with their stable keys, and the story of one
mention.

Values are ready for JSON: ids are strings, instants ISO 8601 in UTC, money decimal strings in USD. A mention
is named by the id X gave it, so that what stands in a post's address can be pasted into the next command.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage import deliveries, journal, mentions
from storage.columns import table_of
from storage.deliveries import DeliveryRow
from storage.engine import conditions
from storage.engine.rows import ids_in, in_batches, literally
from storage.mentions import MentionRow
from storage.promises import tickets
from storage.states import DeliveryState, HandoverState, MentionState, Reason, TicketState
from storage.tables import Consent, Delivery, Handover, Mention, Person, Ticket, TicketMention
from storage.upkeep.upkeep_tables import Alarm, LedgerLine

Listing = list[dict[str, Any]]

_mentions = table_of(Mention)
_deliveries = table_of(Delivery)
_tickets = table_of(Ticket)
_members = table_of(TicketMention)
_handovers = table_of(Handover)
_people = table_of(Person)
_consents = table_of(Consent)
_ledger = table_of(LedgerLine)
_alarms = table_of(Alarm)


def in_json(at: datetime | None) -> str | None:
    """An instant as ISO 8601 in UTC, to the millisecond."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def usd(micro: int) -> str:
    """Millionths of a USD as a decimal string: "0.011"."""
    return format((Decimal(micro) / 1_000_000).normalize(), "f")


def _only(column: sa.ColumnElement[Any], value: object) -> sa.ColumnElement[bool]:
    """That the column holds this value; True where none is asked for."""
    return sa.true() if value is None else column == value


def list_mentions(
    connection: Connection,
    brand_id: str,
    *,
    states: Sequence[MentionState] = tuple(MentionState),
    reason: Reason | None = None,
    at_most: int | None = None,
    x_id: str | None = None,
) -> Listing:
    """The newest `at_most` mentions in these states, oldest first; with `x_id` only the one of that id."""
    found = (
        sa.select(_mentions)
        .where(_mentions.c.brand_id == brand_id, _mentions.c.state.in_([state.value for state in states]))
        .where(_only(_mentions.c.x_id, x_id), _only(_mentions.c.reason, reason))
        .order_by(_mentions.c.id.desc())
        .limit(at_most)
    )
    return [
        {
            "id": row.x_id,
            "author_id": row.author_id,
            "state": row.state,
            "reason": row.reason,
            "commands": row.commands.split(),
            "received_at": in_json(row.received_at),
            "answered_at": in_json(row.answered_at),
        }
        for row in reversed(connection.execute(found).all())
    ]


def list_deliveries(
    connection: Connection,
    brand_id: str,
    *,
    states: Sequence[DeliveryState] = tuple(DeliveryState),
    at_most: int | None = None,
    row_id: int | None = None,
) -> Listing:
    """The newest `at_most` deliveries in these states, oldest first; with `row_id` only that one."""
    found = (
        sa.select(_deliveries, _mentions.c.x_id.label("mention_x_id"))
        .join(_mentions, _mentions.c.id == _deliveries.c.mention_id, isouter=True)
        .where(_deliveries.c.brand_id == brand_id, _deliveries.c.state.in_([state.value for state in states]))
        .where(_only(_deliveries.c.id, row_id))
        .order_by(_deliveries.c.id.desc())
        .limit(at_most)
    )
    return [
        {
            "id": str(row.id),
            "mention_id": row.mention_x_id,
            "person_id": row.person_id,
            "channel": row.channel,
            "state": row.state,
            "x_id": row.x_id,
            "text": row.text,
        }
        for row in reversed(connection.execute(found).all())
    ]


def list_tickets(
    connection: Connection,
    brand_id: str,
    *,
    states: Sequence[TicketState] = tuple(TicketState),
    due_before: datetime | None = None,
    at_most: int | None = None,
    reference: str | None = None,
) -> Listing:
    """The newest `at_most` tickets in these states, oldest first; or those not closed and due before then,
    the first due first. With `reference` only that one.
    """
    found = sa.select(_tickets).where(
        _tickets.c.brand_id == brand_id,
        _tickets.c.state.in_([state.value for state in states]),
        _only(_tickets.c.reference, reference),
    )
    if due_before is None:
        found = found.order_by(_tickets.c.id.desc()).limit(at_most)
    else:
        found = found.where(
            _tickets.c.state != TicketState.CLOSED.value, _tickets.c.due_at <= due_before
        ).order_by(_tickets.c.due_at.desc())
    rows = list(reversed(connection.execute(found).all()))
    members = _members_of(connection, [row.id for row in rows])
    return [
        {
            "reference": row.reference,
            "command": row.command,
            "person_id": row.person_id,
            "state": row.state,
            "due_at": in_json(row.due_at),
            "mention_ids": members.get(row.id, []),
            "incident_id": None if row.incident_id is None else str(row.incident_id),
        }
        for row in rows
    ]


def _members_of(connection: Connection, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    members: dict[int, list[str]] = {}
    for some in in_batches(ticket_ids):
        found = (
            sa.select(_members.c.ticket_id, _mentions.c.x_id)
            .join(_mentions, _mentions.c.id == _members.c.mention_id)
            .where(_members.c.ticket_id.in_(some))
            .order_by(_members.c.mention_id)
        )
        for ticket_id, x_id in connection.execute(found):
            members.setdefault(ticket_id, []).append(x_id)
    return members


def list_handovers(
    connection: Connection, brand_id: str, *, open_only: bool = True, row_id: int | None = None
) -> Listing:
    """The hand-overs, oldest first; with `row_id` only that one."""
    found = (
        sa.select(_handovers)
        .where(_handovers.c.brand_id == brand_id, _only(_handovers.c.id, row_id))
        .order_by(_handovers.c.id)
    )
    if open_only:
        found = found.where(_handovers.c.state == HandoverState.OPEN.value)
    return [
        {
            "id": str(row.id),
            "person_id": row.person_id,
            "reason": row.reason,
            "urgent": row.urgent,
            "state": row.state,
            "opened_at": in_json(row.opened_at),
            "last_human_at": in_json(row.last_human_at),
        }
        for row in connection.execute(found)
    ]


def list_people(
    connection: Connection, brand_id: str, *, at_most: int | None = None, x_id: str | None = None
) -> Listing:
    """The `at_most` people who wrote last, the last one last; with `x_id` only the one of that id."""
    found = (
        sa.select(_people)
        .where(_people.c.brand_id == brand_id, _only(_people.c.x_id, x_id))
        .order_by(_people.c.last_seen_at.desc(), _people.c.x_id)
        .limit(at_most)
    )
    rows = list(reversed(connection.execute(found).all()))
    agreed = _consents_of(connection, brand_id, [row.x_id for row in rows])
    return [
        {
            "id": row.x_id,
            "username": row.username,
            "customer_id": row.customer_id,
            "consents": agreed.get(row.x_id, []),
            "blocked": row.blocked_at is not None,
            "stopped": row.stopped_at is not None,
            "last_seen_at": in_json(row.last_seen_at),
        }
        for row in rows
    ]


def _consents_of(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, list[str]]:
    agreed: dict[str, list[str]] = {}
    for some in in_batches(x_ids):
        found = sa.select(_consents.c.person_id, _consents.c.kind).where(
            _consents.c.brand_id == brand_id,
            _consents.c.person_id.in_(some),
            _consents.c.withdrawn_at.is_(None),
        )
        for person_id, kind in connection.execute(found.order_by(_consents.c.id)):
            agreed.setdefault(person_id, []).append(kind)
    return agreed


def list_ledger(connection: Connection, brand_id: str) -> Listing:
    """The money by UTC day and item: what is still reserved, and what X has charged."""
    is_open = _ledger.c.state == "reserved"
    found = (
        sa.select(
            _ledger.c.day,
            _ledger.c.item,
            sa.func.sum(_ledger.c.count),
            sa.func.sum(sa.case((is_open, _ledger.c.reserved_micro), else_=0)),
            sa.func.sum(_ledger.c.settled_micro),
        )
        .where(_ledger.c.brand_id == brand_id)
        .group_by(_ledger.c.day, _ledger.c.item)
        .order_by(_ledger.c.day, _ledger.c.item)
    )
    return [
        {
            "day": day.isoformat(),
            "item": item,
            "count": int(count),
            "reserved_usd": usd(int(reserved)),
            "settled_usd": usd(int(settled)),
        }
        for day, item, count, reserved, settled in connection.execute(found)
    ]


def list_alarms(connection: Connection, brand_id: str, *, standing_only: bool = False) -> Listing:
    """The alarms, oldest first."""
    found = sa.select(_alarms).where(_alarms.c.brand_id == brand_id).order_by(_alarms.c.id)
    if standing_only:
        found = found.where(_alarms.c.until_at.is_(None))
    return [
        {"code": row.code, "since": in_json(row.since_at), "until": in_json(row.until_at)}
        for row in connection.execute(found)
    ]


def count_states(connection: Connection, brand_id: str) -> dict[str, dict[str, int]]:
    """How many mentions, deliveries, tickets and hand-overs are not over, by state; cheap however many
    are.
    """
    counted: dict[str, dict[str, int]] = {}
    for name, statement in _counts:
        counts = counted.setdefault(name, {})
        counts.update({state: int(n) for state, n in connection.execute(statement, {"brand": brand_id})})
    return counted


def _counting(table: sa.Table, condition: str) -> sa.Select[Any]:
    return (
        sa.select(table.c.state, sa.func.count())
        .where(table.c.brand_id == sa.bindparam("brand"), literally(table, condition))
        .group_by(table.c.state)
    )


_counts = (
    ("mentions", _counting(_mentions, conditions.OPEN_MENTION)),
    ("mentions", _counting(_mentions, conditions.PARKED)),
    ("deliveries", _counting(_deliveries, conditions.OPEN_DELIVERY)),
    ("tickets", _counting(_tickets, conditions.LIVE_TICKET)),
    ("handovers", _counting(_handovers, conditions.OPEN_HANDOVER)),
)


@dataclass(frozen=True)
class Step:
    """One thing that happened to a mention, in words."""

    at: datetime
    what: str
    detail: str = ""
    who: str = journal.BOT


@dataclass(frozen=True)
class Story:
    """A mention from beginning to end."""

    mention: MentionRow
    text: str
    deliveries: tuple[DeliveryRow, ...]
    references: tuple[str, ...]  # of its tickets
    steps: tuple[Step, ...]  # in the order of time


def story(connection: Connection, brand_id: str, given: str) -> Story | None:
    """Everything that happened to the mention with this X id or row number; None if it was never stored."""
    mention = mentions.find_named(connection, brand_id, given)
    if mention is None:
        return None
    sent = deliveries.of_mentions(connection, brand_id, [mention.id]).get(mention.id, [])
    entries = journal.of_mention(connection, brand_id, mention.id)
    steps = [
        *_of_mention(mention),
        *(step for delivery in sent for step in _of_delivery(delivery)),
        *(Step(entry.at, entry.what, _said(entry), entry.who) for entry in entries),
    ]
    return Story(
        mention,
        mentions.body(connection, mention.id)[0],
        tuple(sent),
        tuple(_references(connection, brand_id, mention.id)),
        tuple(sorted(steps, key=lambda step: step.at)),
    )


def _of_mention(mention: MentionRow) -> list[Step]:
    steps = [Step(mention.posted_at, "posted on X"), Step(mention.received_at, "received")]
    if mention.decided_at is not None:
        told = [mention.reason or "", mention.commands]
        steps.append(Step(mention.decided_at, mention.state, ", ".join(filter(None, told))))
    return steps


def _of_delivery(delivery: DeliveryRow) -> list[Step]:
    name = f"{delivery.channel} {delivery.purpose} (delivery {delivery.id})"
    steps = [Step(delivery.created_at, "enqueued", name)]
    if delivery.last_call_at is not None:
        steps.append(Step(delivery.last_call_at, "called X", f"{name}, attempt {delivery.attempts}"))
    if delivery.sent_at is not None:
        steps.append(Step(delivery.sent_at, "sent", f"{name} is {delivery.x_id} on X"))
    elif delivery.reason:
        at = delivery.last_call_at or delivery.created_at
        steps.append(Step(at, delivery.state, f"{name}: {delivery.reason}"))
    return steps


def _said(entry: journal.EntryRow) -> str:
    told = [f"{key} {_in_words(value)}" for key, value in entry.detail.items()]
    return ", ".join([entry.subject, *told] if entry.subject else told)


def _in_words(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _references(connection: Connection, brand_id: str, mention_id: int) -> list[str]:
    ids = connection.execute(
        sa.select(_members.c.ticket_id).where(ids_in(_members.c.mention_id)), {"ids": [mention_id]}
    ).scalars()
    found = tickets.find(connection, brand_id, list(ids))
    return [found[ticket_id].reference for ticket_id in sorted(found)]
