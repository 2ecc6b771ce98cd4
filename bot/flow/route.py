"""Which way a mention takes: to its commands, to a person, to an open ticket, or nowhere and why. Pure.

The order of the reasons is the order in which they are looked at; the first that applies is the one given.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.flow.decide.case import (
    HELP_LINE_EVERY,
    Case,
    FollowUp,
    HelpLine,
    OpenTicketOf,
    Resume,
    Run,
    Skip,
    Suggest,
    TooMany,
    Urgent,
    Way,
)
from commands.lexicon.folding import fold
from commands.parse import Call
from commands.refusals import next_allowed
from storage.states import Reason

Applies = Callable[[Case], bool]


def _own_post(case: Case) -> bool:
    return case.incoming.author_id == case.policy.brand_id


def _edited(case: Case) -> bool:
    return case.around.newer_version


def _seen_before(case: Case) -> bool:
    return case.around.version_answered


def _repost(case: Case) -> bool:
    return case.incoming.is_repost


def _not_addressed(case: Case) -> bool:
    if case.incoming.is_message:
        return False
    return not (case.incoming.addressed or case.around.replies_to_ours)


def _blocked(case: Case) -> bool:
    return case.standing.blocked


def _not_in_pilot(case: Case) -> bool:
    if case.is_probe:
        return False
    return bool(case.policy.pilot) and fold(case.standing.username or "") not in case.policy.pilot


def _before_our_time(case: Case) -> bool:
    start = case.policy.our_time_from
    return start is not None and case.incoming.posted_at < start


def _too_old(case: Case) -> bool:
    return case.too_old


def _answered_by_a_person(case: Case) -> bool:
    return case.around.colleague_answered


def _in_a_handover(case: Case) -> bool:
    return case.handed_over and not _while_handed_over(case)


def _opted_out(case: Case) -> bool:
    return case.standing.stopped and not any(
        case.book.rules[call.command].after_stop for call in _at_hand(case)
    )


# What nobody, and nothing urgent, comes past.
NEVER: tuple[tuple[Reason, Applies], ...] = (
    (Reason.OWN_POST, _own_post),
    (Reason.EDITED, _edited),
    (Reason.SEEN_BEFORE, _seen_before),
    (Reason.REPOST, _repost),
    (Reason.NOT_ADDRESSED, _not_addressed),
    (Reason.BLOCKED, _blocked),
    (Reason.NOT_IN_PILOT, _not_in_pilot),
    (Reason.BEFORE_OUR_TIME, _before_our_time),
)
# What keeps the bot from answering; urgent words go to a person all the same.
NOT_BY_THE_BOT: tuple[tuple[Reason, Applies], ...] = (
    (Reason.TOO_OLD, _too_old),
    (Reason.ANSWERED_BY_PERSON, _answered_by_a_person),
    (Reason.IN_HANDOVER, _in_a_handover),
    (Reason.OPTED_OUT, _opted_out),
)


def route(case: Case) -> Way:
    """The way of this mention. Order: `NEVER`, urgent words, `NOT_BY_THE_BOT`, then its commands, if any:
    switched off, asked too often, and else they are run.
    """
    for reason, applies in NEVER:
        if applies(case):
            return Skip(reason)
    if case.urgent:
        return Urgent()
    for reason, applies in NOT_BY_THE_BOT:
        if applies(case):
            return Skip(reason)
    if not case.found.commands:
        return _without_command(case)
    return _with_commands(case)


def _at_hand(case: Case) -> list[Call]:
    """The commands that are switched on."""
    return [call for call in case.found.commands if call.command not in case.book.off]


def _while_handed_over(case: Case) -> list[Call]:
    return [call for call in _at_hand(case) if case.book.rules[call.command].while_handed_over]


def _with_commands(case: Case) -> Way:
    calls = _at_hand(case)
    if not calls:
        return Skip(Reason.SWITCHED_OFF)
    after_start: tuple[str, ...] = ()
    if case.handed_over:
        calls = _while_handed_over(case)
    if case.standing.stopped:
        after_start = _names(case, (one for one in calls if not case.book.rules[one.command].after_stop))
        calls = [call for call in calls if case.book.rules[call.command].after_stop]
    free = {call.command: _free_again(case, call.command) for call in calls}
    allowed = tuple(call for call in calls if free[call.command] is None)
    if allowed:
        later = (one for one in case.found.commands if one.command in case.book.off or free.get(one.command))
        not_now = () if case.handed_over or case.standing.stopped else _names(case, later)
        return Run(allowed, case.found.unread, not_now, after_start)
    again = max(at for at in free.values() if at is not None)
    return TooMany(tuple(free), again, tell=not _told_already(case, free))


def _names(case: Case, calls: Iterable[Call]) -> tuple[str, ...]:
    return tuple(case.book.rules[call.command].hashtags[0] for call in calls)


def _free_again(case: Case, command: str) -> datetime | None:
    """When the person may use the command again; None: now. Ways to a person and out are never closed."""
    rules = case.book.rules[command]
    if rules.after_stop or rules.while_handed_over or not case.policy.limits or case.is_probe:
        return None
    of_command = [at for name, at in case.standing.asked if name == command]
    waits = [next_allowed(rules.at_most, of_command, case.now)]
    if case.policy.person_limit is not None:
        waits.append(next_allowed(case.policy.person_limit, [at for _, at in case.standing.asked], case.now))
    return max((at for at in waits if at is not None), default=None)


def _told_already(case: Case, commands: Iterable[str]) -> bool:
    """Whether they were told within the time that these limits count: once is enough."""
    told = case.standing.told_too_many_at
    counted = [case.book.rules[command].at_most.per for command in commands]
    if case.policy.person_limit is not None:
        counted.append(case.policy.person_limit.per)
    return told is not None and case.now - told < max(counted)


def _without_command(case: Case) -> Way:
    newest = case.standing.next_awaited if case.incoming.is_message else None
    if newest is not None:
        ticket = next((one for one in case.standing.tickets if one.id == newest.ticket_id), None)
        if newest.ticket_id is None:
            return Resume(newest)
        if ticket is not None:
            return FollowUp(ticket, newest)
    if case.found.suggestion is not None and _may_suggest(case):
        return Suggest(case.found.suggestion)
    found = _ticket_of_conversation(case)
    if found is not None and (case.incoming.is_message or case.around.replies_to_ours):
        return FollowUp(found)
    if case.incoming.is_message and _help_line_is_due(case):
        return HelpLine()
    return Skip(Reason.NO_COMMAND)


def _may_suggest(case: Case) -> bool:
    """Whether suggestions are switched on and this person has not had as many answers as one may have."""
    limit = case.policy.person_limit
    if not case.policy.suggestions:
        return False
    if limit is None or not case.policy.limits:
        return True
    return next_allowed(limit, [at for _, at in case.standing.asked], case.now) is None


def _ticket_of_conversation(case: Case) -> OpenTicketOf | None:
    """The open ticket our post replied to belongs to; else the person's newest open one."""
    tickets = case.standing.tickets
    under = (ticket for ticket in tickets if ticket.id == case.around.ticket_replied_to)
    return next(under, None) or next(iter(tickets), None)


def _help_line_is_due(case: Case) -> bool:
    last = case.standing.help_line_at
    return last is None or case.now - last >= HELP_LINE_EVERY
