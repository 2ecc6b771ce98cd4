"""Finds the command a person probably meant when a hashtag is one letter off. It only ever suggests.

Ordinary words stand in hand-written lists beside this file: no maintained package holds Welsh, and of a large
dictionary only the few words within one letter of a command matter.
"""

from collections.abc import Container, Mapping
from functools import cache
from importlib.resources import files

import regex

SHIPPED_LANGUAGES = ("en", "cy")
FEWEST_LETTERS = 5

_LETTER = regex.compile(r"\p{L}")
_LATIN_ONLY = regex.compile(r"[\p{Latin}\P{L}]*+")


@cache
def ordinary_words(languages: tuple[str, ...] = SHIPPED_LANGUAGES) -> frozenset[str]:
    """The ordinary words of the given languages, folded; nobody who writes one is asked what they meant."""
    words: set[str] = set()
    for language in languages:
        lines = (files(__package__) / f"ordinary_{language}.txt").read_text("utf-8").splitlines()
        words.update(word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(words)


def near_miss(word: str, names: Mapping[str, str], ordinary: Container[str]) -> str | None:
    """The name in `names` that `word` misses by one edit; None where there is none or it is anybody's guess.

    One edit is a letter too many, too few, another one, or two neighbours swapped. `word` and the keys of
    `names` are folded; the values are command ids. Words under five letters, ordinary words, and letters of
    another script (the look-alikes of a spoofer) get no suggestion; names of different commands, neither.
    """
    if word in names or word in ordinary or len(_LETTER.findall(word)) < FEWEST_LETTERS:
        return None
    latin = _only_latin(word)
    near = [name for name in names if _one_edit_apart(word, name) and _only_latin(name) == latin]
    if len({names[name] for name in near}) != 1:
        return None
    return near[0]


def _only_latin(word: str) -> bool:
    return _LATIN_ONLY.fullmatch(word) is not None


def _one_edit_apart(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1 or one == other:
        return False
    same = 0
    while same < len(shorter) and shorter[same] == longer[same]:
        same += 1
    if len(shorter) < len(longer):
        return shorter[same:] == longer[same + 1 :]
    swapped = shorter[same : same + 2] == longer[same : same + 2][::-1]
    return shorter[same + 1 :] == longer[same + 1 :] or (
        swapped and shorter[same + 2 :] == longer[same + 2 :]
    )
