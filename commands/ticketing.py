"""What every command that opens a ticket does alike. Its words say what they are about.

The command's Markdown file has the sections `opened`, `opened briefly`, `opened by message`, `added`, `added
briefly` and `added by message`. All may name `reference` and `due`; `opened` ends in the reference, which
makes the post unlike any other.
"""

from datetime import timedelta

from commands.api import AddToTicket, AskPrivately, Context, OpenTicket, Plan, Public, Request


def open_or_add(request: Request, context: Context, *, answer_within: timedelta) -> Plan:
    """Opens a ticket, or adds to the person's open one of this command. Details are asked privately.

    `answer_within` counts in opening hours.
    """
    ticket = context.open_ticket()
    if ticket is not None:
        due = ticket.due_at or context.promise(answer_within)
        return _plan(context, "added", ticket.reference, Public(due), AddToTicket(ticket.reference))
    reference, due = context.next_reference(), context.promise(answer_within)
    return _plan(context, "opened", reference, Public(due), OpenTicket(request.command, reference, due))


def _plan(
    context: Context, section: str, reference: str, due: Public[object], ticket: OpenTicket | AddToTicket
) -> Plan:
    words, named = context.words, Public(reference)
    return Plan(
        public=words.public(section, reference=named, due=due),
        brief=words.public(f"{section} briefly", reference=named, due=due),
        by_message=words.private(f"{section} by message", reference=named, due=due),
        ticket=ticket,
        ask=AskPrivately(reference),
    )
