"""Followers: who asked to be told when an incident is over, each told once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import PerEngine, insert_once
from storage.engine.rows import columns_for, literally
from storage.incidents.incident_tables import Incident, IncidentFollower
from storage.states import HandoverState
from storage.tables import Delivery, Handover

_followers = table_of(IncidentFollower)
_incidents = table_of(Incident)
_handovers = table_of(Handover)
_deliveries = table_of(Delivery)


@dataclass(frozen=True)
class FollowerRow:
    """Somebody who is still to be told."""

    id: int
    incident_id: int
    person_id: str
    mention_id: int
    lang: str
    asked_at: datetime


_brand = _followers.c.brand_id == sa.bindparam("brand")
_waits = literally(_followers, conditions.UNENDED_FOLLOWING)
_follow = insert_once(_followers, "incident_id", "person_id", returning=[_followers.c.id])
_in_charge = sa.exists().where(
    _handovers.c.brand_id == _followers.c.brand_id,
    _handovers.c.person_id == _followers.c.person_id,
    _handovers.c.state == HandoverState.OPEN.value,
)
_untold_rows = (
    sa.select(*columns_for(FollowerRow, _followers))
    .join(_incidents, _incidents.c.id == _followers.c.incident_id)
    # While a colleague is in charge of somebody the bot is silent; they are told afterwards.
    .where(_brand, _waits, _incidents.c.closed_at.is_not(None), ~_in_charge)
    .order_by(_followers.c.id)
    .limit(sa.bindparam("at_most"))
)
_untold = PerEngine(_untold_rows, _untold_rows.with_for_update(skip_locked=True, of=_followers))
_ended = (
    _followers.update()
    .where(_followers.c.id == sa.bindparam("follower"))
    .values(
        ended_at=sa.bindparam("at", type_=_followers.c.ended_at.type),
        delivery_id=sa.bindparam("by_delivery", type_=sa.BigInteger),
        left_out=sa.bindparam("why"),
    )
)
_waiting = sa.select(sa.func.count()).select_from(_followers).where(_brand, _waits)
_under_way = (
    sa.select(sa.func.count())
    .select_from(_deliveries.join(_followers, _followers.c.delivery_id == _deliveries.c.id))
    .where(
        _deliveries.c.brand_id == sa.bindparam("brand"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
    )
)


def follow(
    connection: Connection,
    brand_id: str,
    incident_id: int,
    person_id: str,
    *,
    mention_id: int,
    lang: str,
    now: datetime,
) -> bool:
    """Notes that a person wants to hear of the end; False if that is noted already."""
    values = {
        "brand_id": brand_id,
        "incident_id": incident_id,
        "person_id": person_id,
        "mention_id": mention_id,
        "lang": lang,
        "asked_at": now,
    }
    return connection.execute(_follow.on(connection), values).first() is not None


def untold(connection: Connection, brand_id: str, at_most: int) -> list[FollowerRow]:
    """The next to be told that an incident is over, in the order in which they asked; locked until the
    transaction ends. Those a colleague is in charge of are left out.
    """
    rows = connection.execute(_untold.on(connection), {"brand": brand_id, "at_most": at_most})
    return [FollowerRow(*row) for row in rows]


def told(connection: Connection, news: Sequence[tuple[FollowerRow, int]], now: datetime) -> None:
    """The news for these is in the outbox, as these deliveries."""
    _end(connection, [(row, delivery_id, "") for row, delivery_id in news], now)


def left_out(connection: Connection, who: Sequence[tuple[FollowerRow, str]], now: datetime) -> None:
    """These are not told, and why."""
    _end(connection, [(row, None, why) for row, why in who], now)


def under_way(connection: Connection, brand_id: str) -> int:
    """How many pieces of such news have not reached anybody yet."""
    return int(connection.execute(_under_way, {"brand": brand_id}).scalar_one())


def waiting(connection: Connection, brand_id: str) -> int:
    """How many wait to be told, of incidents that are open and of those that are over."""
    return int(connection.execute(_waiting, {"brand": brand_id}).scalar_one())


def _end(connection: Connection, ended: Sequence[tuple[FollowerRow, int | None, str]], now: datetime) -> None:
    if ended:
        rows = [
            {"follower": row.id, "at": now, "by_delivery": delivery_id, "why": why}
            for row, delivery_id, why in ended
        ]
        connection.execute(_ended, rows)
