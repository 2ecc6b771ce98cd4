"""What a command can reckon from an account."""

from datetime import date
from decimal import Decimal

import pytest

from commands.accounts import Bill, Bucket, Money, Usage
from commands.privacy import Private


def pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def bill(total: str, paid: str = "0") -> Bill:
    return Bill(
        number=Private("B-1"),
        issued_on=Private(date(2026, 11, 3)),
        due_on=Private(date(2026, 11, 24)),
        total=Private(pounds(total)),
        paid=Private(pounds(paid)),
        items=(),
    )


def bucket(allowance: int | None, used: int, *, ends_on: date | None = None, renews: bool = False) -> Bucket:
    return Bucket(
        kind=Private(Usage.DATA),
        name=Private("Plus"),
        sponsored=Private(False),
        allowance=Private(allowance),
        used=Private(used),
        line_ids=Private(("L1",)),
        only_in=Private(None),
        ends_on=Private(ends_on),
        renews=Private(renews),
    )


def test_money_of_two_currencies_is_never_added() -> None:
    with pytest.raises(ValueError, match="GBP and EUR"):
        pounds("1") + Money(Decimal(1), "EUR")


@pytest.mark.parametrize("currency", ["gbp", "£", "POUND", "ＧＢＰ", ""])
def test_money_needs_a_currency_of_iso_4217(currency: str) -> None:
    with pytest.raises(ValueError, match="three capitals"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize(
    ("total", "paid", "left"),
    [("42.50", "0", "42.50"), ("42.50", "2.50", "40"), ("42.50", "50", "0"), ("-6", "0", "0")],
)
def test_what_is_to_pay_is_never_below_nothing(total: str, paid: str, left: str) -> None:
    assert bill(total, paid).to_pay().reveal() == pounds(left)


def test_a_bill_is_overdue_the_day_after_its_last_day_and_only_while_unpaid() -> None:
    unpaid, paid = bill("42.50"), bill("42.50", "42.50")

    assert not unpaid.overdue(date(2026, 11, 24)).reveal()
    assert unpaid.overdue(date(2026, 11, 25)).reveal()
    assert not paid.overdue(date(2026, 11, 25)).reveal()


@pytest.mark.parametrize(("allowance", "used", "left"), [(20, 8, 12), (20, 25, 0), (None, 25, None)])
def test_what_is_left_is_never_below_nothing(allowance: int | None, used: int, left: int | None) -> None:
    assert bucket(allowance, used).left().reveal() == left


def test_a_bucket_expires_after_its_last_day_unless_it_renews() -> None:
    last = date(2026, 11, 30)

    assert not bucket(1, 0, ends_on=last).expired(last).reveal()
    assert bucket(1, 0, ends_on=last).expired(date(2026, 12, 1)).reveal()
    assert not bucket(1, 0, ends_on=last, renews=True).expired(date(2026, 12, 1)).reveal()
    assert not bucket(1, 0).expired(date(2030, 1, 1)).reveal()
