"""The things that exist on the local X, as plain records."""

from dataclasses import dataclass, field
from typing import Any

Entities = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Person:
    """An X account. `blocks_brand` stops the brand's replies and messages, `accepts_dms` only messages."""

    id: int
    username: str
    name: str
    lang: str = "en"
    accepts_dms: bool = True
    protected: bool = False
    suspended: bool = False
    blocks_brand: bool = False
    verified: bool = False


@dataclass(slots=True)
class Post:
    """One version of a post; an edit is a further post that shares `history`.

    `typed` is what its author wrote. `text` is what X answers: names filled in at the head, links shortened,
    HTML-escaped, cut when long (then `note` holds the whole). Offsets count code points of `text`.
    """

    id: int
    author: int
    typed: str
    text: str
    conversation: int
    display: tuple[int, int]
    lang: str = "en"
    entities: Entities = field(default_factory=dict)
    note: dict[str, Any] | None = None
    mentioned: list[int] = field(default_factory=list)
    history: list[int] = field(default_factory=list)
    media: list[int] = field(default_factory=list)
    parent: int | None = None
    parent_author: int | None = None
    quotes: int | None = None
    reposts: int | None = None
    reply_settings: str = "everyone"
    deleted: bool = False


@dataclass(slots=True)
class Message:
    """A private message; who has deleted it no longer sees it, the other side does.

    `typed` is what was written, `text` what X answers.
    """

    id: int
    sender: int
    receiver: int
    typed: str
    text: str
    entities: Entities = field(default_factory=dict)
    media: list[int] = field(default_factory=list)
    hidden_from: list[int] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        """X's name for a one-to-one conversation: `smallerid-largerid`."""
        return conversation_of(self.sender, self.receiver)


@dataclass(slots=True)
class Media:
    """An uploaded file; `content` is base64."""

    id: int
    owner: int
    category: str
    mime: str
    size: int
    width: int
    height: int
    content: str
    alt_text: str = ""


def conversation_of(one: int, other: int) -> str:
    """X's name for the conversation of two people, the same from both sides."""
    return f"{min(one, other)}-{max(one, other)}"


def as_event(record: Person | Post | Message | Media) -> dict[str, Any]:
    """A record as it stands in the world's file: what has its default is left out."""
    pairs = ((name, getattr(record, name)) for name in record.__slots__)
    return {name: value for name, value in pairs if value or value == 0}
