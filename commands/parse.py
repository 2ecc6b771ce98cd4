"""Reads a post or a direct message: which hashtags, which people, which commands, with which words.

It knows X's rules and nothing of what a command does; names and their commands come from outside.
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from commands.lexicon.folding import fold
from commands.lexicon.near_miss import near_miss
from commands.placed import (
    Hashtag,
    Mention,
    PlacedHashtag,
    PlacedMention,
    Places,
    hashtags_we_see,
    hashtags_x_saw,
    is_within,
    mentions_we_see,
    mentions_x_saw,
    unescape,
)
from commands.references import is_only_reference

__all__ = [
    "Call",
    "Found",
    "Hashtag",
    "Mention",
    "Parsed",
    "PlacedHashtag",
    "PlacedMention",
    "find_commands",
    "parse_message",
    "parse_post",
    "unescape",
    "whole_message",
]

MOST_COMMANDS = 3
LONGEST_WITH_REFERENCE = 60  # a name and a reference, written with spaces and dashes
# Somebody who writes more hashtags than this did not mistype a command; looking at all would cost time.
MOST_HASHTAGS_TRIED = 5

# A word goes from its first to its last character that is not a quoting sign: C++, £5 and 50% keep theirs.
_PART_OF_A_WORD = r"[^\p{P}]|[%&*#@]"
_WORD_BEGINS = regex.compile(_PART_OF_A_WORD)
_WORD_ENDS = regex.compile(f"(?r){_PART_OF_A_WORD}")
_SAYS_SOMETHING = regex.compile(r"[\p{L}\p{N}]")
_LAST_TO_SAY_SOMETHING = regex.compile(r"(?r)[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text, read.

    All offsets count code points of `text`, which is unescaped and whole. `shown` is the part the person
    wrote, without the head of names and the attached media's link. `hashtags` are those in that part.
    """

    text: str = field(repr=False)
    shown: tuple[int, int]
    hashtags: tuple[Hashtag, ...]
    mentions: tuple[Mention, ...]
    is_message: bool

    @property
    def words(self) -> tuple[str, ...]:
        """The words the person wrote, in order, hashtags among them without `#`, mentions left out."""
        return tuple(word for _, word in _tokens(self))

    def names(self, person_id: str) -> bool:
        """Whether the person with this id is mentioned in the part the person wrote."""
        return any(mention.shown and mention.person_id == person_id for mention in self.mentions)


@dataclass(frozen=True, slots=True)
class Call:
    """One command that is asked for: its id, the name it was called by, and the words for it."""

    command: str
    name_as_written: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The commands in a text, at most three, in order.

    `unread` are the names of those beyond the third, as written. `suggestion` is the folded name the person
    may have meant; only where no command was found.
    """

    commands: tuple[Call, ...] = ()
    unread: tuple[str, ...] = ()
    suggestion: str | None = None


def parse_post(
    text: str,
    hashtags: Sequence[PlacedHashtag] = (),
    mentions: Sequence[PlacedMention] = (),
    shown: tuple[int, int] | None = None,
) -> Parsed:
    """A post as X sent it: its escaped text, entities and `display_text_range`; of a long post the note's.

    X's entities are cut out of the text before it is unescaped, since their offsets count the escaped one.
    Where X sent none of a kind, or one does not stand where X says, the text is read by our own rules.
    """
    plain = unescape(text)
    place = Places(text)
    visible = (0, len(plain)) if shown is None else (place(shown[0]), place(shown[1]))
    tags = hashtags_x_saw(text, hashtags, place) or hashtags_we_see(plain)
    people = mentions_x_saw(text, mentions, place, visible) or mentions_we_see(plain, visible)
    tags = tuple(tag for tag in tags if is_within(tag.start, tag.end, visible))
    return Parsed(plain, visible, tags, people, is_message=False)


def parse_message(text: str) -> Parsed:
    """A direct message as X sent it. X marks no hashtags in messages, so our own rules find them."""
    plain = unescape(text)
    whole = (0, len(plain))
    return Parsed(plain, whole, hashtags_we_see(plain), mentions_we_see(plain, whole), is_message=True)


def whole_message(parsed: Parsed) -> str:
    """What the person wrote, folded, without mentions and signs around it: `@BrightTel STOP!` is `stop`."""
    return fold(_alone(parsed))


def find_commands(
    parsed: Parsed,
    names: Mapping[str, str],
    *,
    only_alone: Collection[str] = (),
    ordinary: Container[str] | None = None,
) -> Found:
    """The commands asked for in `parsed`; `names` gives the command id for each folded name.

    A single command gets all remaining words; of several, each gets the words between its hashtag and the
    next command's. A hashtag that is no command is a word. A command named twice counts once. In a direct
    message a lone name counts without `#`, and so does one with nothing but a ticket's reference behind it. A
    name in `only_alone` (the stop words) counts only when it is the
    whole message, with or without `#`, in public too. With `ordinary` words given, a near miss is looked for
    where no command was found.
    """
    written = _alone(parsed)
    alone = fold(written)
    if alone in names and (parsed.is_message or alone in only_alone):
        return Found((Call(names[alone], written, ()),))
    if parsed.is_message and len(written) <= LONGEST_WITH_REFERENCE:
        first, *rest = parsed.words or ("",)
        if fold(first) in names and fold(first) not in only_alone and is_only_reference(tuple(rest)):
            return Found((Call(names[fold(first)], first, tuple(rest)),))
    calls = _calls(parsed, {name: names[name] for name in names if name not in only_alone})
    if calls or ordinary is None:
        unread = tuple(call.name_as_written for call in calls[MOST_COMMANDS:])
        return Found(calls[:MOST_COMMANDS], unread)
    tried = [tag.name for tag in parsed.hashtags[:MOST_HASHTAGS_TRIED]]
    if parsed.is_message and " " not in alone:
        tried.append(alone)
    meant = (near_miss(word, names, ordinary) for word in tried)
    return Found(suggestion=next((name for name in meant if name), None))


def _calls(parsed: Parsed, names: Mapping[str, str]) -> tuple[Call, ...]:
    """Every command named by a hashtag, in order of first naming, with its words."""
    if not any(tag.name in names for tag in parsed.hashtags):
        return ()
    called: dict[str, str] = {}
    words: dict[str, list[str]] = {}
    before: list[str] = []
    current = before
    for tag, word in _tokens(parsed):
        command = names.get(tag.name) if tag else None
        if command is None:
            current.append(word)
            continue
        called.setdefault(command, word)
        current = words.setdefault(command, [])
    if len(words) == 1:
        current[:0] = before
    return tuple(Call(command, name, tuple(words[command])) for command, name in called.items())


def _tokens(parsed: Parsed) -> Iterator[tuple[Hashtag | None, str]]:
    """The words the person wrote, in order, each with its hashtag if it is one; mentions are left out."""
    at, end = parsed.shown
    spans: list[Hashtag | Mention] = sorted([*parsed.hashtags, *parsed.mentions], key=lambda one: one.start)
    for span in spans:
        if span.start < at or span.end > end:
            continue
        yield from ((None, word) for word in _words(parsed.text[at : span.start]))
        if isinstance(span, Hashtag):
            yield span, span.as_written
        at = span.end
    yield from ((None, word) for word in _words(parsed.text[at:end]))


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        if word.isalnum():
            yield word
        elif _SAYS_SOMETHING.search(word):
            yield _between(_WORD_BEGINS, _WORD_ENDS, word)


def _alone(parsed: Parsed) -> str:
    """What the person wrote, without mentions and the signs around it, with single spaces."""
    at, end = parsed.shown
    pieces: list[str] = []
    for mention in parsed.mentions:
        if mention.start >= at and mention.end <= end:
            pieces.append(parsed.text[at : mention.start])
            at = mention.end
    pieces.append(parsed.text[at:end])
    return _between(_SAYS_SOMETHING, _LAST_TO_SAY_SOMETHING, " ".join(" ".join(pieces).split()))


def _between(first: regex.Pattern[str], last: regex.Pattern[str], text: str) -> str:
    """`text` from where `first` is found to where `last` is, searched from the end; empty if they are not."""
    begins, ends = first.search(text), last.search(text)
    return text[begins.start() : ends.end()] if begins and ends else ""
