"""Finds the troubles that leads know by their words: "no signal" said in any of the ways people say it.

They stand in a file for each language beside this one, and a brand adds its own in files of the same names in
its commands' folder. A heading names the trouble and the commands that would answer in an incident of it; the
lines under it are the phrases, one a line:

    [no signal: broken, poorservice, data]
    no signal
    can't get any 4g

Nobody is answered because of them: they are counted, so that a sudden rise is seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

import regex

from commands.lexicon.near_miss import SHIPPED_LANGUAGES
from commands.lexicon.urgent import spoken_words

_HEADING = regex.compile(r"\[([^\]:]+)(?::([^\]]*))?\]")
_NO_LINE = ""


@dataclass(frozen=True, slots=True)
class KnownTroubles:
    """The troubles and their phrases. `commands` are the names of those that an incident would take."""

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    # The first word of each phrase → the phrases that begin with it, and the trouble each speaks of.
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def spoken_of(self, text: str) -> tuple[str, ...]:
        """The troubles that a text speaks of, each once, in the order in which they are first named."""
        if not self.phrases:
            return ()
        words = spoken_words(text)
        found = (
            trouble
            for at, word in enumerate(words)
            for phrase, trouble in self.phrases.get(word, ())
            if tuple(words[at : at + len(phrase)]) == phrase
        )
        return tuple(dict.fromkeys(found))


def read_troubles(folders: Sequence[Path] = ()) -> KnownTroubles:
    """The shipped lists, and those of these folders; a trouble that both know has the phrases of both."""
    texts = [
        (files(__package__) / f"trouble_{language}.txt").read_text("utf-8") for language in SHIPPED_LANGUAGES
    ]
    for folder in folders:
        named = [folder / f"trouble_{language}.txt" for language in SHIPPED_LANGUAGES]
        texts += [file.read_text("utf-8") for file in named if file.is_file()]
    commands: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, dict[tuple[str, ...], str]] = {}
    for text in texts:
        trouble = _NO_LINE
        for line in (line.strip() for line in text.splitlines()):
            if heading := _HEADING.fullmatch(line):
                trouble = " ".join(str(heading[1]).casefold().split())
                named_here = tuple(name.strip(" #") for name in (heading[2] or "").split(",") if name.strip())
                commands[trouble] = named_here or commands.get(trouble, ())
            elif trouble and (words := _phrase(line)):
                phrases.setdefault(words[0], {})[words] = trouble
    return KnownTroubles(
        MappingProxyType(commands),
        MappingProxyType({first: tuple(found.items()) for first, found in phrases.items()}),
    )


def _phrase(line: str) -> tuple[str, ...]:
    return () if line.startswith("#") else tuple(spoken_words(line))
