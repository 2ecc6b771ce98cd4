"""Invokes one command: may this person use it, what does it plan, may the plan leave?"""

from commands.accounts import AccountsUnavailable
from commands.api import Context, Request
from commands.loading.command_files import Command
from commands.plan import BadPlan, Plan, check
from commands.refusals import accounts_unavailable, not_linked
from commands.wording.sentences import Sentences


def answer(
    command: Command, request: Request, context: Context, say: Sentences, *, links_allowed: bool = False
) -> Plan:
    """The plan, checked. A refusal with the next step where the person or the account source cannot.

    Raises:
        BadPlan: the command's plan must not leave.
        Exception: whatever the command raises; either way it is a crash of ours, see `refusals.holding`.
    """
    if command.rules.needs_link and not request.person.linked:
        return not_linked(request, say)
    try:
        plan = command.declared(request, context)
    except AccountsUnavailable:
        return accounts_unavailable(request, say, command.name, only_linked=command.rules.needs_link)
    if not isinstance(plan, Plan):
        raise BadPlan(f"#{command.name} returned {type(plan).__name__} and not a plan")
    return check(plan, links_allowed=links_allowed)
