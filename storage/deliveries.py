"""The deliveries as they stand: found by id, by mention, by what X calls them; and held, dropped, decided by
people.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.outbox import FOR_A_PERSON, ClaimedDelivery
from storage.states import Channel, DeliveryState, Reason
from storage.tables import Delivery, Mention

_deliveries = table_of(Delivery)
_mentions = table_of(Mention)

PAUSED = "sending paused"
STOPPED = "the person said stop"
TOO_OLD = "too old"
_WAITING = (DeliveryState.QUEUED, DeliveryState.LATER)
_LEFT = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNSURE)


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery as it stands. `channel`, `purpose` and `state` are words of storage.states."""

    id: int
    mention_id: int | None
    person_id: str
    channel: str
    purpose: str
    command: str
    text: str = field(repr=False)
    mark: str
    reply_to_id: str | None
    state: str
    reason: str
    instead: dict[str, Any]
    x_id: str | None
    attempts: int
    looks: int
    unknown_fate: bool
    carries_privacy: bool
    created_at: datetime
    first_call_at: datetime | None
    last_call_at: datetime | None
    sent_at: datetime | None
    fence: int

    @property
    def may_have_left(self) -> bool:
        """Whether X has it or may have it, from this attempt or an earlier one; not if it was given up."""
        if self.state in _WAITING:
            return self.unknown_fate
        return self.state in _LEFT

    @property
    def surely_waits(self) -> bool:
        """Whether it is still to leave, for the first time."""
        return self.state in _WAITING and not self.unknown_fate


_brand = _deliveries.c.brand_id == sa.bindparam("brand")
_any_brand = sa.select(*columns_for(DeliveryRow, _deliveries))
_rows = _any_brand.where(_brand)
_by_id = _any_brand.where(checked_brand(_deliveries), ids_in(_deliveries.c.id))
_by_x_id = _rows.where(ids_in(_deliveries.c.x_id))
_of_mentions = _any_brand.where(checked_brand(_deliveries), ids_in(_deliveries.c.mention_id)).order_by(
    _deliveries.c.id
)
_under = _rows.where(ids_in(_deliveries.c.reply_to_id)).order_by(_deliveries.c.id)
_perhaps = _rows.where(
    ids_in(_deliveries.c.person_id),
    sa.or_(
        literally(_deliveries, "state IN ('sending', 'unsure')"),
        sa.and_(literally(_deliveries, "state IN ('queued', 'later')"), _deliveries.c.unknown_fate),
        sa.and_(literally(_deliveries, "state = 'sent'"), _deliveries.c.x_id.is_(None)),
    ),
).order_by(_deliveries.c.id)
_name = (
    _deliveries.update()
    .where(_brand, _deliveries.c.id == sa.bindparam("delivery"), _deliveries.c.x_id.is_(None))
    .values(x_id=sa.bindparam("known_as", type_=sa.String))
)
_looked_for = sa.select(_deliveries.c.id).where(
    _brand,
    literally(_deliveries, "state = 'unsure'"),
    literally(_deliveries, conditions.OPEN_DELIVERY),
    _deliveries.c.reason != FOR_A_PERSON,
)
_last_sent_to = (
    _rows.where(
        _deliveries.c.person_id == sa.bindparam("person"),
        _deliveries.c.state == DeliveryState.SENT.value,
    )
    .order_by(_deliveries.c.id.desc())
    .limit(1)
)
_marks = sa.select(_deliveries.c.mark).where(
    _brand,
    ids_in(_deliveries.c.mark),
    _deliveries.c.created_at >= sa.bindparam("since", type_=_deliveries.c.created_at.type),
)
_waiting = literally(_deliveries, "state IN ('queued', 'later')")
_hold = (
    _deliveries.update()
    .where(
        _brand,
        literally(_deliveries, "state = 'queued'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
    )
    .values(state=DeliveryState.LATER.value, reason=PAUSED, not_before_at=None)
)
_asked_at = sa.func.coalesce(
    sa.select(_mentions.c.posted_at).where(_mentions.c.id == _deliveries.c.mention_id).scalar_subquery(),
    _deliveries.c.created_at,
)
_held = sa.and_(
    _brand,
    literally(_deliveries, "state = 'later'"),
    literally(_deliveries, conditions.OPEN_DELIVERY),
    _deliveries.c.reason == PAUSED,
)
_drop_held = (
    _deliveries.update()
    .where(_held, _asked_at < sa.bindparam("asked_since", type_=_deliveries.c.created_at.type))
    .values(state=DeliveryState.DROPPED.value, reason=TOO_OLD)
    .returning(_deliveries.c.mention_id)
)
_unanswered = (
    _mentions.update()
    .where(checked_brand(_mentions), ids_in(_mentions.c.id), _mentions.c.answered_at.is_(None))
    .values(reason=Reason.TOO_OLD.value)
)
_release = _deliveries.update().where(_held).values(state=DeliveryState.QUEUED.value, reason="", due_ms=0)
_drop = (
    _deliveries.update()
    .where(
        checked_brand(_deliveries),
        ids_in(_deliveries.c.id),
        literally(_deliveries, "state NOT IN ('sent', 'sending', 'dropped')"),
    )
    .values(state=DeliveryState.DROPPED.value, reason=sa.bindparam("why"), fence=_deliveries.c.fence + 1)
    .returning(_deliveries.c.id)
)
_drop_for_person = (
    _deliveries.update()
    .where(
        _brand,
        _deliveries.c.person_id == sa.bindparam("person"),
        _waiting,
        _deliveries.c.despite_stop.is_(False),
    )
    .values(state=DeliveryState.DROPPED.value, reason=sa.bindparam("why"), fence=_deliveries.c.fence + 1)
    .returning(_deliveries.c.id)
)
_again = (
    _deliveries.update()
    .where(
        _brand,
        _deliveries.c.id == sa.bindparam("delivery"),
        literally(_deliveries, "state NOT IN ('sent', 'sending', 'queued')"),
    )
    .values(
        state=DeliveryState.QUEUED.value,
        reason="",
        not_before_at=None,
        due_ms=0,
        attempts=0,
        looks=0,
        fence=_deliveries.c.fence + 1,
    )
)
_never_left = (
    _deliveries.update()
    .where(
        checked_brand(_deliveries),
        _deliveries.c.id == sa.bindparam("delivery"),
        literally(_deliveries, "state = 'unsure'"),
        _deliveries.c.attempts == sa.bindparam("made"),
        _deliveries.c.reason != FOR_A_PERSON,
    )
    .values(
        state=DeliveryState.QUEUED.value,
        reason="",
        attempts=_deliveries.c.attempts - 1,
        unknown_fate=sa.bindparam("was_unknown", type_=sa.Boolean),
        looks=0,
        due_ms=0,
        fence=_deliveries.c.fence + 1,  # whoever looks for it meanwhile has nothing to say
        lease_owner="",
    )
)
_by_hand = (
    _deliveries.update()
    .where(
        _brand,
        _deliveries.c.id == sa.bindparam("delivery"),
        literally(_deliveries, "state NOT IN ('sent', 'sending')"),
    )
    .values(
        state=DeliveryState.SENT.value,
        reason=sa.bindparam("why"),
        x_id=sa.func.coalesce(sa.bindparam("known_as", type_=sa.String), _deliveries.c.x_id),
        sent_at=sa.bindparam("at", type_=_deliveries.c.sent_at.type),
        fence=_deliveries.c.fence + 1,
    )
)


def find(connection: Connection, brand_id: str, ids: Sequence[int]) -> dict[int, DeliveryRow]:
    """The deliveries with these row ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(ids)})
    return {row[0]: DeliveryRow(*row) for row in rows}


def ours(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, DeliveryRow]:
    """Those of these posts and messages that the bot is known to have sent, by X id."""
    rows = connection.execute(_by_x_id, {"brand": brand_id, "ids": list(x_ids)})
    return {str(row.x_id): row for row in (DeliveryRow(*values) for values in rows)}


def perhaps_ours(connection: Connection, brand_id: str, person_ids: Sequence[str]) -> list[DeliveryRow]:
    """What is on its way to these people, or may have reached X, or is there under an id nobody noted: an
    unknown post of ours may be one of these. In the order in which they were enqueued.
    """
    rows = connection.execute(_perhaps, {"brand": brand_id, "ids": list(person_ids)})
    return [DeliveryRow(*row) for row in rows]


def name(connection: Connection, brand_id: str, delivery_id: int, x_id: str) -> None:
    """Notes what X calls a delivery whose id nobody knew."""
    connection.execute(_name, {"brand": brand_id, "delivery": delivery_id, "known_as": x_id})


def of_mentions(
    connection: Connection, brand_id: str, mention_ids: Sequence[int]
) -> dict[int, list[DeliveryRow]]:
    """What was enqueued for these mentions, in order."""
    found: dict[int, list[DeliveryRow]] = {}
    for values in connection.execute(_of_mentions, {"brand": brand_id, "ids": list(mention_ids)}):
        row = DeliveryRow(*values)
        found.setdefault(row.mention_id or 0, []).append(row)
    return found


def under(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, list[DeliveryRow]]:
    """Our public replies to these posts, whatever became of them."""
    found: dict[str, list[DeliveryRow]] = {}
    for values in connection.execute(_under, {"brand": brand_id, "ids": list(x_ids)}):
        row = DeliveryRow(*values)
        found.setdefault(row.reply_to_id or "", []).append(row)
    return found


def to_be_looked_for(connection: Connection, brand_id: str) -> list[int]:
    """The ids of those of unknown fate, except what a person decides."""
    return list(connection.execute(_looked_for, {"brand": brand_id}).scalars())


def last_sent_to(connection: Connection, brand_id: str, person_id: str) -> DeliveryRow | None:
    """The last thing this person got from us."""
    row = connection.execute(_last_sent_to, {"brand": brand_id, "person": person_id}).first()
    return None if row is None else DeliveryRow(*row)


def public_reply_used(rows: Sequence[DeliveryRow]) -> bool:
    """The one public reply of an interaction is given, under way, or of unknown fate."""
    spent = (DeliveryState.REFUSED, DeliveryState.DROPPED)
    return any(row.channel == Channel.PUBLIC and row.state not in spent for row in rows)


def marks_taken(connection: Connection, brand_id: str, marks: Sequence[str], since: datetime) -> set[str]:
    """Those of these marks that a text enqueued since then carries already."""
    rows = connection.execute(_marks, {"brand": brand_id, "ids": list(marks), "since": since})
    return set(rows.scalars())


def hold(connection: Connection, brand_id: str) -> int:
    """Keeps everything queued until sending is resumed; how many."""
    return connection.execute(_hold, {"brand": brand_id}).rowcount


def release(connection: Connection, brand_id: str, asked_since: datetime) -> tuple[int, int]:
    """Queues what `hold` kept and was asked since then, drops the rest as too old; how many of each.

    A mention that this leaves without an answer is too old from then on.
    """
    values = {"brand": brand_id}
    dropped = connection.execute(_drop_held, values | {"asked_since": asked_since}).scalars().all()
    if dropped:
        connection.execute(_unanswered, values | {"ids": [one for one in dropped if one is not None]})
    return connection.execute(_release, values).rowcount, len(dropped)


def drop(connection: Connection, brand_id: str, ids: Sequence[int], reason: str) -> list[int]:
    """Gives up deliveries that are neither sent nor under way; the ids of those it found so."""
    values = {"brand": brand_id, "ids": list(ids), "why": reason}
    return sorted(connection.execute(_drop, values).scalars())


def drop_for(connection: Connection, brand_id: str, person_id: str, reason: str) -> list[int]:
    """Gives up what waits for a person, except what goes out despite a stop; its ids."""
    values = {"brand": brand_id, "person": person_id, "why": reason}
    return sorted(connection.execute(_drop_for_person, values).scalars())


def send_again(connection: Connection, brand_id: str, delivery_id: int) -> bool:
    """Queues a refused, dropped, held or unsure delivery, by a person's wish; False if it is sent or under
    way.
    """
    return connection.execute(_again, {"brand": brand_id, "delivery": delivery_id}).rowcount == 1


def mark_sent(
    connection: Connection, brand_id: str, delivery_id: int, x_id: str | None, reason: str, now: datetime
) -> bool:
    """Notes that X has a delivery, because a person saw it there; False if that was known already."""
    values = {"brand": brand_id, "delivery": delivery_id, "known_as": x_id, "why": reason, "at": now}
    return connection.execute(_by_hand, values).rowcount == 1


def mark_never_left(connection: Connection, brand_id: str, delivery: ClaimedDelivery) -> bool:
    """Takes back an attempt that was taken for one of unknown fate, and is now known never to have left.

    `delivery` as it was claimed for that attempt. False where something has become of it meanwhile.
    """
    values = {
        "brand": brand_id,
        "delivery": delivery.id,
        "made": delivery.attempts,
        "was_unknown": delivery.unknown_fate,
    }
    return connection.execute(_never_left, values).rowcount == 1
