"""The account files: which there are, which columns each has, and what a column may hold.

The page docs/reference/account-files.md is generated from here.
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
    about: str = ""  # what it means, where its name does not say it

    @property
    def target(self) -> str:
        """The database's name for it."""
        return self.stored_as or self.name


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One kind of file: `<name>.csv`, `<name>.yaml` or `<name>.yml`."""

    name: str
    about: str  # what one row is
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


def _text(name: str, example: str, about: str = "", *, required: bool = True) -> Column:
    expects = "a text of one line, at most 200 characters"
    return Column(name, values.text, expects, example, required, about=about)


def _public_text(name: str, example: str) -> Column:
    expects = "a text of one line, at most 200 characters, without @ and without what X would make a link of"
    return Column(name, values.public_text, expects, example)


def _day(name: str, example: str, about: str = "", *, required: bool = False) -> Column:
    return Column(name, values.day, "a day as year-month-day", example, required, about=about)


def _money(
    name: str, example: str, about: str = "", *, required: bool = True, default: int | None = None
) -> Column:
    return Column(
        name,
        values.micro_money,
        "an amount with a point before the decimals and no currency sign",
        example,
        required,
        default,
        stored_as=f"{name}_micro",
        about=about,
    )


def _word(name: str, words: Any) -> Column:
    listed = [word.value for word in words]
    return Column(name, values.word_of(words), "one of: " + ", ".join(listed), listed[0])


def _switch(name: str, about: str, *, default: bool = False) -> Column:
    return Column(name, values.yes_or_no, "yes or no", "yes", required=False, default=default, about=about)


_CURRENCY = Column("currency", values.currency, "a currency of ISO 4217 in capitals", "GBP")
_CUSTOMER = _id("customer_id", "the id of a customer", "C1001")
_LINE = _id("line_id", "the id of a line of this customer", "L1")
_BILL = _id("bill_number", "the number of a bill of this customer", "B-88121")

CUSTOMERS = FileFormat(
    "customers",
    "One customer. This file must be there.",
    (
        _CUSTOMER,
        _text("name", "Ana Ruiz", "How they want to be addressed."),
        Column("language", values.language, "a language tag", "cy", required=False, default="en"),
    ),
)
LINES = FileFormat(
    "lines",
    "One number or connection of a customer, in the order they are told.",
    (
        _CUSTOMER,
        _LINE,
        _text("number", "07700 900101"),
        _text(
            "label", "Ana's phone", "The customer's own name for it; else the number is told.", required=False
        ),
        _text("plan", "Plus 20 GB"),
        _day("upgrade_on", "2027-02-01", "The first day a new handset may be chosen."),
    ),
    at_most_each=100,
)
DEVICES = FileFormat(
    "devices",
    "One handset or router on a line.",
    (
        _CUSTOMER,
        _LINE,
        _text("model", "Nimbus 5"),
        _day("bought_on", "2025-02-01"),
        _day("warranty_until", "2027-01-31", "The last day of its warranty."),
    ),
    at_most_each=100,
)
BILLS = FileFormat(
    "bills",
    "One bill. A customer is told the one issued last.",
    (
        _CUSTOMER,
        _id("bill_number", "the number of the bill", "B-88121", stored_as="number"),
        _day("issued_on", "2026-11-01", required=True),
        _day("due_on", "2026-11-15", "The last day to pay without being late.", required=True),
        _CURRENCY,
        _money("total", "42.50", "Negative for a credit. Must be the sum of its items, if it has any."),
        _money("paid", "20.00", "What of it has been paid.", required=False, default=0),
    ),
    at_most_each=100,
)
BILL_ITEMS = FileFormat(
    "bill_items",
    "One item of a bill, in the order they are told, in the bill's currency.",
    (
        _CUSTOMER,
        _BILL,
        _text("label", "Plus 20 GB"),
        _word("kind", ItemKind),
        _money("amount", "24.00", "Negative for a discount."),
        _id("line_id", "the id of a line of this customer, or nothing", "L1", required=False),
    ),
    at_most_each=500,
)
# What a bucket holds is measured by its kind: the reader needs both cells, see account_checks.py.
_QUANTITY = "a number with the unit of its kind: data B, KB, MB, GB, TB · calls s, min, h · texts none"
USAGE = FileFormat(
    "usage",
    "What a plan or an add-on includes, and how much of it is used: one row for each allowance.",
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
        _text("only_in", "Turkey", "Where it can be used, if not everywhere.", required=False),
        _switch("sponsored", "Not counted against any other allowance, and told apart."),
        Column("allowance", str, _QUANTITY + ', or "unlimited"', "20 GB"),
        Column("used", str, _QUANTITY, "3.5 GB"),
        _day("ends_on", "2026-11-30", "Its last day."),
        _switch("renews", "Begins anew the day after ends_on; otherwise it is gone then."),
    ),
    at_most_each=500,
)
ORDERS = FileFormat(
    "orders",
    "Something a customer has ordered.",
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
    "A handset sold to everybody, in the order they are told. Everybody can read this.",
    (
        _public_text("model", "Nimbus 5"),
        _public_text("maker", "Nimbus"),
        _CURRENCY,
        _money("price", "549.00", "Without a contract."),
        _money("monthly", "24.00", "With one.", required=False),
        Column("storage", values.data_size, "a size with its unit", "128 GB", stored_as="storage_bytes"),
        Column("screen", values.milli, "inches", "6.1", stored_as="screen_milli_inches"),
        _switch("in_stock", "Whether it can be had now; yes when left out.", default=True),
    ),
)

# In the order they are read: what a row refers to stands in a file read before it.
FORMATS = (CUSTOMERS, LINES, DEVICES, BILLS, BILL_ITEMS, USAGE, ORDERS, HANDSETS)
# Parts whose rows are kept in the order of the file.
KEPT_IN_ORDER = {"lines", "devices", "bill_items", "usage", "handsets"}
