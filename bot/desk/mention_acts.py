"""What a colleague can do with a mention: reply, make a ticket of it, have it decided again, or skip it.

It is named by its X id, or by the number that logs carry.
"""

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Act, Desk, called, note, person_of
from bot.desk.replying import Reply, reply, told_when
from bot.flow.context import free_reference
from commands.hours import NeverOpen
from commands.refusals import FAULT_ANSWERED_WITHIN
from storage import deliveries, mentions
from storage.mentions import MentionRow
from storage.promises import tickets
from storage.states import Channel, DeliveryState, MentionState, Purpose, Reason

BY_HAND = "by hand"  # the command of a ticket that a colleague opens for a mention without one
RETRIED = "retried by hand"
_OVER = frozenset({DeliveryState.DROPPED, DeliveryState.REFUSED})


def reply_to(desk: Desk, given: str, text: str, *, by: str, channel: Channel | None = None) -> Act:
    """Answers in a colleague's own words; the bot answers this mention no more, and what of its answer has
    not left is dropped. Raises: OperatorError.
    """

    def work(connection: Connection) -> Act:
        row = _mention(desk, connection, given)
        person = person_of(desk, connection, row.author_id)
        made = deliveries.of_mentions(connection, desk.brand_id, [row.id]).get(row.id, [])
        waiting = [one.id for one in made if one.surely_waits and one.purpose != Purpose.PERSON]
        delivery_id = reply(desk, connection, Reply(person, text, by, channel, about=row))
        deliveries.drop(connection, desk.brand_id, waiting, Reason.ANSWERED_BY_PERSON.value)
        if row.state != MentionState.DONE:
            mentions.set_aside(connection, desk.brand_id, row.id, Reason.ANSWERED_BY_PERSON, desk.now())
        sentence = f"Delivery {delivery_id} to {called(person)}. {told_when(desk, connection)}"
        return Act(sentence, f"mention:{row.x_id}", {"delivery": delivery_id})

    return desk.write(work)


def ticket_for(desk: Desk, given: str, *, by: str) -> Act:
    """Opens a ticket for a mention, or adds it to the person's open one of the same command.

    The person is not told. Raises: OperatorError.
    """
    reference = free_reference(desk.house)

    def work(connection: Connection) -> Act:
        row, now = _mention(desk, connection, given), desk.now()
        command = row.commands.split()[0] if row.commands else BY_HAND
        live = tickets.live_of(connection, desk.brand_id, [row.author_id]).get(row.author_id, [])
        standing = next((ticket for ticket in live if ticket.command == command), None)
        if standing is None:
            try:
                due_at = desk.house.calendar.after(now, FAULT_ANSWERED_WITHIN)
            except NeverOpen:
                due_at = None
            new = tickets.NewTicket(reference, command, row.author_id, due_at)
            ticket_id, named = tickets.open_(connection, desk.brand_id, new, now), reference
        else:
            ticket_id, named = standing.id, standing.reference
        tickets.add(connection, desk.brand_id, ticket_id, row.id, now)
        if row.state != MentionState.DONE:
            mentions.set_aside(connection, desk.brand_id, row.id, Reason.FOLLOW_UP, now)
        what = "ticket opened" if standing is None else "added to ticket"
        note(desk, connection, what, f"ticket:{named}", by=by, mention_id=row.id)
        return Act(f"{what.capitalize()} {named}.", f"mention:{row.x_id}", {"ticket": named})

    return desk.write(work)


def retry(desk: Desk, given: str, *, by: str) -> Act:
    """Has the bot decide a mention again, as if it had just come. Raises: OperatorError.

    The holding reply of a parked one is dropped, if it has not left: otherwise that was its answer.
    """

    def work(connection: Connection) -> Act:
        row = _mention(desk, connection, given)
        made = deliveries.of_mentions(connection, desk.brand_id, [row.id]).get(row.id, [])
        standing = {delivery.id for delivery in made if delivery.state not in _OVER}
        if row.state == MentionState.PARKED:
            unsent = [delivery.id for delivery in made if delivery.surely_waits]
            standing -= set(deliveries.drop(connection, desk.brand_id, unsent, RETRIED))
        if standing:
            raise desk_errors.answered_already(row.x_id)
        if not mentions.take_again(connection, desk.brand_id, row.id):
            raise desk_errors.being_handled(row.x_id)
        note(desk, connection, "retried", f"mention:{row.x_id}", by=by, mention_id=row.id)
        return Act("The bot decides it again now.", f"mention:{row.x_id}")

    return desk.write(work)


def skip(desk: Desk, given: str, *, by: str) -> Act:
    """Leaves a mention unanswered; what waits to be sent for it is dropped. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        row = _mention(desk, connection, given)
        made = deliveries.of_mentions(connection, desk.brand_id, [row.id]).get(row.id, [])
        waiting = [one.id for one in made if one.state in (DeliveryState.QUEUED, DeliveryState.LATER)]
        dropped = deliveries.drop(connection, desk.brand_id, waiting, Reason.BY_HAND.value)
        aside = mentions.set_aside(connection, desk.brand_id, row.id, Reason.BY_HAND, desk.now())
        if not aside and not dropped:
            raise desk_errors.decided_already(row.x_id)
        if not any(one.may_have_left for one in made):
            mentions.left_unanswered(connection, desk.brand_id, [row.id], Reason.BY_HAND)
        note(desk, connection, "skipped", f"mention:{row.x_id}", by=by, mention_id=row.id, dropped=dropped)
        return Act("It gets no answer from the bot.", f"mention:{row.x_id}")

    return desk.write(work)


def _mention(desk: Desk, connection: Connection, given: str) -> MentionRow:
    found = mentions.find_named(connection, desk.brand_id, given)
    if found is None:
        raise desk_errors.no_such("mention", given, listing="mentions")
    return found
