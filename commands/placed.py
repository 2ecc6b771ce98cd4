"""Hashtags and mentions placed in a text as people read it: X's own where X sent them, else ours."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import regex

from commands.lexicon.folding import fold
from commands.text import hashtags, mentions

_HASH_SIGNS = ("#", "＃")
_AT_SIGNS = ("@", "＠")
_ESCAPED = regex.compile("&(?:lt|gt|amp);")


class PlacedHashtag(Protocol):
    """A hashtag as X reports it; offsets count code points of the text as X sent it."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def tag(self) -> str: ...


class PlacedMention(Protocol):
    """A mention as X reports it; `id` is None for a name nobody has."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag in the text; `name` is folded, `as_written` is not, neither has the `#`."""

    start: int
    end: int
    name: str
    as_written: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in the text.

    `person_id` is None where X did not say who it is. `shown` is False for a name in the head that X filled
    in when the person replied to somebody's thread: they did not write it.
    """

    start: int
    end: int
    username: str
    person_id: str | None
    shown: bool


def unescape(text: str) -> str:
    """`text` as people read it: X escapes `&`, `<` and `>` and no other sign."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Places:
    """Where the places of an escaped text lie in the unescaped one."""

    def __init__(self, escaped: str) -> None:
        self._length = len(escaped)
        self._ends: list[int] = []
        self._shrunk = [0]
        for sign in _ESCAPED.finditer(escaped) if "&" in escaped else ():
            self._ends.append(sign.end())
            self._shrunk.append(self._shrunk[-1] + sign.end() - sign.start() - 1)

    def __call__(self, offset: int) -> int:
        """The unescaped offset; one beyond the text is its end."""
        offset = max(min(offset, self._length), 0)
        return offset - self._shrunk[bisect_right(self._ends, offset)]


def hashtags_x_saw(escaped: str, placed: Sequence[PlacedHashtag], place: Places) -> tuple[Hashtag, ...]:
    """X's hashtags in the unescaped text, in order; none at all if one does not stand where X says."""
    found: list[Hashtag] = []
    for one in sorted(placed, key=lambda tag: tag.start):
        written = escaped[one.start : one.end]
        if not written.startswith(_HASH_SIGNS) or fold(written[1:]) != fold(one.tag):
            return ()
        found.append(_hashtag(place(one.start), place(one.end), written[1:]))
    return tuple(found)


def hashtags_we_see(plain: str) -> tuple[Hashtag, ...]:
    """The hashtags in an unescaped text by our own reading of X's rules."""
    return tuple(_hashtag(one.start, one.end, one.value) for one in hashtags(plain))


def mentions_x_saw(
    escaped: str, placed: Sequence[PlacedMention], place: Places, shown: tuple[int, int]
) -> tuple[Mention, ...]:
    """X's mentions in the unescaped text, in order; none at all if one does not stand where X says."""
    found: list[Mention] = []
    for one in sorted(placed, key=lambda mention: mention.start):
        written = escaped[one.start : one.end]
        if not written.startswith(_AT_SIGNS) or written[1:].lower() != one.username.lower():
            return ()
        start, end = place(one.start), place(one.end)
        found.append(Mention(start, end, one.username, one.id, is_within(start, end, shown)))
    return tuple(found)


def mentions_we_see(plain: str, shown: tuple[int, int]) -> tuple[Mention, ...]:
    """The mentions in an unescaped text by our own reading of X's rules; whose names they are is unknown."""
    return tuple(
        Mention(one.start, one.end, one.value, None, is_within(one.start, one.end, shown))
        for one in mentions(plain)
    )


def is_within(start: int, end: int, shown: tuple[int, int]) -> bool:
    """Whether a piece of text lies in the part that is shown."""
    return shown[0] <= start and end <= shown[1]


def _hashtag(start: int, end: int, as_written: str) -> Hashtag:
    return Hashtag(start, end, fold(as_written), as_written)
