"""Pendings: what we await from a person, and which mention goes on when it comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import columns_for, ids_in, literally
from storage.states import PendingKind
from storage.tables import Pending

_pendings = table_of(Pending)


@dataclass(frozen=True)
class PendingRow:
    """Something awaited. `kind` is a word of PendingKind."""

    id: int
    person_id: str
    kind: str
    mention_id: int
    ticket_id: int | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class NewPending:
    """Something to await from now until `expires_at`."""

    person_id: str
    kind: PendingKind
    mention_id: int
    expires_at: datetime
    ticket_id: int | None = None


_brand = _pendings.c.brand_id == sa.bindparam("brand")
_now = sa.bindparam("now", type_=_pendings.c.expires_at.type)
_await = _pendings.insert()
_live = (
    sa.select(*columns_for(PendingRow, _pendings))
    .where(
        _brand,
        ids_in(_pendings.c.person_id),
        _pendings.c.expires_at > _now,
        literally(_pendings, conditions.UNUSED),
    )
    .order_by(_pendings.c.id.desc())
)
_any = (
    sa.select(_pendings.c.id)
    .where(_brand, _pendings.c.expires_at > _now, literally(_pendings, conditions.UNUSED))
    .limit(1)
)
_use = (
    _pendings.update()
    .where(_pendings.c.id == sa.bindparam("pending"), literally(_pendings, conditions.UNUSED))
    .values(used_at=_now)
)
_use_of_mentions = (
    _pendings.update()
    .where(
        _brand,
        _pendings.c.person_id == sa.bindparam("person"),
        ids_in(_pendings.c.mention_id),
        literally(_pendings, conditions.UNUSED),
    )
    .values(used_at=_now)
)


def expect(connection: Connection, brand_id: str, new: Sequence[NewPending], now: datetime) -> None:
    """Stores what is awaited."""
    if new:
        connection.execute(
            _await,
            [
                {
                    "brand_id": brand_id,
                    "person_id": p.person_id,
                    "kind": p.kind.value,
                    "mention_id": p.mention_id,
                    "ticket_id": p.ticket_id,
                    "created_at": now,
                    "expires_at": p.expires_at,
                }
                for p in new
            ],
        )


def live(
    connection: Connection, brand_id: str, person_ids: Sequence[str], now: datetime
) -> dict[str, list[PendingRow]]:
    """What is awaited from these people, the newest first."""
    found: dict[str, list[PendingRow]] = {}
    for values in connection.execute(_live, {"brand": brand_id, "ids": list(person_ids), "now": now}):
        row = PendingRow(*values)
        found.setdefault(row.person_id, []).append(row)
    return found


def anyone_expected(connection: Connection, brand_id: str, now: datetime) -> bool:
    """Somebody may write to us any moment, because we invited or asked them."""
    return connection.execute(_any, {"brand": brand_id, "now": now}).first() is not None


def use(connection: Connection, pending_id: int, now: datetime) -> bool:
    """Takes a pending, once; False if it was taken before."""
    return connection.execute(_use, {"pending": pending_id, "now": now}).rowcount == 1


def use_those_of(
    connection: Connection, brand_id: str, person_id: str, mention_ids: Sequence[int], now: datetime
) -> None:
    """Awaits nothing any more on account of these mentions of a person."""
    values = {"brand": brand_id, "person": person_id, "ids": list(mention_ids), "now": now}
    connection.execute(_use_of_mentions, values)
