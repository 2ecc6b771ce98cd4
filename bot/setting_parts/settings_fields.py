"""How a setting is declared: its kinds of value, its group, unit, meaning, what is expected, an example.

The settings themselves stand in bot/settings.py and bot/setting_parts/settings_watching.py.
"""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from bot.setting_parts.settings_sources import longer_than_nothing, parse_duration, parse_list, parse_switch

Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Positive = Annotated[timedelta, BeforeValidator(parse_duration), AfterValidator(longer_than_nothing)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(parse_list)]
Switch = Annotated[bool, BeforeValidator(parse_switch)]

X = "X"
BRAND = "The brand"
CONTROL = "Control"
PLACES = "Ports and places"
TIMES = "Polling and ages"
MONEY = "Money"
WATCHING = "Watching"
INSIDE = "Inside the daemon"

GROUPS = (X, BRAND, CONTROL, PLACES, TIMES, MONEY, WATCHING, INSIDE)  # in the order in which people read them


def setting(default: Any, group: str, meaning: str, *, expects: str, example: str, unit: str = "") -> Any:
    """A field with what people need to fill it in: group, unit, meaning, what is expected, an example."""
    return Field(
        default=default,
        description=meaning,
        json_schema_extra={"group": group, "expects": expects, "example": example, "unit": unit},
    )


def seconds(default: float, group: str, meaning: str, *, example: str, may_be_0: bool = False) -> Any:
    least = "0 or " if may_be_0 else ""
    return setting(
        timedelta(seconds=default),
        group,
        meaning,
        expects=f"{least}a time such as 3, 90 s, 10 min or 24 h",
        example=example,
        unit="seconds",
    )


def port(default: int, meaning: str) -> Any:
    return Field(
        default=default,
        ge=0,
        le=65535,
        description=meaning,
        json_schema_extra={
            "group": PLACES,
            "expects": "a port from 1 to 65535 that is free (0 picks one)",
            "example": str(default + 100),
            "unit": "",
        },
    )


def count(default: int, group: str, meaning: str, *, at_least: int = 1, at_most: int = 1000) -> Any:
    return Field(
        default=default,
        ge=at_least,
        le=at_most,
        description=meaning,
        json_schema_extra={
            "group": group,
            "expects": f"a whole number from {at_least} to {at_most}",
            "example": str(default),
            "unit": "",
        },
    )


def key(meaning: str) -> Any:
    return setting(
        None,
        X,
        meaning + " Or put it in a file and name the file in the same setting with _FILE.",
        expects="the key as X's developer portal shows it",
        example="(a secret)",
    )
