"""The account files: which there are, which columns each has, and what a column may hold.

`docs/accounts.md` describes them to people; a test keeps the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.backends import account_values as values
from commands.accounts import ItemKind, OrderState, Usage


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how its text is read, and how a person is told what it should have been."""

    name: str
    read: Callable[[str], Any]
    expects: str
    example: str
    required: bool = True
    default: Any = None  # of an empty cell
    stored_as: str = ""  # the database's name for it, where that differs

    @property
    def target(self) -> str:
        """The database's name for it."""
        return self.stored_as or self.name


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One kind of file: `<name>.csv`, `<name>.yaml` or `<name>.yml`."""

    name: str
    columns: tuple[Column, ...]
    at_most_each: int | None = None  # rows for one customer, as the port promises
    by_name: Mapping[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


def _id(name: str, what: str, example: str, *, required: bool = True, stored_as: str = "") -> Column:
    return Column(
        name,
        values.identifier,
        f"{what}, at most 64 characters without spaces",
        example,
        required,
        stored_as=stored_as,
    )


def _text(name: str, example: str, *, required: bool = True, default: str | None = None) -> Column:
    return Column(name, values.text, "a text of one line, at most 200 characters", example, required, default)


def _day(name: str, example: str, *, required: bool = False) -> Column:
    return Column(name, values.day, "a day as year-month-day", example, required)


def _money(name: str, example: str, *, required: bool = True, default: int | None = None) -> Column:
    return Column(
        name,
        values.micro_money,
        "an amount with a point before the decimals and no currency sign",
        example,
        required,
        default,
        stored_as=f"{name}_micro",
    )


def _word(name: str, words: Any) -> Column:
    listed = [word.value for word in words]
    return Column(name, values.word_of(words), "one of: " + ", ".join(listed), listed[0])


def _switch(name: str) -> Column:
    return Column(name, values.yes_or_no, "yes or no", "no", required=False, default=False)


_CURRENCY = Column("currency", values.currency, "a currency of ISO 4217 in capitals", "GBP")
_CUSTOMER = _id("customer_id", "the id of a customer", "C1001")
_LINE = _id("line_id", "the id of a line of this customer", "L1")
_BILL = _id("bill_number", "the number of a bill of this customer", "B-88121")

CUSTOMERS = FileFormat(
    "customers",
    (
        _CUSTOMER,
        _text("name", "Ana Ruiz"),
        Column("language", values.language, "a language tag", "en", required=False, default="en"),
    ),
)
LINES = FileFormat(
    "lines",
    (
        _CUSTOMER,
        _LINE,
        _text("number", "07700 900101"),
        _text("label", "Ana's phone", required=False),
        _text("plan", "Plus 20 GB"),
        _day("upgrade_on", "2027-02-01"),
    ),
    at_most_each=100,
)
DEVICES = FileFormat(
    "devices",
    (
        _CUSTOMER,
        _LINE,
        _text("model", "Nimbus 5"),
        _day("bought_on", "2025-02-01"),
        _day("warranty_until", "2027-01-31"),
    ),
    at_most_each=100,
)
BILLS = FileFormat(
    "bills",
    (
        _CUSTOMER,
        _id("bill_number", "the number of the bill", "B-88121", stored_as="number"),
        _day("issued_on", "2026-11-01", required=True),
        _day("due_on", "2026-11-15", required=True),
        _CURRENCY,
        _money("total", "42.50"),
        _money("paid", "0.00", required=False, default=0),
    ),
    at_most_each=100,
)
BILL_ITEMS = FileFormat(
    "bill_items",
    (
        _CUSTOMER,
        _BILL,
        _text("label", "Plus 20 GB"),
        _word("kind", ItemKind),
        _money("amount", "24.00"),
        _id("line_id", "the id of a line of this customer, or nothing", "L1", required=False),
    ),
    at_most_each=500,
)
# What a bucket holds is measured by its kind: the reader needs both cells, see account_checks.py.
_QUANTITY = "a number with the unit of its kind: data B, KB, MB, GB, TB · calls s, min, h · texts none"
USAGE = FileFormat(
    "usage",
    (
        _CUSTOMER,
        _text("name", "Plus 20 GB"),
        _word("kind", Usage),
        Column(
            "line_ids",
            values.identifiers,
            "the ids of the lines that draw on it, parted by spaces; nothing for all lines of the customer",
            "L1 L2",
            required=False,
        ),
        _text("only_in", "Turkey", required=False),
        _switch("sponsored"),
        Column("allowance", str, _QUANTITY + ', or "unlimited"', "20 GB"),
        Column("used", str, _QUANTITY, "3.5 GB"),
        _day("ends_on", "2026-11-30"),
        _switch("renews"),
    ),
    at_most_each=500,
)
ORDERS = FileFormat(
    "orders",
    (
        _CUSTOMER,
        _id("reference", "the order's reference", "O-5512"),
        _text("what", "Nimbus 5, black"),
        _word("state", OrderState),
        _day("ordered_on", "2026-11-10", required=True),
        _day("expected_on", "2026-11-18"),
    ),
    at_most_each=100,
)
HANDSETS = FileFormat(
    "handsets",
    (
        _text("model", "Nimbus 5"),
        _text("maker", "Nimbus"),
        _CURRENCY,
        _money("price", "549.00"),
        _money("monthly", "24.00", required=False),
        Column("storage", values.data_size, "a size with its unit", "128 GB", stored_as="storage_bytes"),
        Column("screen", values.milli, "inches", "6.1", stored_as="screen_milli_inches"),
        Column("in_stock", values.yes_or_no, "yes or no", "yes", required=False, default=True),
    ),
)

# In the order they are read: what a row refers to stands in a file read before it.
FORMATS = (CUSTOMERS, LINES, DEVICES, BILLS, BILL_ITEMS, USAGE, ORDERS, HANDSETS)
# Parts whose rows are kept in the order of the file.
KEPT_IN_ORDER = {"lines", "devices", "bill_items", "usage", "handsets"}
