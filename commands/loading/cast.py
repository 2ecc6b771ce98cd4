"""The people and the company that examples are tried with: a small, fixed world that needs no database.

It is the cast of the tests: ana is linked and takes our messages; ben is not linked; carys is linked, speaks
Welsh and gave no leave for messages; mallory is a stranger. It is never used to answer anybody.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from commands.accounts import (
    Account,
    Bill,
    BillItem,
    Bucket,
    Catalogue,
    Device,
    Handset,
    ItemKind,
    Line,
    Money,
    Usage,
)
from commands.api import BrandCard, PersonCard
from commands.hours import Calendar, OpeningHours
from commands.privacy import Private, Public

ZONE = ZoneInfo("Europe/London")
BRAND = BrandCard(id="2000000000000000001", username="BrightTel", name="BrightTel", zone=ZONE)
CALENDAR = Calendar(OpeningHours.parse("Mon-Fri 08:00-20:00; Sat 09:00-17:00"), ZONE)
OPEN_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday morning
CLOSED_AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # the Sunday before

_GIGABYTE = 10**9
_MONTH_END = date(2026, 11, 30)


def person(name: str) -> PersonCard:
    """One of the cast. Raises KeyError for anybody else."""
    return _PEOPLE[name]


def account(name: str) -> Account | None:
    """The account of a linked one; None for the others."""
    return _ACCOUNTS.get(name)


def catalogue() -> Catalogue:
    """Two handsets that everybody may read about."""
    return Catalogue(
        handsets=(_handset("Nimbus 5", "449.00", "18.50"), _handset("Pebble Mini", "199.00", "9.00"))
    )


def _person(
    number: int, name: str, *, lang: str = "en", linked: bool = False, messages: bool = False
) -> PersonCard:
    return PersonCard(
        id=f"2000000000000000{number}",
        username=name,
        lang=lang,
        linked=linked,
        takes_messages=messages,
        stopped=False,
    )


_PEOPLE = {
    "ana": _person(101, "ana", linked=True, messages=True),
    "ben": _person(102, "ben"),
    "carys": _person(103, "carys", lang="cy", linked=True),
    "mallory": _person(104, "mallory"),
}
NAMES = tuple(_PEOPLE)


def _pounds(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def _handset(model: str, price: str, monthly: str) -> Handset:
    return Handset(
        model=Public(model),
        maker=Public("Aurora"),
        price=Public(_pounds(price)),
        monthly=Public(_pounds(monthly)),
        storage_bytes=Public(128 * _GIGABYTE),
        screen_inches=Public(Decimal("6.1")),
        in_stock=Public(True),
    )


def _account(customer: str, name: str, lang: str) -> Account:
    line = Line(
        id=Private("L1"),
        number=Private("07700 900101"),
        label=Private("07700 900101"),
        plan=Private("Plus 20 GB"),
        upgrade_on=Private(date(2027, 2, 1)),
        devices=(Device(Private("Nimbus 4"), Private(date(2025, 1, 31)), Private(date(2027, 1, 31))),),
    )
    return Account(
        customer_id=Private(customer),
        name=Private(name),
        language=Private(lang),
        lines=(line,),
        bill=_bill(),
        buckets=(
            _bucket(Usage.DATA, "Plus 20 GB", 20 * _GIGABYTE, 12 * _GIGABYTE),
            _bucket(Usage.TEXTS, "500 texts", 500, 42),
            _bucket(Usage.CALLS, "300 minutes", 300 * 60, 95 * 60),
        ),
        orders=(),
    )


def _bill() -> Bill:
    return Bill(
        number=Private("B-77120"),
        issued_on=Private(date(2026, 11, 10)),
        due_on=Private(_MONTH_END),
        total=Private(_pounds("23.50")),
        paid=Private(_pounds("0.00")),
        items=(
            BillItem(Private("Plus 20 GB"), Private(ItemKind.PLAN), Private(_pounds("18.00")), Private("L1")),
            BillItem(
                Private("Calls abroad"), Private(ItemKind.USAGE), Private(_pounds("5.50")), Private("L1")
            ),
        ),
    )


def _bucket(kind: Usage, name: str, allowance: int, used: int) -> Bucket:
    return Bucket(
        kind=Private(kind),
        name=Private(name),
        sponsored=Private(False),
        allowance=Private(allowance),
        used=Private(used),
        line_ids=Private(("L1",)),
        ends_on=Private(_MONTH_END),
        renews=Private(True),
        only_in=Private(None),
    )


_ACCOUNTS = {
    "ana": _account("C1001", "Ana Ruiz", "en"),
    "carys": _account("C1003", "Carys Morgan", "cy"),
}
