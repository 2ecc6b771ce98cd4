"""Every setting of TweetServe, read once at start from the environment, `.env` and `*_FILE` secrets.

Only `bot/app.py` and `bot/cli/` read settings; everyone else receives values. `.env.example` and the
reference page are generated from this file (`make docs`), and a test keeps them true.
"""

import ssl
from datetime import date
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.setting_parts.settings_fields import (
    BRAND,
    CONTROL,
    INSIDE,
    MONEY,
    PLACES,
    TIMES,
    Duration,
    Positive,
    Switch,
    Words,
    X,
    count,
    key,
    port,
    seconds,
    setting,
)
from bot.setting_parts.settings_sources import SecretFiles, parse_list
from bot.setting_parts.settings_watching import WatchSettings
from commands.hours import OpeningHours
from commands.wording.locales import LOCALES

X_API = "https://api.x.com"
KEY_NAMES = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")


class Settings(WatchSettings):
    """All settings with their defaults; see `.env.example` for the meaning of each."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    x_base_url: str = setting(
        X_API,
        X,
        "Where X is. Without the /2. Change it only for a proxy or a sandbox.",
        expects="an http or https address without a path",
        example=X_API,
    )
    x_api_key: SecretStr | None = key("API key (consumer key) of the brand's app. No keys at all = sandbox.")
    x_api_secret: SecretStr | None = key("API secret (consumer secret) of the brand's app.")
    x_access_token: SecretStr | None = key("Access token of the brand's account for that app.")
    x_access_token_secret: SecretStr | None = key("Access token secret of the brand's account.")
    x_proxy: str | None = setting(
        None,
        X,
        "Proxy for calls to X, for networks that need one.",
        expects="an http or https address",
        example="http://proxy.example:3128",
    )
    x_ca_file: Path | None = setting(
        None,
        X,
        "File with extra certificate authorities, for networks that inspect traffic.",
        expects="a readable PEM file",
        example="/etc/ssl/our-ca.pem",
    )
    x_connect_timeout: Positive = seconds(3, X, "How long a connection to X may take.", example="3")
    x_call_timeout: Positive = seconds(
        10, X, "How long a whole call to X may take; less than half of LEASE.", example="10"
    )
    x_lag: Positive = seconds(
        60,
        X,
        "How late X may show a post of ours; a post of unknown fate is looked for twice this long.",
        example="60",
    )

    brand_timezone: str = setting(
        "Europe/London", BRAND, "Time zone of promises and of times in answers.",
        expects="a name of the time zone database", example="Europe/London",
    )  # fmt: skip
    brand_language: str = setting(
        "en", BRAND, "Language of answers to people whose language is not known.",
        expects=f"a language that the words are written in ({' or '.join(LOCALES)})", example="en",
    )  # fmt: skip
    opening_hours: str = setting(
        "Mon-Fri 08:00-20:00; Sat 09:00-17:00",
        BRAND,
        "When people of ours are there. Promises count in these hours.",
        expects="days and times, parted by semicolons",
        example="Mon-Fri 08:00-20:00; Sat 09:00-17:00",
    )
    holidays: Annotated[tuple[date, ...], NoDecode, BeforeValidator(parse_list)] = setting(
        (),
        BRAND,
        "Days on which nobody is there.",
        expects="dates parted by commas",
        example="2026-12-25,2026-12-26",
    )
    ticket_prefix: str = setting(
        "BT",
        BRAND,
        "First letters of every ticket reference.",
        expects="two to four capital letters",
        example="BT",
    )
    privacy_url: str | None = setting(
        None,
        BRAND,
        "Address of the privacy policy. Required with real keys: a first private message carries it.",
        expects="an https address",
        example="https://brighttel.example/privacy",
    )
    commands_folder: Path = setting(
        Path("my_commands"),
        BRAND,
        "Folder with the brand's own commands.",
        expects="a folder",
        example="my_commands",
    )
    suggestions: Switch = setting(
        False, BRAND, "Suggest the command that a misspelt hashtag probably meant.",
        expects="on or off", example="on",
    )  # fmt: skip
    public_links: Switch = setting(
        False,
        BRAND,
        "Let commands that ask for it put a link into a public answer (0.20 USD instead of 0.01).",
        expects="on or off",
        example="off",
    )

    sending: Switch = setting(
        True,
        CONTROL,
        "off = decide and show, but send nothing, now or later.",
        expects="on or off",
        example="off",
    )
    only_accounts: Words = setting(
        (),
        CONTROL,
        "Pilot: answer only these accounts. Empty = everybody.",
        expects="user names parted by commas",
        example="ana,ben",
    )
    people_urls: Words = setting(
        (),
        CONTROL,
        "Where the people who answer are rung: Apprise addresses (mail, Slack, Teams, ...).",
        expects="Apprise addresses parted by commas",
        example="mailto://user:pass@mail.example",
    )
    person_limit: int = count(
        20,
        CONTROL,
        "How many commands one person may use in an hour. 0 = no limit, the commands' own limits included.",
        at_least=0,
        at_most=100_000,
    )

    listen: str = setting(
        "127.0.0.1", PLACES, "Address on which the daemon and the sandbox listen.",
        expects="an IP address of this machine", example="127.0.0.1",
    )  # fmt: skip
    daemon_port: int = port(8802, "Port of the daemon's health and metrics.")
    sandbox_port: int = port(8801, "Port of the sandbox and its timeline page.")
    sandbox_profile: Literal["demo", "x", "bench"] = setting(
        "demo",
        PLACES,
        "Rate limits of the sandbox: demo (X's, but more messages), x (X's), bench (none).",
        expects="demo, x or bench",
        example="demo",
    )
    sandbox_url: str | None = setting(
        None,
        PLACES,
        "A sandbox that runs already. Default: one is started beside the daemon.",
        expects="an http or https address without a path",
        example="http://127.0.0.1:8801",
    )
    sandbox_world: Path | None = setting(
        None, PLACES, "File of the sandbox's world. Default: the SQLite file's name + .world.",
        expects="a file name", example="var/sandbox.world",
    )  # fmt: skip
    database_url: str | None = setting(
        None,
        PLACES,
        "The database. Default: var/demo.db without keys, var/tweetserve.db with keys.",
        expects="sqlite:///file or postgresql://user:password@host/name",
        example="sqlite:///var/tweetserve.db",
    )

    mentions_poll: Duration = seconds(
        3, TIMES, "Time between two looks for new mentions. 0 = again as soon as a look ends.",
        example="3", may_be_0=True,
    )  # fmt: skip
    dm_poll_idle: Duration = seconds(
        120, TIMES, "Time between two looks for messages. 0 = again as soon as a look ends.",
        example="120", may_be_0=True,
    )  # fmt: skip
    dm_poll_expecting: Duration = seconds(
        5, TIMES, "The same while somebody is expected to write, because we asked them to.",
        example="5", may_be_0=True,
    )  # fmt: skip
    answer_up_to: Positive = seconds(
        86_400, TIMES, "Older mentions are not answered any more.", example="24 h"
    )
    first_start_up_to: Duration = seconds(
        600, TIMES, "At the very first start, older mentions are before our time.",
        example="10 min", may_be_0=True,
    )  # fmt: skip
    delay_notice_after: Duration = seconds(
        600, TIMES, "A private answer that takes longer is announced under the post. 0 = never.",
        example="10 min", may_be_0=True,
    )  # fmt: skip
    colleague_check_from: Duration = seconds(
        300, TIMES, "Before anything older is answered, our own posts are read for a colleague's answer.",
        example="5 min", may_be_0=True,
    )  # fmt: skip

    daily_budget_usd: Decimal = Field(
        default=Decimal(25),
        ge=0,
        description="What X may cost in one UTC day. Reading may use all of it.",
        json_schema_extra={"group": MONEY, "expects": "an amount in USD", "example": "25", "unit": "USD"},
    )
    write_share: Decimal = Field(
        default=Decimal("0.8"),
        ge=0,
        le=1,
        description="Share of the daily budget that answers may use; the rest is kept for reading.",
        json_schema_extra={"group": MONEY, "expects": "a number from 0 to 1", "example": "0.8", "unit": ""},
    )

    lease: Positive = seconds(30, INSIDE, "How long a claim on a piece of work holds.", example="30")
    command_deadline: Positive = seconds(5, INSIDE, "How long a command may take.", example="5")
    handlers: int = count(4, INSIDE, "Threads that decide mentions.", at_most=64)
    senders: int = count(16, INSIDE, "Threads that call X to send.", at_most=64)
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "info", INSIDE, "How much is logged.", expects="debug, info, warning or error", example="info"
    )

    @field_validator("x_base_url", "sandbox_url")
    @classmethod
    def _an_address_without_a_path(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if not _is_address(value) or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise ValueError("not an http(s) address without a path")
        return value.rstrip("/")

    @field_validator("x_proxy")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is not None and not _is_address(value):
            raise ValueError("not an http(s) address")
        return value

    @field_validator("privacy_url")
    @classmethod
    def _an_https_address(cls, value: str | None) -> str | None:
        if value is not None and not (_is_address(value) and value.lower().startswith("https:")):
            raise ValueError("not an https address")
        return value

    @field_validator("listen")
    @classmethod
    def _an_ip_address(cls, value: str) -> str:
        return str(ip_address(value))

    @field_validator("x_ca_file")
    @classmethod
    def _readable_authorities(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                ssl.create_default_context(cafile=value)
            except OSError as unreadable:  # what is no PEM is an OSError too
                raise ValueError("no file with certificates") from unreadable
        return value

    @field_validator("brand_timezone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError("unknown time zone") from unknown
        return value

    @field_validator("brand_language")
    @classmethod
    def _a_language_with_words(cls, value: str) -> str:
        if value not in LOCALES:
            raise ValueError("no words in that language")
        return value

    @field_validator("opening_hours")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        OpeningHours.parse(value)
        return value

    @field_validator("ticket_prefix")
    @classmethod
    def _capital_letters(cls, value: str) -> str:
        if not (2 <= len(value) <= 4 and value.isascii() and value.isalpha() and value.isupper()):
            raise ValueError("not two to four capital letters")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_database_we_serve(cls, value: str | None) -> str | None:
        if value is None or value.startswith(("postgresql://", "postgres://")):
            return value
        file = value.removeprefix("sqlite:///")
        if file in ("", value, ":memory:") or file.endswith("/") or "?" in file:
            raise ValueError("neither a postgresql address nor an sqlite file")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # our own *_FILE reading replaces it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before `.env`; within each, a `NAME_FILE` stands in for an absent `NAME`."""
        env_file = getattr(dotenv_settings, "env_file", None)
        return init_settings, env_settings, SecretFiles(settings_cls, env_file), dotenv_settings

    @property
    def with_keys(self) -> bool:
        """Whether the real X is served. Some keys but not all is refused by `bot.settings_check`."""
        return all(getattr(self, name.lower()) is not None for name in KEY_NAMES)

    @property
    def database(self) -> str:
        """The address of the database that applies."""
        return self.database_url or (
            "sqlite:///var/tweetserve.db" if self.with_keys else "sqlite:///var/demo.db"
        )

    @property
    def world_file(self) -> Path:
        """Where the sandbox keeps its world."""
        if self.sandbox_world is not None:
            return self.sandbox_world
        file = self.sqlite_file
        return Path("var/sandbox.world") if file is None else file.with_name(file.name + ".world")

    @property
    def sqlite_file(self) -> Path | None:
        """The database's file; None on PostgreSQL."""
        address = self.database
        return Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite:///") else None


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
