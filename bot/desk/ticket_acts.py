"""What a colleague can do with a ticket or a hand-over: reply, close, assign, release."""

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Act, Desk, called, note, person_of
from bot.desk.replying import Reply, reply, told_when
from commands.references import in_order
from storage import mentions
from storage.mentions import MentionRow
from storage.promises import handovers, tickets
from storage.promises.handovers import HandoverRow
from storage.promises.tickets import TicketRow
from storage.states import Channel, HandoverState, TicketState


def reply_on_ticket(desk: Desk, reference: str, text: str, *, by: str, channel: Channel | None = None) -> Act:
    """Answers the person who opened a ticket. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        ticket = _ticket(desk, connection, reference)
        person = person_of(desk, connection, ticket.person_id)
        about = _newest_mention(desk, connection, ticket)
        delivery_id = reply(desk, connection, Reply(person, text, by, channel, about=about))
        sentence = f"Delivery {delivery_id} to {called(person)}. {told_when(desk, connection)}"
        return Act(sentence, f"ticket:{ticket.reference}", {"delivery": delivery_id})

    return desk.write(work)


def close_ticket(desk: Desk, reference: str, *, by: str) -> Act:
    """Nothing more is to be done about it; the person is not told. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        ticket = _ticket(desk, connection, reference)
        if ticket.state == TicketState.CLOSED:
            raise desk_errors.closed_already(ticket.reference)
        tickets.move(connection, desk.brand_id, ticket.id, TicketState.CLOSED, desk.now())
        note(desk, connection, "ticket closed", f"ticket:{ticket.reference}", by=by)
        return Act(f"Ticket {ticket.reference} is closed.", f"ticket:{ticket.reference}")

    return desk.write(work)


def assign_ticket(desk: Desk, reference: str, to: str, *, by: str) -> Act:
    """Gives a ticket to a colleague; to oneself when nobody is named. Raises: OperatorError."""
    whom = to.strip() or by

    def work(connection: Connection) -> Act:
        ticket = _ticket(desk, connection, reference)
        tickets.assign(connection, desk.brand_id, ticket.id, whom)
        note(desk, connection, "ticket assigned", f"ticket:{ticket.reference}", by=by, to=whom)
        return Act(f"Ticket {ticket.reference} is with {whom}.", f"ticket:{ticket.reference}")

    return desk.write(work)


def reply_in_handover(
    desk: Desk, handover_id: int, text: str, *, by: str, channel: Channel | None = None
) -> Act:
    """Answers somebody a colleague is in charge of; the bot stays silent for another day.

    Raises: OperatorError.
    """

    def work(connection: Connection) -> Act:
        handover = _handover(desk, connection, handover_id)
        if handover.state != HandoverState.OPEN:
            raise desk_errors.released_already(handover_id)
        person = person_of(desk, connection, handover.person_id)
        delivery_id = reply(desk, connection, Reply(person, text, by, channel))
        sentence = f"Delivery {delivery_id} to {called(person)}. {told_when(desk, connection)}"
        return Act(sentence, f"handover:{handover_id}", {"delivery": delivery_id})

    return desk.write(work)


def release_handover(desk: Desk, handover_id: int, *, by: str) -> Act:
    """Gives a customer back to the bot. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        handover = _handover(desk, connection, handover_id)
        if not handovers.release(connection, desk.brand_id, handover_id, by=by, now=desk.now()):
            raise desk_errors.released_already(handover_id)
        person = person_of(desk, connection, handover.person_id)
        note(desk, connection, "handover released", f"handover:{handover_id}", by=by)
        return Act(f"The bot answers {called(person)} again.", f"handover:{handover_id}")

    return desk.write(work)


def _ticket(desk: Desk, connection: Connection, reference: str) -> TicketRow:
    wanted = in_order(reference)
    found = tickets.by_reference(connection, desk.brand_id, [wanted]).get(wanted)
    if found is None:
        raise desk_errors.no_such("ticket", reference, listing="tickets")
    return found


def _handover(desk: Desk, connection: Connection, handover_id: int) -> HandoverRow:
    found = handovers.find(connection, desk.brand_id, [handover_id]).get(handover_id)
    if found is None:
        raise desk_errors.no_such("hand-over", str(handover_id), listing="handovers")
    return found


def _newest_mention(desk: Desk, connection: Connection, ticket: TicketRow) -> MentionRow | None:
    newest = tickets.newest_mention(connection, ticket.id)
    return None if newest is None else mentions.find(connection, desk.brand_id, [newest]).get(newest)
