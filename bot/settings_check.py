"""Reads the settings and, when any is wrong, says all of it at once in words that help to mend it.

A value is shown only where it is no secret.
"""

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError

from bot.jobs.probe.probe_price import month_of_probes
from bot.jobs.ring import unknown_addresses
from bot.setting_parts.settings_sources import secret_files
from bot.settings import KEY_NAMES, Settings
from bot.x.price_list import load_prices

_IN_AN_ADDRESS = re.compile(r"//[^/\s]*@")  # user and password, of a database or a proxy


class WrongSettings(Exception):
    """One or more settings are wrong; `lines` says for each its name, what is expected and an example."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load_settings(env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings of this process. Raises: WrongSettings naming every wrong one."""
    lines = [_unreadable(name, path) for name, path in _unreadable_files(env_file)]
    try:
        # _env_file is pydantic-settings' own argument
        settings = Settings(_env_file=env_file, **given)  # type: ignore[call-arg]
    except ValidationError as wrong:
        named = list(dict.fromkeys(str(error["loc"][0]) for error in wrong.errors() if error["loc"]))
        lines += [_wrong_value(name, env_file) for name in named]
        # What is known is checked all the same, with the defaults in place of what could not be read.
        defaults = {name: Settings.model_fields[name].default for name in named}
        settings = Settings(_env_file=env_file, **(given | defaults))  # type: ignore[call-arg]
        lines += [line for about, line in _wrong_together(settings) if about.isdisjoint(named)]
        raise WrongSettings(lines) from None
    lines += [line for _, line in _wrong_together(settings)]
    if lines:
        raise WrongSettings(lines)
    return settings


def unknown_names(env_file: Path = Path(".env")) -> list[str]:
    """A sentence for each name in `.env` that is no setting, with the nearest one that is."""
    if not env_file.is_file():
        return []
    known = {name.upper() for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known}
    sentences = []
    for name in dotenv_values(env_file):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            sentences.append(f"{name} in {env_file} is not a setting and has no effect.{hint}")
    return sentences


def _wrong_value(name: str, env_file: Path | None) -> str:
    field = Settings.model_fields[name]
    extra = field.json_schema_extra
    about: Mapping[str, Any] = extra if isinstance(extra, dict) else {}
    secret = SecretStr in getattr(field.annotation, "__args__", (field.annotation,))
    given = _IN_AN_ADDRESS.sub("//…@", _given(name, env_file))
    shown = "" if secret else f" is {given!r}, but"
    return f"{name.upper()}{shown} must be {about['expects']}, for example {about['example']}"


def _given(name: str, env_file: Path | None) -> str:
    for key, value in os.environ.items():
        if key.lower() == name:
            return value
    file = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    return next((value or "" for key, value in file.items() if key.lower() == name), "")


def _wrong_together(settings: Settings) -> Iterator[tuple[set[str], str]]:
    """What is wrong between settings or outside of them: which settings it is about, and the sentence."""
    keys = {name.lower() for name in KEY_NAMES}
    missing = [name for name in KEY_NAMES if getattr(settings, name.lower()) is None]
    if 0 < len(missing) < len(KEY_NAMES):
        yield (
            keys,
            f"{', '.join(missing)} must be set too: the real X needs all four keys as X's developer portal"
            " shows them, for example in .env; without any key the sandbox is served",
        )
    if settings.with_keys and settings.privacy_url is None:
        yield (
            keys | {"privacy_url"},
            "PRIVACY_URL must be the https address of your privacy policy when the real X is served,"
            " for example https://brighttel.example/privacy",
        )
    if settings.x_call_timeout * 2 >= settings.lease:
        yield (
            {"x_call_timeout", "lease"},
            f"X_CALL_TIMEOUT must be less than half of LEASE ({settings.lease.total_seconds():g} seconds),"
            " for example 10 with a LEASE of 30",
        )
    # A sandbox is started here only without keys, and only where none is named.
    starts_sandbox = len(missing) == len(KEY_NAMES) and settings.sandbox_url is None
    if starts_sandbox and 0 < settings.sandbox_port == settings.daemon_port:
        yield (
            {"sandbox_port", "daemon_port", "sandbox_url"},
            f"SANDBOX_PORT and DAEMON_PORT are both {settings.daemon_port}, but must be two different ports,"
            " for example 8801 and 8802",
        )
    yield from _wrong_probe(settings)
    yield from _wrong_outside(settings)


def _wrong_probe(settings: Settings) -> Iterator[tuple[set[str], str]]:
    """A probe needs a second account's keys, and a yes to what it costs."""
    names = ("PROBE_ACCESS_TOKEN", "PROBE_ACCESS_TOKEN_SECRET")
    if not settings.probe_every:
        return
    missing = [name for name in names if getattr(settings, name.lower()) is None]
    about = {"probe_every", *(name.lower() for name in names)}
    if missing:
        yield (
            about,
            f"{' and '.join(missing)} must be set too, as PROBE_EVERY asks with a second account's keys",
        )
    elif not settings.probe_id.isdecimal():
        yield (
            about,
            "PROBE_ACCESS_TOKEN must begin with the account's number and a hyphen, as X shows it,"
            " for example 1234567890-AbC",
        )
    elif settings.x_access_token is not None and settings.probe_id == _owner(settings.x_access_token):
        yield about, "PROBE_ACCESS_TOKEN is the brand's own, but must be a second account's"
    if settings.probe_every < settings.answer_target:
        least = f"{settings.answer_target.total_seconds():g}"
        yield (
            {"probe_every", "answer_target"},
            f"PROBE_EVERY must be no shorter than ANSWER_TARGET ({least} seconds), for example 1 h",
        )
    month = month_of_probes(load_prices(), settings.probe_every)
    if month.usd > settings.probe_accept_usd:
        yield (
            {"probe_every", "probe_accept_usd"},
            f"PROBE_EVERY costs up to {month}: set PROBE_ACCEPT_USD to {month.usd} or more to accept that,"
            " or choose a longer time",
        )


def _owner(token: SecretStr) -> str:
    return token.get_secret_value().partition("-")[0]


def _wrong_outside(settings: Settings) -> Iterator[tuple[set[str], str]]:
    folder = settings.commands_folder
    # The default need not exist; a folder that somebody has named and that is not there is a slip.
    if "commands_folder" in settings.model_fields_set and not folder.is_dir():
        yield (
            {"commands_folder"},
            f"COMMANDS_FOLDER is {str(folder)!r}, but must be a folder that is there,"
            " for example my_commands",
        )
    for place, url in enumerate(settings.people_urls, start=1):
        if unknown_addresses([url]):  # its place alone is told, as it may hold a password
            yield (
                {"people_urls"},
                f"PEOPLE_URLS: address number {place} cannot be read; each must be an Apprise address,"
                " for example mailto://user:pass@mail.example",
            )


def _unreadable_files(env_file: Path | None) -> list[tuple[str, Path]]:
    return [
        (name, path)
        for name, path in secret_files(Settings, env_file).items()
        if not os.access(path, os.R_OK)
    ]


def _unreadable(name: str, path: Path) -> str:
    example = f"/run/secrets/{name}"
    return f"{name.upper()}_FILE is {str(path)!r}, but must be a file that can be read, for example {example}"
