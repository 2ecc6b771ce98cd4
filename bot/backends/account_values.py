"""Reads the values that account files may hold: days, money, sizes, yes and no, words.

Each function takes the text of one cell, never empty, and returns what the database keeps. A `ValueError`
means that it is not such a value; what was expected is said by the column (account_formats.py).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from babel.core import Locale, UnknownLocaleError
from babel.numbers import is_currency

from commands.text import would_link

LONGEST_TEXT = 200
_LARGEST_AMOUNT = Decimal(1_000_000_000)
_LARGEST_COUNT = 2**62

# Bytes. K, M, G and T are powers of ten as telephone companies sell them; KiB and so on are powers of two.
_DATA_UNITS = {
    "b": 1,
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgt", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgt", start=1)},
}
_CALL_UNITS = {"s": 1, "sec": 1, "min": 60, "h": 3600}
_UNITS = {"data": _DATA_UNITS, "calls": _CALL_UNITS, "texts": {"": 1}}
_QUANTITY = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([A-Za-z]*)", re.ASCII)


def text(cell: str) -> str:
    """The text itself: one line, at most 200 characters, nothing that a terminal or a reader could obey."""
    if len(cell) > LONGEST_TEXT or any(unicodedata.category(letter) in _UNSEEN for letter in cell):
        raise ValueError
    return cell


# Control, format (direction overrides, zero-width), private-use and unassigned characters, line separators.
_UNSEEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}


def public_text(cell: str) -> str:
    """A text that may stand in a post: one that X neither makes a link of nor takes for somebody's name."""
    if "@" in cell or "＠" in cell or would_link(cell):
        raise ValueError
    return text(cell)


def identifier(cell: str) -> str:
    """An id of the company: a text without spaces, at most 64 characters."""
    if len(cell) > 64 or any(letter.isspace() for letter in cell):
        raise ValueError
    return text(cell)


def identifiers(cell: str) -> str:
    """Several ids, parted by single spaces."""
    return " ".join(identifier(part) for part in cell.split())


def language(cell: str) -> str:
    """A language tag such as en, cy or pt-BR."""
    try:
        Locale.parse(cell, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError from error
    return cell


def currency(cell: str) -> str:
    """A currency of ISO 4217 in capitals."""
    if not is_currency(cell):
        raise ValueError
    return cell


def day(cell: str) -> date:
    """A day, written year-month-day."""
    if len(cell) != 10:
        raise ValueError
    return date.fromisoformat(cell)


def micro_money(cell: str) -> int:
    """An amount in micro-units: at most six decimals behind a point, no thousands separator, no symbol."""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", cell, re.ASCII):
        raise ValueError
    amount = Decimal(cell)
    if abs(amount) > _LARGEST_AMOUNT:
        raise ValueError
    return int(amount * 1_000_000)


def milli(cell: str) -> int:
    """A measure in thousandths: at most three decimals."""
    if not re.fullmatch(r"\d{1,6}(\.\d{1,3})?", cell, re.ASCII):
        raise ValueError
    return int(Decimal(cell) * 1000)


def yes_or_no(cell: str) -> bool:
    """True for yes, False for no."""
    if cell.lower() not in _SWITCH:
        raise ValueError
    return _SWITCH[cell.lower()]


_SWITCH = {"yes": True, "true": True, "no": False, "false": False}


def word_of(words: type[StrEnum]) -> Callable[[str], str]:
    """A reader that takes the enum's values alone."""

    def read(cell: str) -> str:
        return words(cell).value

    return read


def data_size(cell: str) -> int:
    """Bytes: a number with its unit."""
    return _in_units(cell, _DATA_UNITS)


def quantity(kind: str, cell: str) -> int:
    """What a bucket of this kind counts, in its own unit: bytes, seconds or pieces."""
    return _in_units(cell, _UNITS[kind])


def _in_units(cell: str, units: dict[str, int]) -> int:
    found = _QUANTITY.fullmatch(cell)
    if found is None or found[2].lower() not in units:
        raise ValueError
    try:
        exact = Decimal(found[1]) * units[found[2].lower()]
    except InvalidOperation as error:
        raise ValueError from error
    if exact != int(exact) or exact > _LARGEST_COUNT:
        raise ValueError
    return int(exact)
