"""Consents: a recorded yes of a person to one kind of thing, with the wording they said yes to, and its
end.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.rows import ids_in
from storage.states import ConsentKind
from storage.tables import Consent

_consents = table_of(Consent)

_live = sa.select(_consents.c.person_id, _consents.c.kind).where(
    _consents.c.brand_id == sa.bindparam("brand"),
    ids_in(_consents.c.person_id),
    _consents.c.withdrawn_at.is_(None),
)
_give = _consents.insert()
_withdraw = (
    _consents.update()
    .where(
        _consents.c.brand_id == sa.bindparam("brand"),
        _consents.c.person_id == sa.bindparam("person"),
        ids_in(_consents.c.kind, "kinds"),
        _consents.c.withdrawn_at.is_(None),
    )
    .values(withdrawn_at=sa.bindparam("at", type_=_consents.c.withdrawn_at.type))
)


def live(
    connection: Connection, brand_id: str, person_ids: Sequence[str]
) -> dict[str, frozenset[ConsentKind]]:
    """What these people have said yes to and not withdrawn; nobody without a consent is in it."""
    found: dict[str, set[ConsentKind]] = {}
    for person_id, kind in connection.execute(_live, {"brand": brand_id, "ids": list(person_ids)}):
        found.setdefault(person_id, set()).add(ConsentKind(kind))
    return {person_id: frozenset(kinds) for person_id, kinds in found.items()}


def give(
    connection: Connection,
    brand_id: str,
    person_id: str,
    kind: ConsentKind,
    *,
    how: str,
    wording_version: str,
    now: datetime,
) -> bool:
    """Records a yes; False if the same one stands already."""
    if kind in live(connection, brand_id, [person_id]).get(person_id, frozenset()):
        return False
    values = {
        "brand_id": brand_id,
        "person_id": person_id,
        "kind": kind.value,
        "how": how,
        "wording_version": wording_version,
        "given_at": now,
    }
    connection.execute(_give, values)
    return True


def withdraw(
    connection: Connection, brand_id: str, person_id: str, kinds: Sequence[ConsentKind], now: datetime
) -> int:
    """Ends these consents of a person; how many stood."""
    values = {"brand": brand_id, "person": person_id, "kinds": [kind.value for kind in kinds], "at": now}
    return connection.execute(_withdraw, values).rowcount
