"""The account source that needs no other system: accounts kept in the daemon's own database.

`import_accounts.py` fills it from the company's files. One account is read from one snapshot of the database,
so a bill and its items always belong together, even while a new set of accounts takes the place of the old.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from commands.accounts import (
    Account,
    AccountsUnavailable,
    Bill,
    BillItem,
    Bucket,
    Catalogue,
    Device,
    Handset,
    ItemKind,
    Line,
    Money,
    Order,
    OrderState,
    Usage,
)
from commands.privacy import Private, Public
from storage import account_rows as rows
from storage.database import StorageTrouble

T = TypeVar("T")

_MICRO = Decimal(1_000_000)
_TRY_AGAIN = timedelta(seconds=5)


class Reads(Protocol):
    """What this source needs of the database: a consistent read that never waits for a writer."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns on one snapshot."""


class EmbeddedAccounts:
    """Accounts of one brand in the daemon's own database."""

    def __init__(self, database: Reads, brand_id: str) -> None:
        self._database = database
        self._brand_id = brand_id

    def customer(self, customer_id: str) -> Account | None:
        """The account; None when the edition in use has no such customer. Raises AccountsUnavailable."""
        found = self._read(lambda conn: rows.account(conn, self._brand_id, customer_id))
        return None if found is None else _account(found)

    def catalogue(self) -> Catalogue:
        """The company's handsets, in its order. Raises AccountsUnavailable."""
        found = self._read(lambda conn: rows.handsets(conn, self._brand_id))
        return Catalogue(handsets=tuple(_handset(row) for row in found))

    def customers_known(self) -> int:
        """How many customers there are; 0 before the first import. Raises AccountsUnavailable."""
        return self._read(lambda conn: rows.customers_known(conn, self._brand_id))

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return self._database.read(work)
        except StorageTrouble as trouble:
            raise AccountsUnavailable(
                f"the accounts cannot be read: {trouble}", retry_after=_TRY_AGAIN
            ) from trouble


def _account(found: rows.AccountRows) -> Account:
    devices: dict[str, list[Device]] = defaultdict(list)
    for row in found.devices:
        devices[row.line_id].append(
            Device(Private(row.model), Private(row.bought_on), Private(row.warranty_until))
        )
    return Account(
        customer_id=Private(found.customer.customer_id),
        name=Private(found.customer.name),
        language=Private(found.customer.language),
        lines=tuple(_line(row, devices[row.line_id]) for row in found.lines),
        bill=None if found.bill is None else _bill(found.bill, found.items),
        buckets=tuple(_bucket(row) for row in found.buckets),
        orders=tuple(_order(row) for row in found.orders),
    )


def _line(row: rows.LineRow, devices: Sequence[Device]) -> Line:
    return Line(
        id=Private(row.line_id),
        number=Private(row.number),
        label=Private(row.label),
        plan=Private(row.plan),
        upgrade_on=Private(row.upgrade_on),
        devices=tuple(devices),
    )


def _bill(row: rows.BillRow, items: Sequence[rows.ItemRow]) -> Bill:
    return Bill(
        number=Private(row.number),
        issued_on=Private(row.issued_on),
        due_on=Private(row.due_on),
        total=Private(_money(row.total_micro, row.currency)),
        paid=Private(_money(row.paid_micro, row.currency)),
        items=tuple(
            BillItem(
                label=Private(item.label),
                kind=Private(ItemKind(item.kind)),
                amount=Private(_money(item.amount_micro, row.currency)),
                line_id=Private(item.line_id),
            )
            for item in items
        ),
    )


def _bucket(row: rows.BucketRow) -> Bucket:
    return Bucket(
        kind=Private(Usage(row.kind)),
        name=Private(row.name),
        sponsored=Private(row.sponsored),
        allowance=Private(row.allowance),
        used=Private(row.used),
        line_ids=Private(tuple(row.line_ids.split(" "))),
        only_in=Private(row.only_in),
        ends_on=Private(row.ends_on),
        renews=Private(row.renews),
    )


def _order(row: rows.OrderRow) -> Order:
    return Order(
        reference=Private(row.reference),
        what=Private(row.what),
        state=Private(OrderState(row.state)),
        ordered_on=Private(row.ordered_on),
        expected_on=Private(row.expected_on),
    )


def _handset(row: rows.HandsetRow) -> Handset:
    monthly = None if row.monthly_micro is None else Public(_money(row.monthly_micro, row.currency))
    return Handset(
        model=Public(row.model),
        maker=Public(row.maker),
        price=Public(_money(row.price_micro, row.currency)),
        monthly=monthly,
        storage_bytes=Public(row.storage_bytes),
        screen_inches=Public(Decimal(row.screen_milli_inches) / 1000),
        in_stock=Public(row.in_stock),
    )


def _money(micro: int, currency: str) -> Money:
    return Money(micro / _MICRO, currency)
