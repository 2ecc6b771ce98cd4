"""Lost time: how much X may know that this database does not, because a backup was put back.

It reaches from the database's last sign of life to a start. While it is open nothing that was asked before
that start is decided or sent; what waits to be sent is doubted, for it may have left long ago.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import EXCLUDED, insert_once, upsert
from storage.engine.rows import columns_for, literally
from storage.states import Channel, DeliveryState, MentionKind, MentionState
from storage.tables import Delivery, Mention
from storage.upkeep.upkeep_tables import Cursor, LostTime, OwnPost, ServedFrom

_lost = table_of(LostTime)
_cursors = table_of(Cursor)
_own = table_of(OwnPost)
_deliveries = table_of(Delivery)
_mentions = table_of(Mention)
_served = table_of(ServedFrom)


_SENT_LOOKED_AT = 50  # deliveries leave nearly in the order of their ids


@dataclass(frozen=True)
class LostTimeRow:
    """A lost time as it stands. `is_restored`: it is certain that a backup was put back."""

    since_at: datetime
    until_at: datetime
    is_restored: bool
    why: str
    posts_read_at: datetime | None
    shown_from_at: datetime | None
    closed_at: datetime | None
    closed_by: str


_brand: sa.BindParameter[str] = sa.bindparam("brand")
_rows = sa.select(*columns_for(LostTimeRow, _lost)).where(_lost.c.brand_id == _brand)
_newest = _rows.order_by(_lost.c.id.desc()).limit(1)
_open = insert_once(_lost, "brand_id", where=conditions.UNCLOSED)
_unclosed = sa.and_(_lost.c.brand_id == _brand, literally(_lost, conditions.UNCLOSED))
_at = sa.bindparam("at", type_=_lost.c.until_at.type)
_go_on = _lost.update().where(_unclosed).values(until_at=_at, posts_read_at=None)
_certain = _lost.update().where(_unclosed).values(is_restored=True, why=sa.bindparam("because"))
_posts_read = (
    _lost.update()
    .where(_unclosed)
    .values(posts_read_at=_at, shown_from_at=sa.bindparam("shown", type_=_lost.c.shown_from_at.type))
)
_close = _lost.update().where(_unclosed).values(closed_at=_at, closed_by=sa.bindparam("who"))
_last_sign = sa.select(sa.func.max(_cursors.c.read_at)).where(_cursors.c.brand_id == _brand)
_own_positions = sa.select(sa.func.max(_own.c.position)).where(
    _own.c.brand_id == _brand, _own.c.channel == Channel.PUBLIC.value
)
_sent_ids = (
    sa.select(_deliveries.c.x_id)
    .where(
        _deliveries.c.brand_id == _brand,
        _deliveries.c.channel == Channel.PUBLIC.value,
        literally(_deliveries, "state = 'sent'"),
        _deliveries.c.x_id.is_not(None),
    )
    .order_by(_deliveries.c.id.desc())
    .limit(_SENT_LOOKED_AT)
)
_call = sa.select(_deliveries.c.fence).where(_deliveries.c.id == sa.bindparam("delivery"))
_never_left = sa.and_(
    _deliveries.c.brand_id == _brand,
    literally(_deliveries, "state IN ('queued', 'later')"),
    literally(_deliveries, conditions.OPEN_DELIVERY),
    _deliveries.c.attempts == 0,
)
_doubt = _deliveries.update().where(_never_left).values(unknown_fate=True)
_trust = _deliveries.update().where(_never_left, _deliveries.c.unknown_fate).values(unknown_fate=False)
_before = sa.bindparam("before", type_=_mentions.c.posted_at.type)
_park = (
    _mentions.update()
    .where(
        _mentions.c.brand_id == _brand,
        literally(_mentions, conditions.WAITING),
        _mentions.c.kind == MentionKind.POST.value,
        _mentions.c.posted_at < _before,
        _mentions.c.posted_at >= sa.bindparam("worth_it", type_=_mentions.c.posted_at.type),
    )
    .values(
        state=MentionState.PARKED.value,
        fence=_mentions.c.fence + 1,
    )
    .returning(_mentions.c.id)
)
_hold_for_people = (
    _deliveries.update()
    .where(_never_left, _deliveries.c.created_at < _before, _deliveries.c.channel == Channel.PUBLIC.value)
    .values(
        state=DeliveryState.UNSURE.value,
        reason=sa.bindparam("for_a_person"),
        fence=_deliveries.c.fence + 1,
    )
    .returning(_deliveries.c.id)
)
_server = sa.select(_served.c.server).where(_served.c.brand_id == _brand)
_note_server = upsert(_served, ("brand_id",), {"server": EXCLUDED})
# The cluster, its history (it forks where a standby or a backup takes over), and this making of our tables.
# Source: https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-CONTROLDATA (2026-11)
_this_server = sa.text(
    "SELECT system_identifier || ':' || timeline_id || ':' || CAST(to_regclass('deliveries') AS oid)"
    " FROM pg_control_system(), pg_control_checkpoint()"
)


def newest(connection: Connection, brand_id: str) -> LostTimeRow | None:
    """The newest lost time, open or closed; None: there never was one."""
    row = connection.execute(_newest, {"brand": brand_id}).first()
    return None if row is None else LostTimeRow(*row)


def unclosed(connection: Connection, brand_id: str) -> LostTimeRow | None:
    """The open one, if any."""
    row = newest(connection, brand_id)
    return row if row is not None and row.closed_at is None else None


def open_(
    connection: Connection, brand_id: str, *, since: datetime, until: datetime, is_restored: bool, why: str
) -> None:
    """Opens one, or lets the open one reach to `until`; what waits to be sent is doubted from now on."""
    values = {
        "brand_id": brand_id,
        "since_at": since,
        "until_at": until,
        "is_restored": is_restored,
        "why": why,
        "closed_by": "",
    }
    connection.execute(_open.on(connection), values)
    connection.execute(_go_on, {"brand": brand_id, "at": until})
    if is_restored:
        is_certain(connection, brand_id, why)
    connection.execute(_doubt, {"brand": brand_id})


def is_certain(connection: Connection, brand_id: str, why: str) -> None:
    """A backup was put back: something on X, or in the database, shows it."""
    connection.execute(_certain, {"brand": brand_id, "because": why})


def posts_are_read(connection: Connection, brand_id: str, at: datetime, shown_from: datetime | None) -> None:
    """Our own posts were read completely; `shown_from`: X shows no older ones."""
    connection.execute(_posts_read, {"brand": brand_id, "at": at, "shown": shown_from})


def close(connection: Connection, brand_id: str, by: str, now: datetime) -> None:
    """All that can be known is known: what was never found at X may leave."""
    connection.execute(_close, {"brand": brand_id, "at": now, "who": by})
    connection.execute(_trust, {"brand": brand_id})


def leave_to_people(
    connection: Connection, brand_id: str, before: datetime, worth_it: datetime, for_a_person: str
) -> tuple[list[int], list[int]]:
    """Sets aside what was asked in public before then, for X shows no posts of ours as old: mentions parked,
    deliveries left to a person. What was asked before `worth_it` is not answered anyway.
    """
    values = {"brand": brand_id, "before": before}
    parked = connection.execute(_park, values | {"worth_it": worth_it}).scalars().all()
    held = connection.execute(_hold_for_people, values | {"for_a_person": for_a_person}).scalars().all()
    return sorted(parked), sorted(held)


def last_sign(connection: Connection, brand_id: str) -> datetime | None:
    """When this database last saw X, by X's clock; None: never."""
    found: datetime | None = connection.execute(_last_sign, {"brand": brand_id}).scalar()
    return found


def newest_own_post(connection: Connection, brand_id: str) -> str | None:
    """The newest post of ours that this database knows, whoever wrote it."""
    ids = [int(x_id) for x_id in connection.execute(_sent_ids, {"brand": brand_id}).scalars()]
    noted = connection.execute(_own_positions, {"brand": brand_id}).scalar()
    return str(max([*ids, *([noted] if noted else [])])) if ids or noted else None


def knows_call(connection: Connection, delivery_id: int, fence: int) -> bool:
    """Whether this database knows that a call left for the delivery under that fence."""
    found = connection.execute(_call, {"delivery": delivery_id}).scalar()
    return found is not None and int(found) >= fence


def another_server(connection: Connection, brand_id: str) -> bool | None:
    """PostgreSQL: whether this is another server, another history of it or another making of our tables than
    last time; None: no last time is known. From now on this one is known.
    """
    this = str(connection.execute(_this_server).scalar_one())
    known = connection.execute(_server, {"brand": brand_id}).scalar()
    if this != known:
        connection.execute(_note_server.on(connection), {"brand_id": brand_id, "server": this})
    return None if known is None else this != known
