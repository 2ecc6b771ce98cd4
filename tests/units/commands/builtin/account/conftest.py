"""Accounts as the tests of account commands need them, told in one line each."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest

from commands.accounts import Account, Bill, BillItem, Bucket, ItemKind, Line, Money, Usage
from commands.privacy import Private

END = date(2026, 11, 30)


@pytest.fixture
def an_account() -> Callable[..., Account]:
    """`an_account(["Ana's phone"], buckets=[…], bill=…)`: lines L1, L2 … with these labels."""

    def made(labels: Sequence[str] = (), buckets: Sequence[Bucket] = (), bill: Bill | None = None) -> Account:
        return Account(
            customer_id=Private("C1"),
            name=Private("Ana Ruiz"),
            language=Private("en"),
            lines=tuple(_line(f"L{number}", label) for number, label in enumerate(labels, start=1)),
            bill=bill,
            buckets=tuple(buckets),
            orders=(),
        )

    return made


@pytest.fixture
def a_bucket() -> Callable[..., Bucket]:
    """`a_bucket(left, of)`: one allowance of L1 that renews at the month's end, changed by name."""

    def made(
        used: int,
        allowance: int | None,
        *,
        kind: Usage = Usage.DATA,
        name: str = "Plus 20 GB",
        lines: tuple[str, ...] = ("L1",),
        only_in: str | None = None,
        sponsored: bool = False,
        ends_on: date | None = END,
        renews: bool = True,
    ) -> Bucket:
        return Bucket(
            kind=Private(kind),
            name=Private(name),
            sponsored=Private(sponsored),
            allowance=Private(allowance),
            used=Private(used),
            line_ids=Private(lines),
            only_in=Private(only_in),
            ends_on=Private(ends_on),
            renews=Private(renews),
        )

    return made


@pytest.fixture
def a_bill() -> Callable[..., Bill]:
    """`a_bill([("Plus 20 GB", "24.00", "L1")], paid="4.00")`: issued on 3 November, due on the 24th."""

    def made(
        items: Sequence[tuple[str, str, str | None]],
        *,
        paid: str = "0",
        currency: str = "GBP",
        due_on: date = date(2026, 11, 24),
    ) -> Bill:
        return Bill(
            number=Private("B-1"),
            issued_on=Private(date(2026, 11, 3)),
            due_on=Private(due_on),
            total=Private(Money(sum((Decimal(amount) for _, amount, _ in items), Decimal(0)), currency)),
            paid=Private(Money(Decimal(paid), currency)),
            items=tuple(
                BillItem(
                    Private(label),
                    Private(ItemKind.PLAN),
                    Private(Money(Decimal(amount), currency)),
                    Private(line),
                )
                for label, amount, line in items
            ),
        )

    return made


def _line(line_id: str, label: str) -> Line:
    return Line(
        id=Private(line_id),
        number=Private("07700 900101"),
        label=Private(label),
        plan=Private("Plus 20 GB"),
        upgrade_on=Private(None),
        devices=(),
    )
