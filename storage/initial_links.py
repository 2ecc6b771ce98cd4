"""Stores the links and consents that a set of demo accounts brings along.

Only for accounts that were never linked: what a person or a colleague has decided since is never overwritten.
Links made by proof stand in people.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.states import ConsentKind
from storage.tables import Consent, Person


@dataclass(frozen=True, slots=True)
class InitialLink:
    """An X account, the customer it is linked to, and what its owner has agreed to."""

    person_id: str
    username: str
    lang: str
    customer_id: str
    consents: tuple[ConsentKind, ...]


_people = table_of(Person)
_consents = table_of(Consent)


def link_initially(
    conn: Connection, brand_id: str, links: Sequence[InitialLink], *, how: str, wording: str, now: datetime
) -> int:
    """Links those accounts that no link was ever made or ended for; returns how many.

    `how` and `wording` are kept with each link and consent, as the record of how they came about.
    """
    ids = [link.person_id for link in links]
    known = {
        row.x_id: row
        for row in conn.execute(
            sa.select(_people.c.x_id, _people.c.customer_id, _people.c.linked_at).where(
                _people.c.brand_id == brand_id, _people.c.x_id.in_(ids)
            )
        )
    }
    fresh = [link for link in links if link.person_id not in known or known[link.person_id].linked_at is None]
    for link in fresh:
        _link(conn, brand_id, link, how, now, is_known=link.person_id in known)
    given = [
        {
            "brand_id": brand_id,
            "person_id": link.person_id,
            "kind": kind.value,
            "how": how,
            "wording_version": wording,
            "given_at": now,
        }
        for link in fresh
        for kind in link.consents
    ]
    if given:
        conn.execute(sa.insert(_consents), given)
    return len(fresh)


def _link(
    conn: Connection, brand_id: str, link: InitialLink, how: str, now: datetime, *, is_known: bool
) -> None:
    linked: dict[str, Any] = {"customer_id": link.customer_id, "linked_at": now, "link_proof": how}
    if is_known:
        mine = sa.and_(_people.c.brand_id == brand_id, _people.c.x_id == link.person_id)
        conn.execute(sa.update(_people).where(mine).values(**linked, lang=link.lang))
        return
    person = Person(
        brand_id=brand_id,
        x_id=link.person_id,
        username=link.username,
        username_folded=link.username.casefold(),
        lang=link.lang,
        first_seen_at=now,
        last_seen_at=now,
        **linked,
    )
    conn.execute(sa.insert(_people), person.model_dump())
