"""Finds the words that go straight to a person: somebody in danger, somebody bereaved, somebody robbed.

The phrases stand in a file for each language. They are whole phrases, not single words, where a single word
is also said of a battery or a price: "my mum died" counts, "my battery died" does not.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files

import regex

from commands.lexicon.folding import fold
from commands.lexicon.near_miss import SHIPPED_LANGUAGES

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]++(?:'[\p{L}\p{M}]++)*+")
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")
_HEADING = regex.compile(r"\[(\w+)\]")
_PERSON = "<person>"
_HARMLESS = "harmless"

Phrase = tuple[str, ...]


class Urgency(StrEnum):
    """Why a person must see a message at once, the gravest first."""

    SAFETY = "safety"  # somebody may come to harm
    BEREAVEMENT = "bereavement"  # somebody has died
    FRAUD = "fraud"  # somebody's account, identity or telephone is in other hands


@dataclass(slots=True)
class _Step:
    """Where a phrase may go on, word by word, and whether one ends here."""

    onward: dict[str, "_Step"] = field(default_factory=dict)
    ends: bool = False
    urgency: Urgency | None = None  # None at an end: harmless


def urgent(text: str) -> Urgency | None:
    """The gravest urgency `text` speaks of; None where it speaks of none.

    All shipped languages are read, whatever the person's own is. Signs and capitals do not matter. Where
    phrases overlap the longest counts, so that a harmless one hides the urgent words in it.
    """
    words = spoken_words(text)
    found: set[Urgency] = set()
    first = _first_steps()
    at = 0
    while at < len(words):
        if words[at] not in first.onward:
            at += 1
            continue
        length, urgency = _longest_phrase(words, at, first)
        if urgency:
            found.add(urgency)
        at += max(length, 1)
    return next((urgency for urgency in Urgency if urgency in found), None)


def spoken_words(text: str) -> list[str]:
    """The words of a text as phrases are compared with: folded, without signs."""
    return _WORD.findall(fold(text.translate(_APOSTROPHES)))


def _longest_phrase(words: list[str], at: int, step: _Step) -> tuple[int, Urgency | None]:
    """How many words the longest phrase beginning at `at` has, and what it means."""
    length, urgency = 0, None
    for position in range(at, len(words)):
        onward = step.onward.get(words[position])
        if onward is None:
            break
        step = onward
        if step.ends:
            length, urgency = position + 1 - at, step.urgency
    return length, urgency


@cache
def _first_steps() -> _Step:
    first = _Step()
    for language in SHIPPED_LANGUAGES:
        sections = _sections((files(__package__) / f"urgent_{language}.txt").read_text("utf-8"))
        people = [word for phrase in sections.pop("person") for word in phrase]
        for section, phrases in sections.items():
            urgency = None if section == _HARMLESS else Urgency(section)
            for phrase in phrases:
                for spelt in _with_each_person(phrase, people):
                    step = first
                    for word in spelt:
                        step = step.onward.setdefault(word, _Step())
                    step.ends, step.urgency = True, urgency
    return first


def _sections(text: str) -> dict[str, list[Phrase]]:
    sections: dict[str, list[Phrase]] = {}
    for line in text.splitlines():
        if heading := _HEADING.fullmatch(line):
            current = sections.setdefault(str(heading[1]), [])
        elif line and not line.startswith("#"):
            current.append(tuple(fold(line).split()))
    return sections


def _with_each_person(phrase: Phrase, people: list[str]) -> list[Phrase]:
    if not any(_PERSON in word for word in phrase):
        return [phrase]
    return [tuple(word.replace(_PERSON, person) for word in phrase) for person in people]
