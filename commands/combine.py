"""Puts the plans of up to three commands of one mention together into at most one post and one message.

Asked by direct message, everything is answered there. Asked in public, any private part takes all of it to a
direct message where we may write one; where we may not, the public parts and an invitation stand in the one
reply. What finds no room is offered by name, and what it would have done is not done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations

from commands.api import Channel
from commands.plan import (
    PRIVATE_CHARACTERS,
    AddToTicket,
    AskPrivately,
    Change,
    HandOver,
    OpenTicket,
    Plan,
    PrivateWords,
    PublicWords,
    fits_in_public,
)
from commands.wording.sentences import Sentences


class Length(IntEnum):
    """How much is said in one post: everything; the parts briefly; the bot's own sentences briefly too."""

    FULL = 0
    BRIEF = 1
    SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One command's plan; `name` is the command's first hashtag, as it is named to people."""

    name: str
    plan: Plan


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is answered, and how we may reach them.

    `may_message`: a consent to direct messages is on record and X is not known to refuse ours. `resumed`: a
    direct message brings the private answers to something whose public part was answered before.
    """

    asked: Channel
    lang: str
    may_message: bool
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What a mention asked for and its answer does not hold, by name.

    `unread` stood beyond the third, `not_now` are switched off or were asked too often, `offered` may be
    asked again at once.
    """

    unread: tuple[str, ...] = ()
    not_now: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Combined:
    """One answer to one mention.

    `invited` names the commands whose private answer waits for a direct message: not empty means that a
    pending row is to be kept. `instead` and `instead_invited` are the public reply if X refuses the message;
    None where the one public reply is used by `public` already, so that a person must take over. `mark` is
    the new ticket's reference where the public text ends in it; otherwise the sender adds a mark of its own.
    `offered` names the commands that had no room.
    """

    public: PublicWords | None = None
    private: PrivateWords | None = None
    tickets: tuple[OpenTicket | AddToTicket, ...] = ()
    handover: HandOver | None = None
    asks: tuple[AskPrivately, ...] = ()
    change: Change | None = None
    follow: tuple[int, ...] = ()
    invited: tuple[str, ...] = ()
    instead: PublicWords | None = None
    instead_mark: str | None = None
    instead_invited: tuple[str, ...] = ()
    mark: str | None = None
    offered: tuple[str, ...] = ()


def combine(
    parts: Sequence[Part],
    audience: Audience,
    say: Sentences,
    *,
    unread: Sequence[str] = (),
    not_now: Sequence[str] = (),
    after_start: Sequence[str] = (),
) -> Combined:
    """The one answer to the plans of a mention, in their order.

    `unread` and `not_now` are as in `Left`; `after_start` names those that somebody who said stop can ask
    for once they have started again. Every plan must have passed `commands.plan.check`. A plan that stops or
    starts stands alone; beside one that starts the others are offered. With
    `resumed`, plans without a private part are left out, since they were answered in public; nothing left
    gives an answer that says nothing.
    """
    chosen = _standing_alone([part for part in parts if part.plan.private or not audience.resumed])
    if not chosen:
        return Combined()
    left = Left(tuple(unread), tuple(not_now))
    if chosen[0].plan.change is Change.START:
        others = [part.name for part in parts if part not in chosen]
        left = replace(left, offered=(*others, *after_start))
    private = [part for part in chosen if part.plan.private]
    if audience.asked is Channel.PRIVATE or audience.resumed:
        return _in_private(chosen, audience, say, left)
    if not private:
        return _in_public(chosen, audience, say, left)
    if not audience.may_message:
        return _in_public(chosen, audience, say, left)
    if len(chosen) == 1 and chosen[0].plan.public:
        return _in_both(chosen[0], audience, say, left)
    return _with_fallback(_in_private(chosen, audience, say, left), chosen, audience, say, left)


def _standing_alone(parts: Sequence[Part]) -> list[Part]:
    """The parts, or only the first that stops or starts, since nothing else may be said with it."""
    changing = [part for part in parts if part.plan.change]
    return changing[:1] or list(parts)


def _in_private(parts: Sequence[Part], audience: Audience, say: Sentences, left: Left) -> Combined:
    """Everything in one direct message; what goes beyond its length is offered by name."""
    kept, offered = list(parts), list[str]()
    while True:
        texts = [_private_text(part.plan) for part in kept]
        texts += _closing_lines(audience, say, offered, left)
        text = "\n\n".join(texts)
        if len(text) <= PRIVATE_CHARACTERS or len(kept) == 1:
            return _effects(kept, private=PrivateWords(text), offered=tuple(offered))
        offered.insert(0, kept.pop().name)


def _private_text(plan: Plan) -> str:
    words = plan.private or plan.by_message or (plan.public and plan.public.privately())
    assert words is not None, "a checked plan says something"
    return words.text


def _in_both(part: Part, audience: Audience, say: Sentences, left: Left) -> Combined:
    """One command that answers in both places; its one public reply is used, so `instead` has none."""
    alone = Part(part.name, Plan(public=part.plan.public, brief=part.plan.brief, ticket=part.plan.ticket))
    public = _in_public([alone], audience, say, left)
    return _effects([part], public=public.public, private=part.plan.private, mark=public.mark)


def _in_public(parts: Sequence[Part], audience: Audience, say: Sentences, left: Left) -> Combined:
    """The public parts and the invitation in one post; what has no room is offered by name."""
    for kept in _choices(parts):
        offered = [part.name for part in parts if part not in kept]
        for length in Length:
            text = _public_text(kept, audience, say, offered, left, length)
            if fits_in_public(text):
                return _posted(text, kept, offered)
    # No part leaves room to name what is missing: one part alone, or what it invites to.
    alone = _choices(parts)[-len(parts)]
    bare = [Part(part.name, Plan(private=part.plan.private)) for part in alone if part.plan.private]
    offered = [part.name for part in parts if part not in alone]
    text = _public_text(bare or alone, audience, say, (), Left(), Length.SHORTEST)
    return _posted(text, alone, offered)


def _choices(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    """What could stand in the post, best first.

    Many parts come before few, those that do something before the others, then the order asked.
    """
    found: list[tuple[Part, ...]] = []
    for size in range(len(parts), 0, -1):
        of_size = list(combinations(parts, size))
        of_size.sort(key=lambda kept: -sum(bool(part.plan.acts() or part.plan.private) for part in kept))
        found += of_size
    return found


def _posted(text: str, kept: Sequence[Part], offered: Sequence[str]) -> Combined:
    links = any(part.plan.public and part.plan.public.may_link for part in kept)
    return _effects(
        kept,
        public=PublicWords(text, may_link=links),
        invited=tuple(part.name for part in kept if part.plan.private),
        offered=tuple(offered),
        mark=_new_reference_at_end(text, kept),
    )


def _public_text(
    parts: Sequence[Part],
    audience: Audience,
    say: Sentences,
    offered: Sequence[str],
    left: Left,
    length: Length,
) -> str:
    texts = []
    for part in parts:
        words = (part.plan.brief if length > Length.FULL else None) or part.plan.public
        if words is not None:
            texts.append(words.text)
    if length > Length.FULL and any(part.plan.ask and part.plan.brief for part in parts):
        texts.append(say.details(audience.lang).text)
    invited = [part.name for part in parts if part.plan.private]
    if invited:
        invite = say.invite_briefly if length is Length.SHORTEST else say.invite
        texts.append(invite(audience.lang, invited).text)
    left_out = [*left.offered, *offered, *left.unread, *left.not_now]
    if length is Length.SHORTEST and left_out:
        return "\n".join([*texts, say.left_out(audience.lang, left_out).text])
    return "\n".join([*texts, *_closing_lines(audience, say, offered, left)])


def _closing_lines(audience: Audience, say: Sentences, offered: Sequence[str], left: Left) -> list[str]:
    lines, again = [], [*left.offered, *offered]
    if again:
        lines.append(say.offered(audience.lang, again).text)
    if left.unread:
        lines.append(say.unread(audience.lang, left.unread).text)
    if left.not_now:
        lines.append(say.not_now(audience.lang, left.not_now).text)
    return lines


def _with_fallback(
    sent: Combined, parts: Sequence[Part], audience: Audience, say: Sentences, left: Left
) -> Combined:
    """The private answer, with the public reply that takes its place if X refuses the message."""
    kept = [part for part in parts if part.name not in sent.offered]
    public = _in_public(kept, audience, say, left)
    return _effects(
        kept,
        private=sent.private,
        offered=sent.offered,
        instead=public.public,
        instead_mark=public.mark,
        instead_invited=public.invited,
    )


def _new_reference_at_end(text: str, parts: Sequence[Part]) -> str | None:
    """The reference of a ticket opened here, where the text ends in it: no other text of the day has it."""
    for part in parts:
        ticket = part.plan.ticket
        if isinstance(ticket, OpenTicket) and text.endswith(ticket.reference):
            return ticket.reference
    return None


def _effects(
    parts: Sequence[Part],
    *,
    public: PublicWords | None = None,
    private: PrivateWords | None = None,
    invited: tuple[str, ...] = (),
    instead: PublicWords | None = None,
    instead_mark: str | None = None,
    instead_invited: tuple[str, ...] = (),
    mark: str | None = None,
    offered: tuple[str, ...] = (),
) -> Combined:
    """The words together with everything their plans do."""
    plans = [part.plan for part in parts]
    return Combined(
        public=public,
        private=private,
        tickets=tuple(plan.ticket for plan in plans if plan.ticket),
        handover=next((plan.handover for plan in plans if plan.handover), None),
        asks=tuple(plan.ask for plan in plans if plan.ask),
        change=next((plan.change for plan in plans if plan.change), None),
        follow=tuple(one for plan in plans for one in plan.follow),
        invited=invited,
        instead=instead,
        instead_mark=instead_mark,
        instead_invited=instead_invited,
        mark=mark,
        offered=offered,
    )
