"""How a setting's text becomes its value: durations with units, lists, switches, secrets kept in files."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

_UNITS = {"": 1, "s": 1, "sec": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", re.IGNORECASE)
_ON, _OFF = {"on", "yes", "true", "1"}, {"off", "no", "false", "0"}


def parse_duration(value: object) -> timedelta:
    """A length of time from text such as `3`, `90 s`, `10 min`, `24 h`; a bare number counts seconds.

    Raises: ValueError when it is neither, or when the unit is unknown.
    """
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(str(value))
    if found is None or found[2].lower() not in _UNITS:
        raise ValueError("not a length of time")
    try:
        return timedelta(seconds=float(found[1]) * _UNITS[found[2].lower()])
    except OverflowError:
        raise ValueError("longer than any clock runs") from None


def longer_than_nothing(value: timedelta) -> timedelta:
    """The same length of time. Raises: ValueError for 0."""
    if value <= timedelta(0):
        raise ValueError("no time at all")
    return value


def parse_list(value: object) -> object:
    """The parts of a comma-separated text, without blanks and without leading @."""
    if isinstance(value, str):
        return tuple(part.strip().removeprefix("@") for part in value.split(",") if part.strip())
    return value


def parse_switch(value: object) -> object:
    """True for on, yes, true, 1; False for off, no, false, 0. Raises: ValueError for anything else."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _ON | _OFF:
        return word in _ON
    raise ValueError("neither on nor off")


class SecretFiles(PydanticBaseSettingsSource):
    """Reads `NAME_FILE`, in the environment or in `.env`, as the file that holds setting NAME.

    A file that cannot be read gives an empty mapping here and is reported by `bot.settings_check`, so that
    it stands beside every other wrong setting.
    """

    def __init__(self, settings_cls: type[BaseSettings], env_file: Any) -> None:
        super().__init__(settings_cls)
        self.named = secret_files(settings_cls, env_file)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """The content of the file named for this field, without the line end; None when none is named."""
        path = self.named.get(field_name)
        try:
            return (path.read_text().strip() if path else None), field_name, False
        except OSError:
            return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                values[key] = value
        return values


def secret_files(settings_cls: type[BaseSettings], env_file: Any) -> dict[str, Path]:
    """Which settings are to be read from a file: field name to path. An empty value counts as absent."""
    written = dotenv_values(env_file) if env_file and Path(env_file).is_file() else {}
    named = {}
    for name in (name.upper() for name in settings_cls.model_fields if not name.endswith("_file")):
        in_environment = os.environ.get(f"{name}_FILE")
        path = in_environment or written.get(f"{name}_FILE")
        if path and not os.environ.get(name) and (in_environment or not written.get(name)):
            named[name.lower()] = Path(path)
    return named
