"""The shipped languages, and how money, dates, times, sizes and numbers are written in them.

Babel knows the conventions; nothing here is written by hand. Instants are shown in the brand's time zone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

ENGLISH = "en"
# Language → the conventions it is written by.
LOCALES = {ENGLISH: Locale.parse("en_GB"), "cy": Locale.parse("cy_GB")}

# Decimal units, as networks and bills count them.
_SIZES = ((10**12, "digital-terabyte"), (10**9, "digital-gigabyte"), (10**6, "digital-megabyte"))
_SMALLEST = (10**3, "digital-kilobyte")


class Amount(Protocol):
    """Money: an amount and its ISO 4217 currency."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...


def language(tag: str) -> str:
    """The shipped language for a BCP 47 tag such as `cy-GB`; English where there is none."""
    return _language(tag)


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    first = tag.replace("_", "-").split("-")[0].strip().casefold()
    return first if first in LOCALES else ENGLISH


@dataclass(frozen=True, slots=True)
class Formats:
    """How values are written in one language, with times in one zone."""

    locale: Locale
    zone: ZoneInfo

    def money(self, value: Amount) -> str:
        """`£12.50`."""
        return str(format_currency(value.amount, value.currency, locale=self.locale))

    def full_date(self, value: date) -> str:
        """`Mon 23 Nov 2026`; of an instant, its day in the brand's zone."""
        return _date("yMMMEd", self._local(value), self.locale)

    def day(self, value: date) -> str:
        """`Mon 23 Nov`, where the year is plain."""
        return _date("MMMEd", self._local(value), self.locale)

    def time(self, value: datetime) -> str:
        """`17:00`, in the brand's zone."""
        return str(format_time(value, "short", tzinfo=self.zone, locale=self.locale))

    def moment(self, value: datetime) -> str:
        """`Mon 23 Nov, 17:00`, in the brand's zone."""
        return f"{self.day(value)}, {self.time(value)}"

    def number(self, value: int | Decimal) -> str:
        """`1,234.5`."""
        return str(format_decimal(value, locale=self.locale))

    def size(self, value: int) -> str:
        """`2.5 GB` of bytes, in thousands, with one decimal from a gigabyte upwards."""
        for unit, name in _SIZES:
            if abs(value) >= unit:
                return self._unit(Decimal(value) / unit, name, digits=1 if unit >= 10**9 else 0)
        return self._unit(Decimal(value) / _SMALLEST[0], _SMALLEST[1], digits=0)

    def minutes(self, seconds: int) -> str:
        """`90 minutes` of seconds, begun minutes counted whole."""
        return str(format_unit(-(-seconds // 60), "duration-minute", "long", locale=self.locale))

    def hashtags(self, names: Sequence[str]) -> str:
        """`#data, #charges and #text` of the names without `#`."""
        tags = [f"#{name}" for name in names]
        # CLDR writes the Welsh "and", which changes with the next letter, as "a(c)"; commas read better.
        if self.locale.language == "cy":
            return ", ".join(tags)
        return str(format_list(tags, locale=self.locale))

    def as_filters(self) -> dict[str, Callable[..., str]]:
        """The formats by the names they have in templates."""
        return {
            "money": self.money,
            "date": self.full_date,
            "day": self.day,
            "time": self.time,
            "moment": self.moment,
            "number": self.number,
            "size": self.size,
            "minutes": self.minutes,
            "hashtags": self.hashtags,
        }

    def _local(self, value: date) -> date:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    def _unit(self, value: Decimal, name: str, digits: int) -> str:
        rounded = round(value, digits).normalize()
        whole = rounded.quantize(Decimal(1)) if rounded == rounded.to_integral() else rounded
        # CLDR writes the short Welsh units now "8 GBeit", now "12 GB". Digits are the same in both languages.
        locale = LOCALES[ENGLISH] if self.locale.language == "cy" else self.locale
        return _size(whole, name, locale)


# Babel takes a tenth of a millisecond for each; few days are ever named, and few sizes.
@lru_cache(maxsize=256)
def _date(skeleton: str, day: date, locale: Locale) -> str:
    return str(format_skeleton(skeleton, day, locale=locale))


@lru_cache(maxsize=2048)
def _size(whole: Decimal, unit: str, locale: Locale) -> str:
    return str(format_unit(whole, unit, "short", locale=locale))
