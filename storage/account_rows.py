"""Reads one account of the embedded source, in four statements prepared once.

Values stand here as the database has them (micro-units, bytes, words); `bot/backends/embedded.py` turns them
into the types of the port. How accounts come into the database stands in account_editions.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

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


class CustomerRow(NamedTuple):
    customer_id: str
    name: str
    language: str


class BillRow(NamedTuple):
    number: str
    issued_on: date
    due_on: date
    currency: str
    total_micro: int
    paid_micro: int


class ItemRow(NamedTuple):
    label: str
    kind: str
    amount_micro: int
    line_id: str | None


class LineRow(NamedTuple):
    line_id: str
    number: str
    label: str
    plan: str
    upgrade_on: date | None


class DeviceRow(NamedTuple):
    line_id: str
    model: str
    bought_on: date | None
    warranty_until: date | None


class BucketRow(NamedTuple):
    kind: str
    name: str
    sponsored: bool
    allowance: int | None
    used: int
    line_ids: str
    only_in: str | None
    ends_on: date | None
    renews: bool


class OrderRow(NamedTuple):
    reference: str
    what: str
    state: str
    ordered_on: date
    expected_on: date | None


class HandsetRow(NamedTuple):
    model: str
    maker: str
    currency: str
    price_micro: int
    monthly_micro: int | None
    storage_bytes: int
    screen_milli_inches: int
    in_stock: bool


class AccountRows(NamedTuple):
    """Everything of one account, each list in the company's order, orders newest first."""

    customer: CustomerRow
    bill: BillRow | None
    items: Sequence[ItemRow]
    lines: Sequence[LineRow]
    devices: Sequence[DeviceRow]
    buckets: Sequence[BucketRow]
    orders: Sequence[OrderRow]


_MOST_LINES, _MOST_ITEMS, _MOST_BUCKETS, _MOST_ORDERS, _MOST_HANDSETS = 100, 500, 500, 100, 500


_editions = table_of(AccountEdition)
_customers = table_of(AccountCustomer)
_lines = table_of(AccountLine)
_devices = table_of(AccountDevice)
_bills = table_of(AccountBill)
_items = table_of(AccountBillItem)
_buckets = table_of(AccountBucket)
_orders = table_of(AccountOrder)
_handsets = table_of(AccountHandset)

_BRAND = sa.bindparam("brand", type_=sa.String)
_EDITION = sa.bindparam("edition", type_=sa.BigInteger)
_CUSTOMER = sa.bindparam("customer", type_=sa.String)

_IN_USE = sa.and_(
    _editions.c.brand_id == _BRAND, _editions.c.state == sa.literal_column(f"'{EditionState.CURRENT}'")
)


def _of_customer(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.brand_id == _BRAND, table.c.edition == _EDITION, table.c.customer_id == _CUSTOMER)


def _same_customer(left: sa.Table, right: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        left.c.brand_id == right.c.brand_id,
        left.c.edition == right.c.edition,
        left.c.customer_id == right.c.customer_id,
    )


def _columns(table: sa.Table, row: type[Any]) -> list[sa.Column[Any]]:
    return [table.c[name] for name in row._fields]


_newest = _bills.alias("newest")
_NEWEST_BILL = (
    sa.select(_newest.c.number)
    .where(_same_customer(_newest, _customers))  # type: ignore[arg-type]  # an alias has a table's columns
    .order_by(_newest.c.issued_on.desc(), _newest.c.number.desc())
    .limit(1)
    .scalar_subquery()
)
# The customer in the edition in use, with the newest bill and its items: one row for each item, one at least.
_READ_CUSTOMER = (
    sa.select(
        _customers.c.edition,
        *_columns(_customers, CustomerRow),
        *_columns(_bills, BillRow),
        *_columns(_items, ItemRow),
    )
    .select_from(
        _editions.join(
            _customers,
            sa.and_(
                _customers.c.brand_id == _editions.c.brand_id, _customers.c.edition == _editions.c.edition
            ),
        )
        .outerjoin(_bills, sa.and_(_same_customer(_bills, _customers), _bills.c.number == _NEWEST_BILL))
        .outerjoin(_items, sa.and_(_same_customer(_items, _bills), _items.c.bill_number == _bills.c.number))
    )
    .where(
        _IN_USE,
        _customers.c.customer_id == _CUSTOMER,
    )
    .order_by(_items.c.position)
    .limit(_MOST_ITEMS)
)
_READ_LINES = (
    sa.select(
        _lines.c.position,
        *_columns(_lines, LineRow),
        *(column.label(f"device_{column.name}") for column in _columns(_devices, DeviceRow)),
    )
    .select_from(
        _lines.outerjoin(
            _devices, sa.and_(_same_customer(_devices, _lines), _devices.c.line_id == _lines.c.line_id)
        )
    )
    .where(_of_customer(_lines))
    .order_by(_lines.c.position, _devices.c.position)
    .limit(_MOST_LINES * 3)
)
_READ_BUCKETS = (
    sa.select(*_columns(_buckets, BucketRow))
    .where(_of_customer(_buckets))
    .order_by(_buckets.c.position)
    .limit(_MOST_BUCKETS)
)
_READ_ORDERS = (
    sa.select(*_columns(_orders, OrderRow))
    .where(_of_customer(_orders))
    .order_by(_orders.c.ordered_on.desc(), _orders.c.reference)
    .limit(_MOST_ORDERS)
)
_READ_HANDSETS = (
    sa.select(*_columns(_handsets, HandsetRow))
    .select_from(
        _editions.join(
            _handsets,
            sa.and_(_handsets.c.brand_id == _editions.c.brand_id, _handsets.c.edition == _editions.c.edition),
        )
    )
    .where(_IN_USE)
    .order_by(_handsets.c.position)
    .limit(_MOST_HANDSETS)
)
_READ_KNOWN = sa.select(_editions.c.customers).where(_IN_USE)


def account(conn: Connection, brand_id: str, customer_id: str) -> AccountRows | None:
    """The customer in the edition in use; None when there is no such customer."""
    found = conn.execute(_READ_CUSTOMER, {"brand": brand_id, "customer": customer_id}).all()
    if not found:
        return None
    bill_at, items_at = 4, 10
    customer, bill = CustomerRow(*found[0][1:bill_at]), BillRow(*found[0][bill_at:items_at])
    key = {"brand": brand_id, "edition": found[0][0], "customer": customer_id}
    lines, devices = _lines_and_devices(conn, key)
    return AccountRows(
        customer=customer,
        bill=None if bill.number is None else bill,
        items=[ItemRow(*row[items_at:]) for row in found if row[items_at] is not None],
        lines=lines,
        devices=devices,
        buckets=[BucketRow(*row) for row in conn.execute(_READ_BUCKETS, key)],
        orders=[OrderRow(*row) for row in conn.execute(_READ_ORDERS, key)],
    )


def _lines_and_devices(conn: Connection, key: Mapping[str, Any]) -> tuple[list[LineRow], list[DeviceRow]]:
    lines: dict[int, LineRow] = {}
    devices: list[DeviceRow] = []
    for position, *row in conn.execute(_READ_LINES, key):
        lines.setdefault(position, LineRow(*row[:5]))
        if row[5] is not None:
            devices.append(DeviceRow(*row[5:]))
    return list(lines.values())[:_MOST_LINES], devices


def handsets(conn: Connection, brand_id: str) -> list[HandsetRow]:
    """The handsets of the edition in use, in the company's order."""
    return [HandsetRow(*row) for row in conn.execute(_READ_HANDSETS, {"brand": brand_id})]


def customers_known(conn: Connection, brand_id: str) -> int:
    """How many customers the edition in use has; 0 before the first."""
    return int(conn.execute(_READ_KNOWN, {"brand": brand_id}).scalar() or 0)
