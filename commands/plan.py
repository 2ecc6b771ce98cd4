"""What a command may answer: a plan. It says what should be done and does nothing itself.

A plan is a public reply, a private message, a ticket, a hand-over, or a combination of them, with at most one
public post. `check` refuses a plan that must not leave; `commands/combine.py` puts several together.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from commands.text import outgoing_weight, would_link

# Source: docs.x.com, counting characters and direct messages (2026-08-22).
PUBLIC_WEIGHT = 280
PRIVATE_CHARACTERS = 10_000

# Every public text ends in a short mark that makes it unlike any other of the day, because X refuses the same
# text twice: a new ticket's reference, else the local time with seconds.
MARK_CHARACTERS = 20
MARK_JOINT = " · "
MARK_ROOM = outgoing_weight(MARK_JOINT) + MARK_CHARACTERS


@dataclass(frozen=True, slots=True)
class PublicWords:
    """A text that everybody may read. Only wording/words.py makes one, out of `Public` values alone."""

    text: str
    may_link: bool = False  # the command says that a link belongs in it

    def privately(self) -> "PrivateWords":
        """The same text for a direct message."""
        return PrivateWords(self.text)


@dataclass(frozen=True, slots=True)
class PrivateWords:
    """A text that only the person it is sent to may read."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Opens a ticket under a reference that the person is told in this very answer."""

    command: str
    reference: str
    due_at: datetime  # what the person is promised
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class AddToTicket:
    """Adds this mention to a ticket that is open already."""

    reference: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Gives the person to a colleague; the bot is silent towards them until they are released."""

    reason: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class AskPrivately:
    """We have asked for a ticket's details; what the person writes by direct message belongs to it."""

    reference: str


class Change(StrEnum):
    """A change of what the person wants from us."""

    STOP = "stop"
    START = "start"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a command answers.

    `public` is the reply where the request is public, `private` what only a direct message may say. Asked by
    direct message, the person gets `private`, or else the public words in that message. `by_message` words
    these otherwise there, and `brief` says them in a few words beside other answers in one post.
    """

    public: PublicWords | None = None
    private: PrivateWords | None = None
    brief: PublicWords | None = None
    by_message: PrivateWords | None = None
    ticket: OpenTicket | AddToTicket | None = None
    handover: HandOver | None = None
    ask: AskPrivately | None = None
    change: Change | None = None
    follow: tuple[int, ...] = ()  # incidents of whose end the person wants to be told

    def acts(self) -> bool:
        """Whether it does more than tell something."""
        return any((self.ticket, self.handover, self.ask, self.change, self.follow))


class BadPlan(ValueError):
    """A plan that must not leave, for the reason in its text. To the customer it is a crash of ours."""


def check(plan: Plan, *, links_allowed: bool) -> Plan:
    """The same plan, when it may leave.

    `links_allowed` is the operator's word; a link also needs the command's own.

    Raises:
        BadPlan: nothing is said, a public text is longer than X takes with its mark, or it would link without
            leave, or a private text is longer than X takes.
    """
    if plan.public is None and plan.private is None:
        raise BadPlan("the plan says nothing: a command gives the person at least one sentence")
    if plan.ask is not None and plan.ticket is None:
        raise BadPlan("the plan asks for details of a ticket that it neither opens nor adds to")
    for words in (plan.public, plan.brief):
        if words is not None:
            check_public(words, links_allowed=links_allowed)
    for message in (plan.private, plan.by_message):
        if message is not None:
            check_private(message)
    if plan.public is None and (plan.brief or plan.by_message):
        raise BadPlan("brief words and words for a message need the public ones that they say otherwise")
    return plan


def check_public(words: PublicWords, *, links_allowed: bool) -> None:
    """Nothing, when the text may be posted. Raises BadPlan as `check` does."""
    if not isinstance(words, PublicWords):
        raise BadPlan(f"a public reply is made by words.public, not from {type(words).__name__}")
    if not words.text.strip():
        raise BadPlan("the public text is empty")
    weight, room = outgoing_weight(words.text), PUBLIC_WEIGHT - MARK_ROOM
    if weight > room:
        raise BadPlan(
            f"the public text weighs {weight} and may weigh {room}, so that its mark fits behind it"
        )
    links = would_link(words.text)
    if links and not (links_allowed and words.may_link):
        found = ", ".join(link.value for link in links)
        raise BadPlan(f"X would make a link of {found}, and this command may not post links")


def check_private(words: PrivateWords) -> None:
    """Nothing, when the text may be sent. Raises BadPlan as `check` does."""
    if not isinstance(words, PrivateWords):
        raise BadPlan(f"a private message is made by words.private, not from {type(words).__name__}")
    if not words.text.strip():
        raise BadPlan("the private text is empty")
    if len(words.text) > PRIVATE_CHARACTERS:
        raise BadPlan(f"the private text has {len(words.text)} characters and may have {PRIVATE_CHARACTERS}")


def fits_in_public(text: str) -> bool:
    """Whether a text and its mark fit in one post."""
    return outgoing_weight(text) <= PUBLIC_WEIGHT - MARK_ROOM


def marked(text: str, mark: str) -> str:
    """The public text as it is posted: with its mark at the end, which it may carry already.

    Raises ValueError when the mark is longer than the room kept for it.
    """
    if len(mark) > MARK_CHARACTERS:
        raise ValueError(f"a mark has at most {MARK_CHARACTERS} characters: {mark!r}")
    return text if text.endswith(mark) else text + MARK_JOINT + mark
