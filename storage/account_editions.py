"""Writes whole sets of accounts: an edition goes loading → current → past, see account_tables.py.

Each function is one short transaction's work, so that an import of any length never keeps the daemon waiting.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import SQLModel

from storage.account_tables import (
    AccountBill,
    AccountBillItem,
    AccountBucket,
    AccountCustomer,
    AccountDevice,
    AccountEdition,
    AccountHandset,
    AccountLine,
    AccountOrder,
    EditionState,
)
from storage.columns import table_of


class EditionGivenUp(Exception):
    """Another import has begun, and this one will not be used."""


class EditionRow(NamedTuple):
    edition: int
    source: str
    as_of: date | None
    state: str
    customers: int


# The tables of an edition in the order they are written: every row's customer stands before it.
PARTS: Mapping[str, type[SQLModel]] = {
    "customers": AccountCustomer,
    "lines": AccountLine,
    "devices": AccountDevice,
    "bills": AccountBill,
    "bill_items": AccountBillItem,
    "usage": AccountBucket,
    "orders": AccountOrder,
    "handsets": AccountHandset,
}
_OF_CUSTOMERS = [model for name, model in PARTS.items() if name != "handsets"]


_editions = table_of(AccountEdition)
_customers = table_of(AccountCustomer)
_handsets = table_of(AccountHandset)
_READ_EDITIONS = (
    sa.select(*(_editions.c[name] for name in EditionRow._fields))
    .where(_editions.c.brand_id == sa.bindparam("brand"))
    .order_by(_editions.c.edition)
)
_INSERTS = {name: sa.insert(table_of(model)) for name, model in PARTS.items()}


def editions(conn: Connection, brand_id: str) -> list[EditionRow]:
    """Every edition there has been, oldest first; rows of past ones may already be gone."""
    return [EditionRow(*row) for row in conn.execute(_READ_EDITIONS, {"brand": brand_id})]


def current_edition(conn: Connection, brand_id: str) -> EditionRow | None:
    """The edition in use; None before the first."""
    return next((row for row in editions(conn, brand_id) if row.state == EditionState.CURRENT), None)


def begin_edition(conn: Connection, brand_id: str, *, source: str, as_of: date | None, now: datetime) -> int:
    """Opens a new edition and returns its number. Any other that was still loading is given up."""
    give_up = sa.update(_editions).where(
        _editions.c.brand_id == brand_id, _editions.c.state == EditionState.LOADING.value
    )
    conn.execute(give_up.values(state=EditionState.PAST.value))
    last = conn.execute(
        sa.select(sa.func.max(_editions.c.edition)).where(_editions.c.brand_id == brand_id)
    ).scalar()
    edition = (last or 0) + 1
    row = {"brand_id": brand_id, "edition": edition, "source": source, "as_of": as_of, "started_at": now}
    conn.execute(sa.insert(_editions), {**row, "state": EditionState.LOADING.value, "customers": 0})
    return edition


def store_part(
    conn: Connection, brand_id: str, edition: int, part: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Stores rows of one part (a key of `PARTS`) in an edition that is loading.

    Raises:
        EditionGivenUp: another import has begun since.
    """
    _still_loading(conn, brand_id, edition)
    if rows:
        conn.execute(_INSERTS[part], [{**row, "brand_id": brand_id, "edition": edition} for row in rows])


def publish_edition(conn: Connection, brand_id: str, edition: int, *, customers: int, now: datetime) -> None:
    """Puts the edition in use and the one before it aside, in one step.

    Raises:
        EditionGivenUp: another import has begun since.
    """
    _still_loading(conn, brand_id, edition)
    mine = _editions.c.brand_id == brand_id
    conn.execute(
        sa.update(_editions)
        .where(mine, _editions.c.state == EditionState.CURRENT.value)
        .values(state=EditionState.PAST.value)
    )
    conn.execute(
        sa.update(_editions)
        .where(mine, _editions.c.edition == edition)
        .values(state=EditionState.CURRENT.value, customers=customers, finished_at=now)
    )


def give_up_edition(conn: Connection, brand_id: str, edition: int) -> None:
    """Ends an edition that is loading without using it; does nothing to any other."""
    conn.execute(
        sa.update(_editions)
        .where(
            _editions.c.brand_id == brand_id,
            _editions.c.edition == edition,
            _editions.c.state == EditionState.LOADING.value,
        )
        .values(state=EditionState.PAST.value)
    )


def clear_past(conn: Connection, brand_id: str, *, at_most: int = 500) -> int:
    """Removes the rows of up to so many customers of past editions; returns how many it found.

    Call it again until it returns 0. The editions' own rows stay as the record of what was loaded when.
    """
    past = sa.select(_editions.c.edition).where(
        _editions.c.brand_id == brand_id, _editions.c.state == EditionState.PAST.value
    )
    found = conn.execute(
        sa.select(_customers.c.edition, _customers.c.customer_id)
        .where(_customers.c.brand_id == brand_id, _customers.c.edition.in_(past))
        .limit(at_most)
    ).all()
    if not found:
        conn.execute(
            sa.delete(_handsets).where(_handsets.c.brand_id == brand_id, _handsets.c.edition.in_(past))
        )
    for edition in {row.edition for row in found}:
        ids = [row.customer_id for row in found if row.edition == edition]
        for model in reversed(_OF_CUSTOMERS):  # the customer goes last: it is what finds the others
            table = table_of(model)
            conn.execute(
                sa.delete(table).where(
                    table.c.brand_id == brand_id, table.c.edition == edition, table.c.customer_id.in_(ids)
                )
            )
    return len(found)


def _still_loading(conn: Connection, brand_id: str, edition: int) -> None:
    state = conn.execute(
        sa.select(_editions.c.state).where(_editions.c.brand_id == brand_id, _editions.c.edition == edition)
    ).scalar()
    if state != EditionState.LOADING.value:
        raise EditionGivenUp(f"edition {edition} is {state}")
