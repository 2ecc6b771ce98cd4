"""Kind sentences with the next step, where a command cannot or may not answer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from commands.api import Context, Limit, Request
from commands.plan import AddToTicket, OpenTicket, Plan
from commands.wording.sentences import Sentences

# Within how much opening time a person looks at what failed here.
FAULT_ANSWERED_WITHIN = timedelta(hours=4)


def not_linked(request: Request, say: Sentences) -> Plan:
    """The next step for somebody whose X account is not linked; it is told by direct message."""
    return Plan(private=say.not_linked(request.person.lang))


def accounts_unavailable(
    request: Request, say: Sentences, command: str, *, only_linked: bool = False
) -> Plan:
    """The account source cannot answer; `command` is named without `#`.

    `only_linked`: somebody who is not linked never gets this far, so that in public it would tell who is.
    """
    plan = Plan(public=say.accounts_unavailable(request.person.lang, [command]))
    return _privately(plan) if only_linked else plan


def too_many(request: Request, say: Sentences, again: datetime) -> Plan:
    """The person has asked as often as they may until `again`."""
    return Plan(public=say.too_many(request.person.lang, again))


def next_allowed(limit: Limit, uses: Sequence[datetime], now: datetime) -> datetime | None:
    """When one more request is allowed; None when it is now. `uses` are earlier ones, in any order."""
    recent = sorted(use for use in uses if use > now - limit.per)
    return recent[-limit.times] + limit.per if len(recent) >= limit.times else None


def holding(request: Request, context: Context, say: Sentences, *, only_linked: bool = False) -> Plan:
    """A command failed here: a ticket tells a person, or is added to while it is open. Nothing is asked.

    `only_linked`: as for `accounts_unavailable`.
    """
    plan = _holding(request, context, say)
    return _privately(plan) if only_linked else plan


def _holding(request: Request, context: Context, say: Sentences) -> Plan:
    lang, ticket = request.person.lang, context.open_ticket()
    if ticket is not None:
        return Plan(
            public=say.follow_up(lang, ticket.reference, ticket.due_at), ticket=AddToTicket(ticket.reference)
        )
    reference, due = context.next_reference(), context.promise(FAULT_ANSWERED_WITHIN)
    return Plan(public=say.holding(lang, reference, due), ticket=OpenTicket(request.command, reference, due))


def _privately(plan: Plan) -> Plan:
    """The same told by direct message: in public there is the invitation that everybody gets."""
    return plan if plan.public is None else replace(plan, public=None, private=plan.public.privately())
