"""What a command may know about a customer's account: plain frozen types, and the port they come through.

Every value of an account is `Private`: it can be calculated with after `reveal()`, and only a private
message can show it. What a company says to everybody, such as a handset and its price, is `Public`. Money
is `Decimal` with its ISO 4217 currency, data are bytes, calls are seconds, days are dates in the brand's
time zone. Nothing here reads a clock: whether a bill is overdue is asked with the day it is judged on.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from commands.privacy import Private, Public


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; negative for a credit.

    Adding or taking away another currency raises ValueError, because no rate is known here.
    """

    amount: Decimal
    currency: str  # ISO 4217, three capitals

    def __post_init__(self) -> None:
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"a currency is three capitals of ISO 4217, such as GBP: {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be reckoned together")
        return other.amount


class Usage(StrEnum):
    """What a bucket counts, and in which unit."""

    DATA = "data"  # bytes
    CALLS = "calls"  # seconds
    TEXTS = "texts"  # pieces


class ItemKind(StrEnum):
    """What a line of a bill is for."""

    PLAN = "plan"
    ADD_ON = "add-on"
    USAGE = "usage"  # beyond what the plan includes
    DEVICE = "device"
    DISCOUNT = "discount"
    TAX = "tax"
    CARRIED_OVER = "carried over"  # from an earlier bill
    OTHER = "other"


class OrderState(StrEnum):
    """How far an order has come."""

    RECEIVED = "received"
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Device:
    """A handset or router on a line."""

    model: Private[str]
    bought_on: Private[date | None]
    warranty_until: Private[date | None]  # its last day


@dataclass(frozen=True, slots=True)
class Line:
    """One number or connection of a customer."""

    id: Private[str]
    number: Private[str]  # as the company writes it
    label: Private[str]  # the customer's own name for it, else the number
    plan: Private[str]
    upgrade_on: Private[date | None]  # the first day a new handset may be chosen; None: not known
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class BillItem:
    """One line of a bill; a discount is negative."""

    label: Private[str]
    kind: Private[ItemKind]
    amount: Private[Money]
    line_id: Private[str | None]  # None: for the whole account


@dataclass(frozen=True, slots=True)
class Bill:
    """The newest bill, its items in the company's order."""

    number: Private[str]
    issued_on: Private[date]
    due_on: Private[date]  # the last day to pay without being late
    total: Private[Money]
    paid: Private[Money]
    items: tuple[BillItem, ...]

    def to_pay(self) -> Private[Money]:
        """What is still to pay; never below zero, since a credit is nothing to pay."""
        left = self.total.reveal() - self.paid.reveal()
        return Private(left if left.amount > 0 else Money(Decimal(0), left.currency))

    def overdue(self, on: date) -> Private[bool]:
        """Whether something is still to pay after its last day."""
        return Private(self.to_pay().reveal().amount > 0 and on > self.due_on.reveal())


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a plan or an add-on includes, and how much of it is used.

    A sponsored bucket is traffic the company does not count against the allowance, such as its own app; it is
    told apart and never added to the counted ones. One that several lines draw on is shared.
    """

    kind: Private[Usage]
    name: Private[str]
    sponsored: Private[bool]
    allowance: Private[int | None]  # in the unit of its kind; None: unlimited
    used: Private[int]
    line_ids: Private[tuple[str, ...]]  # never empty
    only_in: Private[str | None]  # where it can be used, such as a country; None: wherever the plan serves
    ends_on: Private[date | None]  # its last day; None: open-ended
    renews: Private[bool]  # begins anew the day after; otherwise it is gone

    def left(self) -> Private[int | None]:
        """What is left, never below zero; None when unlimited."""
        allowance = self.allowance.reveal()
        return Private(None if allowance is None else max(0, allowance - self.used.reveal()))

    def shared(self) -> Private[bool]:
        """Whether several lines draw on it."""
        return Private(len(self.line_ids.reveal()) > 1)

    def expired(self, on: date) -> Private[bool]:
        """Whether its last day has passed and it does not begin anew."""
        last = self.ends_on.reveal()
        return Private(last is not None and on > last and not self.renews.reveal())


@dataclass(frozen=True, slots=True)
class Order:
    """Something the customer has ordered, newest first in an account."""

    reference: Private[str]
    what: Private[str]
    state: Private[OrderState]
    ordered_on: Private[date]
    expected_on: Private[date | None]


@dataclass(frozen=True, slots=True)
class Account:
    """One customer as the company knows them; a customer without lines, bill or buckets is possible."""

    customer_id: Private[str]
    name: Private[str]  # how they want to be addressed
    language: Private[str]  # BCP 47: "en", "cy"
    lines: tuple[Line, ...]
    bill: Bill | None
    buckets: tuple[Bucket, ...]
    orders: tuple[Order, ...]

    def line(self, line_id: str) -> Line | None:
        """The line with this id, if the customer has it."""
        return next((line for line in self.lines if line.id.reveal() == line_id), None)


@dataclass(frozen=True, slots=True)
class Handset:
    """A handset the company sells to everybody."""

    model: Public[str]
    maker: Public[str]
    price: Public[Money]  # without a contract
    monthly: Public[Money] | None  # with the usual contract
    storage_bytes: Public[int]
    screen_inches: Public[Decimal]
    in_stock: Public[bool]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the company sells, in the order it wants it shown."""

    handsets: tuple[Handset, ...]


class AccountsUnavailable(Exception):
    """The source of the accounts cannot answer. Its text is for the log and names no customer.

    `retry_after` is how long to wait before it is worth asking again; None when only an operator can mend it.
    """

    def __init__(self, why: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class AccountSource(Protocol):
    """Where accounts come from. Implementations stand in `bot/backends/`.

    Each call is answered from several threads at once, within two seconds or not at all: a command waits five
    in all. An answer is one consistent state of the account, and is not kept by whoever asked.
    """

    def customer(self, customer_id: str) -> Account | None:
        """The account; None when the company has no such customer (any more).

        At most 100 lines, 500 bill items, 500 buckets and 100 orders; the newest bill only.

        Raises:
            AccountsUnavailable: the source cannot answer now.
        """

    def catalogue(self) -> Catalogue:
        """What the company sells to everybody; empty when it has told nothing. At most 500 handsets.

        Raises:
            AccountsUnavailable: the source cannot answer now.
        """

    def customers_known(self) -> int:
        """How many customers the source can serve; 0 switches the account commands off.

        Raises:
            AccountsUnavailable: the source cannot answer now.
        """
