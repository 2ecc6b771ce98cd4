"""What tests of commands share: the brand's renderers and sentences, and the built-in commands."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commands import cast
from commands.registry import Loaded, Registry
from commands.sentences import Sentences
from commands.words import Renderers, Words, read_words


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
