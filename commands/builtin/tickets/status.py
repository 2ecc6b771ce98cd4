"""#status: how a ticket stands. Only the account that opened it is told; to all others no ticket exists."""

from commands.api import (
    Channel,
    Context,
    Example,
    Given,
    Plan,
    Public,
    PublicWords,
    Request,
    Risk,
    TicketCard,
    command,
)
from commands.references import find_reference, seems_reference


@command(
    "status",
    risk=Risk.READ,
    examples=[
        Example(
            "@BrightTel #status BT-7KQ2-4",
            as_="ben",
            given=Given(open_ticket="BT-7KQ2-4"),
            public_contains=("BT-7KQ2-4", "open"),
        ),
        Example(
            "@BrightTel #status", as_="ben", given=Given(open_ticket="BT-7KQ2-4"), public_contains="BT-7KQ2-4"
        ),
        Example(
            "@BrightTel #status BT-7KQ2-4",
            as_="mallory",
            given=Given(somebody_elses_ticket="BT-7KQ2-4"),
            public_contains="no ticket with that reference",
            help=False,
        ),
        Example(
            "@BrightTel #status BT-7KQ2-4",
            as_="mallory",
            public_contains="no ticket with that reference",
            help=False,
        ),
        Example("@BrightTel #status", as_="mallory", public_contains="no ticket", help=False),
        Example(
            "#status bt7kq24",
            as_="ben",
            dm=True,
            given=Given(open_ticket="BT-7KQ2-4"),
            private_contains=("BT-7KQ2-4", "#"),
            help=False,
        ),
    ],
)
def status(request: Request, context: Context) -> Plan:
    asked = find_reference(request.arguments, request.brand.ticket_prefix)
    if asked is None and seems_reference(request.arguments, request.brand.ticket_prefix):
        return Plan(public=context.words.public("not found"))
    ticket = context.own_ticket(asked)
    if ticket is None:
        return Plan(public=context.words.public("not found" if asked else "none"))
    if request.asked is Channel.PUBLIC:
        return Plan(public=_in_short(ticket, context))
    return Plan(private=context.words.private("details", ticket=ticket))


def _in_short(ticket: TicketCard, context: Context) -> PublicWords:
    """Reference, state and promised time, and nothing else: everybody reads along."""
    return context.words.public(
        "short",
        reference=Public(ticket.reference),
        state=Public(ticket.state.value),
        due=Public(ticket.due_at),
    )
