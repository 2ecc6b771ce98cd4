"""What follows from a mention once its way is known and its commands have run. Pure: data in, a decision out.

Deliveries are at most one public reply and one direct message. A direct message carries, ready rendered, what
happens instead if X refuses it: the public invitation, or a colleague where the one public reply is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.flow.decide.case import PENDING_LASTS, Awaited, Case, FollowUp, Run, Skip, Suggest, TooMany
from bot.flow.decide.decision import (
    LINKING,
    SOON,
    URGENT,
    USUAL,
    Decision,
    NewDelivery,
    NewHandover,
    NewPending,
    NewTicket,
    PersonChange,
)
from bot.flow.decide.incident_answers import Saying, in_incidents, tell_me_is_on
from commands.api import Channel as Asked
from commands.combine import Audience, Combined, Part, combine
from commands.lexicon.folding import fold
from commands.plan import PRIVATE_CHARACTERS, AddToTicket, Change, OpenTicket, PublicWords, marked
from commands.wording.locales import LOCALES
from commands.wording.sentences import Sentences
from storage.states import Channel, PendingKind, Purpose, Reason

# Reasons under which a message is nobody's leave to be written to.
_NO_CONSENT = frozenset({Reason.OWN_POST, Reason.BLOCKED, Reason.OPTED_OUT, Reason.BEFORE_OUR_TIME})
# Under which an earlier text of the same post keeps its answer: a newer text decides, or it has left.
_WITHDRAWS_NOTHING = frozenset({Reason.EDITED, Reason.SEEN_BEFORE})
# Under which what a mention says is nobody's request or report, or was counted before.
_COUNTS_NOTHING = _NO_CONSENT | _WITHDRAWS_NOTHING | {Reason.REPOST, Reason.NOT_ADDRESSED, Reason.TOO_OLD}
_NOTHING = Combined()
REFUSED_MESSAGE = "X refused our message to them"


@dataclass(frozen=True, slots=True)
class Ran:
    """One command's part of the answer; `failed`: the plan is our holding reply for a fault."""

    command: str
    part: Part
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """What an answer is said with: the bot's own sentences, the person's language, and fresh marks."""

    say: Sentences
    lang: str
    mark: Callable[[], str]


def skipped(case: Case, way: Skip) -> Decision:
    """Nothing is said. A mention of somebody who is handed over stays with the hand-over."""
    decision = _begin(case, way.reason)
    if case.handed_over and way.reason not in (Reason.OWN_POST, Reason.EDITED, Reason.BEFORE_OUR_TIME):
        decision = replace(decision, kept_with=case.standing.handover_id)
    return decision


def answered(
    case: Case, ran: Sequence[Ran], way: Run | None, voice: Voice, *, resumes: Awaited | None = None
) -> Decision:
    """The one answer to the commands of a mention, or to those that a message resumes.

    `way` names the commands that were asked for and not run.
    """
    way = way or Run(())
    told_before = resumes.created_at if resumes else None
    saying = Saying(voice.say, voice.lang, tell_me_is_on(case), told_before)
    known = in_incidents(case, [(one.command, one.part) for one in ran], saying)
    parts = known.parts
    # What is resumed was asked in public, whatever has brought the answer.
    audience = Audience(case.asked, voice.lang, _may_message(case, ran), resumed=resumes is not None)
    beside = {"unread": way.unread, "not_now": way.not_now, "after_start": way.after_start}
    combined = combine(parts, audience, voice.say, **beside)
    if combined == _NOTHING:  # nothing of it is private any more: it is told again rather than not at all
        combined = combine(parts, replace(audience, resumed=False), voice.say, **beside)
    commands = tuple(one.command for one in ran)
    decision = _begin(case, Reason.FOLLOW_UP if resumes else Reason.ANSWERED, commands)
    told: dict[str, Any] = {
        "incidents": known.incidents,
        "hangs": _hanging(known.hangs, combined),
        "lang": voice.lang,
    }
    if resumes is not None:
        told |= {"used_pendings": (resumes.id,), "resumes": resumes.mention_id}
    decision = replace(decision, **_effects(case, decision, combined, ran) | told)
    return _with_texts(case, decision, combined, voice, _purposes(ran, combined))


def _may_message(case: Case, ran: Sequence[Ran]) -> bool:
    """Whether the answer may go by message; some commands wait for a message of the person in any case."""
    waits = any(one.command in case.book.rules and case.book.rules[one.command].by_message for one in ran)
    return case.may_message and (case.incoming.is_message or not waits)


def _hanging(hangs: Sequence[tuple[str, int]], combined: Combined) -> tuple[tuple[str, int], ...]:
    """Those tickets that the answer really opens or adds to: what found no room is not done."""
    done = {ticket.reference for ticket in combined.tickets}
    return tuple(one for one in hangs if one[0] in done)


def urgent(case: Case, voice: Voice, back: datetime | None) -> Decision:
    """Straight to a person, first in line. Too old to be answered, they are called all the same."""
    why = f"urgent words: {case.urgent}"
    decision = replace(_begin(case, Reason.ANSWERED), handover=NewHandover(why, urgent=True), urgent=True)
    if case.handed_over:
        # A colleague is in charge: the bot adds nothing but the ring.
        return replace(decision, reason=Reason.IN_HANDOVER, kept_with=case.standing.handover_id)
    if case.too_old:
        return replace(decision, reason=Reason.TOO_OLD)
    return _say(case, decision, voice, voice.say.urgent(voice.lang, back).text, Purpose.ANSWER)


def too_many(case: Case, way: TooMany, voice: Voice) -> Decision:
    """Said once, then silence until the limit has room again."""
    decision = _begin(case, Reason.TOO_MANY, way.commands)
    if not way.tell:
        return decision
    decision = replace(decision, person=replace(decision.person, told_too_many=True))
    return _say(case, decision, voice, voice.say.too_many(voice.lang, way.again).text, Purpose.ANSWER)


def follow_up(case: Case, way: FollowUp, voice: Voice) -> Decision:
    """Added to the open ticket, and acknowledged the first time."""
    used = (way.awaited.id,) if way.awaited else ()
    decision = replace(_begin(case, Reason.FOLLOW_UP), added_to=(way.ticket.reference,), used_pendings=used)
    if way.ticket.acknowledged:
        return decision
    text = voice.say.follow_up(voice.lang, way.ticket.reference, way.ticket.due_at).text
    decision = replace(decision, acknowledged=way.ticket.reference)
    return _say(case, decision, voice, text, Purpose.ACKNOWLEDGE)


def parked(case: Case, ticket: NewTicket, voice: Voice, *, silent: bool) -> Decision:
    """It cannot be handled: a person gets it as a ticket, and whoever wrote it is told so, once.

    It is added to their open ticket of the same command. `silent`: the bot may not answer it at all.
    """
    known = (ticket.command,) if ticket.command in case.book.rules else ()
    decision = replace(_begin(case, Reason.CRASHED, known), parked=True)
    if case.incoming.is_message and case.standing.next_awaited is not None:
        # What this message would have resumed must not bring the next one to its end too.
        decision = replace(decision, used_pendings=(case.standing.next_awaited.id,))
    standing = case.mine(ticket.command)
    if standing is None:
        decision = replace(decision, tickets=(ticket,))
        words = voice.say.holding(voice.lang, ticket.reference, ticket.due_at)
    else:
        decision = replace(decision, added_to=(standing.reference,))
        words = voice.say.follow_up(voice.lang, standing.reference, standing.due_at)
    if silent:
        return decision
    fresh = replace(voice, mark=lambda: ticket.reference) if standing is None else voice
    return _say(case, decision, fresh, words.text, Purpose.HOLDING)


def help_line(case: Case, names: Sequence[str], voice: Voice) -> Decision:
    """One line of help to a message that nothing can be made of."""
    decision = _begin(case, Reason.NO_COMMAND)
    decision = replace(decision, person=replace(decision.person, help_line=True))
    return _say(case, decision, voice, voice.say.help_line(voice.lang, names).text, Purpose.HELP_LINE)


def suggested(case: Case, way: Suggest, voice: Voice) -> Decision:
    """Asks whether a misspelt hashtag was meant, and does nothing else."""
    text = voice.say.suggestion(voice.lang, way.name).text
    # Its command is noted, so that it counts among what this person may ask for.
    decision = _begin(case, Reason.NO_COMMAND, (case.book.names[fold(way.name)],))
    return _say(case, decision, voice, text, Purpose.ANSWER)


def _begin(case: Case, reason: Reason, commands: tuple[str, ...] = ()) -> Decision:
    incoming = case.incoming
    return Decision(
        mention_id=incoming.mention_id,
        x_id=incoming.x_id,
        person_id=incoming.author_id,
        reason=reason,
        posted_at=incoming.posted_at,
        is_message=incoming.is_message,
        commands=commands or tuple(call.command for call in case.found.commands),
        releases=case.releases,
        person=_wrote_us(case) if reason not in _NO_CONSENT else PersonChange(),
        withdraws=case.around.unsent_versions if reason not in _WITHDRAWS_NOTHING else (),
        counts=_counted(case, reason, commands),
    )


def _counted(case: Case, reason: Reason, commands: tuple[str, ...]) -> tuple[str, ...]:
    """What the mention counts as asking for or reporting, where sudden rises are looked for."""
    if case.is_probe:
        return ()
    if reason in _COUNTS_NOTHING:
        return ()
    asked = commands or tuple(call.command for call in case.found.commands)
    named = asked if reason in (Reason.ANSWERED, Reason.SWITCHED_OFF) else ()
    return (*(f"#{command}" for command in named), *case.troubles)


def _wrote_us(case: Case) -> PersonChange:
    """A message that the person writes is leave to answer them there, until they say stop."""
    standing, lang = case.standing, case.incoming.lang.split("-")[0].casefold()
    speaks = lang if lang in LOCALES and lang != standing.lang else ""
    if not case.incoming.is_message or standing.stopped:
        return PersonChange(speaks=speaks)
    return PersonChange(
        consent_to_messages=not standing.consented, takes_messages=standing.refuses_messages, speaks=speaks
    )


def _effects(case: Case, decision: Decision, combined: Combined, ran: Sequence[Ran]) -> dict[str, Any]:
    """What the plans do, as changes of the decision: copying one takes its time, so it is done once."""
    failed = {one.part.plan.ticket for one in ran if one.failed}
    tickets = tuple(
        NewTicket(one.reference, one.command, one.due_at, one.urgent, is_fault=one in failed)
        for one in combined.tickets
        if isinstance(one, OpenTicket)
    )
    until = case.now + PENDING_LASTS
    asks = tuple(NewPending(PendingKind.DETAILS, until, ask.reference) for ask in combined.asks)
    person = decision.person
    if combined.change is Change.STOP:
        person = PersonChange(stop=True)
    elif combined.change is Change.START:
        person = replace(person, start=True, consent_to_messages=case.incoming.is_message)
    handover = combined.handover
    return {
        "tickets": tickets,
        "added_to": tuple(one.reference for one in combined.tickets if isinstance(one, AddToTicket)),
        "handover": NewHandover(handover.reason, handover.urgent) if handover else None,
        "kept_with": case.standing.handover_id if case.handed_over else None,
        "urgent": bool(handover and handover.urgent) or any(ticket.urgent for ticket in tickets),
        "pendings": (*asks, *_command_pending(case, combined.invited)),
        "used_pendings": _answered_already(case, combined, decision.commands),
        "person": person,
        "follows": combined.follow,
        "crashes": tuple(one.command for one in ran if one.failed),
    }


def _command_pending(case: Case, invited: Sequence[str]) -> tuple[NewPending, ...]:
    return (NewPending(PendingKind.COMMAND, case.now + PENDING_LASTS),) if invited else ()


def _answered_already(case: Case, combined: Combined, commands: tuple[str, ...]) -> tuple[int, ...]:
    """What was awaited and has just been answered in private, so that no later message brings it again."""
    if combined.private is None:
        return ()
    return tuple(
        one.id
        for one in case.standing.awaited
        if one.ticket_id is None and one.commands and set(one.commands) <= set(commands)
    )


def _purposes(ran: Sequence[Ran], combined: Combined) -> Mapping[Channel, Purpose]:
    public = private = Purpose.ANSWER
    if combined.invited:
        public = Purpose.INVITE
    elif ran and all(one.failed for one in ran):
        public = private = Purpose.HOLDING
    elif any(isinstance(one, OpenTicket) for one in combined.tickets):
        public = private = Purpose.TICKET
    if combined.asks and combined.public is not None:
        private = Purpose.DETAILS
    return {Channel.PUBLIC: public, Channel.PRIVATE: private}


def _with_texts(
    case: Case, decision: Decision, combined: Combined, voice: Voice, purposes: Mapping[Channel, Purpose]
) -> Decision:
    deliveries = []
    if combined.public is not None:
        mark = combined.mark or voice.mark()
        deliveries.append(_public(case, decision, combined.public, mark, purposes[Channel.PUBLIC]))
    if combined.private is not None:
        instead = _instead(combined, voice)
        text = combined.private.text
        deliveries.append(_private(case, decision, text, voice, purposes[Channel.PRIVATE], instead))
    return replace(decision, deliveries=tuple(deliveries))


def _instead(combined: Combined, voice: Voice) -> dict[str, Any]:
    """What the sender does if X refuses the message, so that no command runs again."""
    if combined.instead is None:
        return {"handover": {"reason": REFUSED_MESSAGE, "urgent": False}}
    mark = combined.instead_mark or voice.mark()
    text = marked(combined.instead.text, mark)
    return {"invite": {"text": text, "mark": mark, "pending": bool(combined.instead_invited)}}


def _say(case: Case, decision: Decision, voice: Voice, text: str, purpose: Purpose) -> Decision:
    """One sentence of our own, where the person wrote."""
    if case.asked is Asked.PRIVATE:
        instead = {"handover": {"reason": REFUSED_MESSAGE, "urgent": False}}
        made = _private(case, decision, text, voice, purpose, instead)
    else:
        made = _public(case, decision, PublicWords(text), voice.mark(), purpose)
    return replace(decision, deliveries=(made,))


def _public(case: Case, decision: Decision, words: PublicWords, mark: str, purpose: Purpose) -> NewDelivery:
    return NewDelivery(
        channel=Channel.PUBLIC,
        purpose=purpose,
        text=marked(words.text, mark),
        mark=mark,
        reply_to_id=case.incoming.x_id,
        command=" ".join(decision.commands),
        priority=_priority(decision),
        despite_stop=_despite_stop(case, decision),
    )


def _private(
    case: Case, decision: Decision, text: str, voice: Voice, purpose: Purpose, instead: dict[str, Any]
) -> NewDelivery:
    """The message; until one has arrived, it says where the privacy policy stands and how to stop."""
    url = case.policy.privacy_url
    carries_privacy = url is not None and not case.standing.privacy_sent
    if url is not None and carries_privacy:
        below = "\n\n" + voice.say.privacy(voice.lang, url).text
        text = text[: PRIVATE_CHARACTERS - len(below)] + below
    return NewDelivery(
        channel=Channel.PRIVATE,
        purpose=purpose,
        text=text,
        command=" ".join(decision.commands),
        priority=LINKING if _links(case, decision) else _priority(decision),
        despite_stop=_despite_stop(case, decision),
        carries_privacy=carries_privacy,
        instead=instead,
    )


def _priority(decision: Decision) -> int:
    if decision.urgent:
        return URGENT
    return SOON if decision.handover else USUAL


def _links(case: Case, decision: Decision) -> bool:
    """The message tells somebody how to link their account, and nothing else puts it further to the front.

    Only where they alone see it: in public, who comes earlier would tell who is a customer.
    """
    rules = (case.book.rules.get(name) for name in decision.commands)
    asks_for_account = any(rule is not None and rule.needs_link for rule in rules)
    return asks_for_account and case.standing.customer_id is None and _priority(decision) == USUAL


def _despite_stop(case: Case, decision: Decision) -> bool:
    """Whether it goes out to somebody who said stop: its confirmation, and answers to what works after it."""
    return case.standing.stopped or decision.person.stop
