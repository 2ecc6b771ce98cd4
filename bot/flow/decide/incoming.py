"""What is known about a mention when it is decided: what it says, and what happened around it."""

from dataclasses import dataclass, field
from datetime import datetime

from commands.parse import Parsed
from storage.states import Channel, MentionKind


@dataclass(frozen=True, slots=True)
class Incoming:
    """A post or message as it was received, read and ready to be judged."""

    mention_id: int  # our own row; 0 for one that was never stored
    x_id: str
    kind: MentionKind
    author_id: str
    posted_at: datetime
    text: str = field(repr=False)  # as a person reads it
    parsed: Parsed = field(repr=False)
    addressed: bool = True  # our id is named in the text itself, not only in the head X filled in
    is_repost: bool = False
    in_reply_to_id: str | None = None
    in_reply_to_user_id: str | None = None
    edit_root_id: str = ""
    lang: str = ""  # as X guesses it; empty: it did not say

    @property
    def is_message(self) -> bool:
        return self.kind is MentionKind.MESSAGE


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """What X shows after a mention, and this database has forgotten: very likely its answer.

    `is_free`: no other mention is known to have been answered with it.
    """

    x_id: str
    channel: Channel
    text: str = field(repr=False)
    posted_at: datetime
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a mention in our own records."""

    replies_to_ours: bool = False  # to a delivery of ours, or to any post of the brand account
    ticket_replied_to: int | None = None  # the ticket the delivery replied to belongs to
    newer_version: bool = False  # a later text of the same post has been received
    version_answered: bool = False  # an earlier text of the same post has an answer that left, or may have
    unsent_versions: tuple[int, ...] = ()  # earlier texts whose answers have not left: they are withdrawn
    colleague_answered: bool = False  # a post under it, or a message after it, that the bot did not send
    found: tuple[FoundAnswer, ...] = ()  # the same, where the bot may have sent it: see bot/flow/restored
