"""What tests of commands share: the brand's renderers and sentences, and the built-in commands."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from commands.api import Channel, CommandCard, Plan, Request, TicketCard
from commands.loading import cast
from commands.loading.guides import Guides
from commands.plan import check
from commands.registry import Loaded, Registry
from commands.said import Said
from commands.testing import DemoContext, Trial
from commands.wording.sentences import Sentences
from commands.wording.words import BoundWords, Renderers, Words, read_words


@pytest.fixture(scope="session")
def renderers() -> Renderers:
    return Renderers(cast.ZONE)


@pytest.fixture(scope="session")
def say(renderers: Renderers) -> Sentences:
    return Sentences.load(renderers, "BrightTel")


@pytest.fixture(scope="session")
def built_in() -> Loaded:
    return Registry(cast.ZONE).load()


@pytest.fixture
def words_of(tmp_path: Path, renderers: Renderers) -> Callable[[str], Words]:
    """Reads the words written in a text."""

    def read(text: str) -> Words:
        file = tmp_path / "data.md"
        file.write_text(text, encoding="utf-8")
        return read_words(file, renderers)

    return read


@pytest.fixture(scope="session")
def trial() -> Trial:
    """Tries examples against the built-in commands."""
    registry = Registry(cast.ZONE)
    return Trial(registry, registry.load())


@pytest.fixture
def plan_of(built_in: Loaded) -> Callable[..., Plan]:
    """What a built-in command plans, with whatever ticket the person has."""

    def planned(
        command: str,
        *arguments: str,
        name: str = "ben",
        lang: str = "en",
        ticket: TicketCard | None = None,
        cards: tuple[CommandCard, ...] | None = None,
        asked: Channel = Channel.PUBLIC,
    ) -> Plan:
        person = replace(cast.person(name), lang=lang)
        words = BoundWords(built_in.commands[command].words, lang, "BrightTel")
        guides = Guides(())
        context = DemoContext(words, name, lang, cast.OPEN_AT, built_in, guides, ticket)
        if cards is not None:
            context = WithCards(words, name, lang, cast.OPEN_AT, built_in, guides, ticket, cards)
        said = tuple(map(Said, arguments))
        request = Request(command, command, said, asked, person, cast.BRAND, "1", cast.OPEN_AT, cast.OPEN_AT)
        return check(built_in.commands[command].declared(request, context), links_allowed=False)

    return planned


@dataclass(frozen=True, slots=True)
class WithCards(DemoContext):
    """A context in which other commands are on than the built-in ones."""

    cards: tuple[CommandCard, ...]

    def commands(self) -> tuple[CommandCard, ...]:
        return self.cards
