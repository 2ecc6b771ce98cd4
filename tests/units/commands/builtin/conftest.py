"""Asks a built-in command, with the account, catalogue and how-tos a test gives it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.accounts import Account, Catalogue
from commands.api import Channel, CommandCard, Guide, Plan, Request, TicketCard
from commands.hours import Opening
from commands.loading import cast
from commands.registry import Loaded, Registry
from commands.said import Said
from commands.wording.words import BoundWords

NOW = datetime(2026, 11, 15, 12, tzinfo=UTC)
Ask = Callable[..., Plan]


@dataclass(frozen=True)
class GivenContext:
    """What the test gives; nothing of tickets."""

    words: BoundWords
    given_account: Account | None
    given_catalogue: Catalogue
    given_guides: tuple[Guide, ...]

    def account(self) -> Account | None:
        return self.given_account

    def catalogue(self) -> Catalogue:
        return self.given_catalogue

    def guides(self) -> tuple[Guide, ...]:
        return self.given_guides

    def commands(self) -> tuple[CommandCard, ...]:
        raise NotImplementedError

    def open_ticket(self) -> TicketCard | None:
        raise NotImplementedError

    def own_ticket(self, reference: str | None = None) -> TicketCard | None:
        raise NotImplementedError

    def next_reference(self) -> str:
        raise NotImplementedError

    def promise(self, working: timedelta) -> datetime:
        raise NotImplementedError

    def opening(self) -> Opening:
        raise NotImplementedError


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    """The built-in commands."""
    return Registry(cast.ZONE).load()


@pytest.fixture
def ask(loaded: Loaded) -> Ask:
    """The plan of a command: `ask("data", account=…)`, `ask("handsets", "nimbus", catalogue=…)`."""

    def asked(
        name: str,
        *arguments: str,
        account: Account | None = None,
        catalogue: Catalogue | None = None,
        guides: tuple[Guide, ...] = (),
        lang: str = "en",
        now: datetime = NOW,
    ) -> Plan:
        command = loaded.commands[name]
        request = Request(
            command=name,
            called=name,
            arguments=tuple(Said(word) for word in arguments),
            asked=Channel.PUBLIC,
            person=replace(cast.person("ana"), lang=lang),
            brand=cast.BRAND,
            mention_id="1",
            asked_at=now,
            now=now,
        )
        words = BoundWords(command.words, lang, cast.BRAND.name)
        return command.declared(
            request, GivenContext(words, account, catalogue or Catalogue(handsets=()), guides)
        )

    return asked
