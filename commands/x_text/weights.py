"""How long a text is in X's eyes: wide scripts count double, an address counts 23, an emoji 2."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

from commands.x_text.entities import Entity
from commands.x_text.links import INVALID_CHARACTERS, urls

RulesVersion = Literal[1, 2, 3]

_URL_WEIGHT = 23
_WIDE_WEIGHT = 2
# Source: twitter-text configuration, versions 1 to 3 (release 3.1.0, 2020-03-31), as x-platform names them.
_LIMITS: dict[RulesVersion, int] = {1: 140, 2: 280, 3: 280}
_WIDE = regex.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_INVALID = regex.compile(rf"[{INVALID_CHARACTERS}]")

_PICTURE = (
    r"(?:\p{Emoji_Modifier_Base}\ufe0f?\p{Emoji_Modifier}\ufe0f?|\p{Extended_Pictographic}(?!\ufe0e)\ufe0f?)"
)
_EMOJI = regex.compile(
    rf"[0-9#*]\ufe0f?\u20e3|\p{{Regional_Indicator}}{{2}}|\p{{Emoji_Modifier}}"
    rf"|{_PICTURE}(?:[\U000e0020-\U000e007e]++\U000e007f|(?:\u200d{_PICTURE})*+)"
)
_MAYBE_EMOJI = regex.compile(r"[\xa9\xae\u200d-\U0010ffff]")
_COUNTED_ONE_BUT_DRAWN_AS_EMOJI = regex.compile("[\xa9\xae]")


@dataclass(frozen=True, slots=True)
class Weight:
    """What X says about a text's length.

    `permillage` is the length in thousandths of the limit. `display_end` and `fits_until` are offsets into
    the text as it was given, in code points, exclusive: its whole length, and how much of it X would accept.
    """

    length: int
    valid: bool
    permillage: int
    display_end: int
    fits_until: int


def weigh(text: str, version: RulesVersion = 3) -> Weight:
    """The weighted length of `text` under one version of X's rules (3 is today's, at most 280).

    Version 2 counts every code point of an emoji, version 1 counts every code point as one, at most 140.
    An empty text and one with a character X refuses is not valid.
    """
    composed = normalize("NFC", text)
    links = urls(composed)
    length = _length(composed, links, version)
    limit = _LIMITS[version]
    broken = _INVALID.search(composed)
    fits = len(composed)
    if broken or length > limit:
        fits = _accepted(composed, links, version, limit)
    # X measures the composed text and shifts its offsets by what composing took away; so do we.
    shift = len(text) - len(composed)
    valid = 0 < length <= limit and not broken
    return Weight(length, valid, length * 1000 // limit, len(text), fits + shift)


def outgoing_weight(text: str) -> int:
    """The length to budget for a text we are about to post, never below what X counts; the limit is 280.

    Emoji are counted by their code points and the two signs that X draws as emoji but older rules count as
    one, © and ®, as 2: whichever rules X applies, the post fits.
    """
    composed = normalize("NFC", text)
    links = urls(composed)
    signs = len(_COUNTED_ONE_BUT_DRAWN_AS_EMOJI.findall(composed)) if not composed.isascii() else 0
    return _length(composed, links, 2) + signs


def _length(text: str, links: list[Entity], version: RulesVersion) -> int:
    """The sum of the weights of links, emoji and other characters."""
    if text.isascii():
        return len(text) + sum(_URL_WEIGHT - (link.end - link.start) for link in links)
    return sum(weight for _, weight in _pieces(text, links, version))


def _accepted(text: str, links: list[Entity], version: RulesVersion, limit: int) -> int:
    """How many code points of `text` stay within the limit and before any character X refuses."""
    used = 0
    end = 0
    for piece_end, weight in _pieces(text, links, version, one_by_one=True):
        used += weight
        if used > limit or _INVALID.match(text, end):
            return end
        end = piece_end
    return end


def _pieces(
    text: str, links: list[Entity], version: RulesVersion, *, one_by_one: bool = False
) -> Iterator[tuple[int, int]]:
    """End and weight of each piece of `text`: a link, an emoji, or what stands between them."""
    at = 0
    for start, end, weight in _wholes(text, links, version):
        if start < at:
            continue
        yield from _plain(text, at, start, version, one_by_one)
        yield end, weight
        at = end
    yield from _plain(text, at, len(text), version, one_by_one)


def _wholes(text: str, links: list[Entity], version: RulesVersion) -> list[tuple[int, int, int]]:
    """Start, end and weight of what counts as a whole, in order."""
    wholes = [(link.start, link.end, _URL_WEIGHT) for link in links]
    if version == 3 and _MAYBE_EMOJI.search(text):
        wholes += [(one.start(), one.end(), _WIDE_WEIGHT) for one in _EMOJI.finditer(text)]
        wholes.sort()
    return wholes


def _plain(
    text: str, start: int, end: int, version: RulesVersion, one_by_one: bool
) -> Iterator[tuple[int, int]]:
    if one_by_one:
        for at in range(start, end):
            yield at + 1, _WIDE_WEIGHT if version > 1 and _WIDE.match(text, at) else 1
    elif start < end:
        wide = len(_WIDE.findall(text, start, end)) if version > 1 else 0
        yield end, end - start + wide
