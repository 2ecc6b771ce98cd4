"""Takes an answer that X shows, and that this database has forgotten, for the answer to a mention. Pure.

The mention is decided once more, as of then, so that all that followed from it stands again: the ticket, the
hand-over, a stop. Only nothing is sent: what X shows takes the place of what would have been.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.flow.decide.decision import Decision, NewDelivery
from bot.flow.decide.incoming import FoundAnswer
from bot.flow.restored.our_marks import mark_of, references_in
from storage.states import Channel, Purpose


def adopted(decision: Decision, found: Sequence[FoundAnswer], prefix: str) -> Decision:
    """The decision with the answers found in place of its own. A ticket that they do not name was never
    opened; one that they name is opened under that name.
    """
    answers = _chosen(decision, found)
    free_answers = tuple(one for one in answers if one.is_free)  # the others stand with another mention
    named = [reference for one in answers for reference in references_in(one.text, prefix)]
    free = [reference for reference in dict.fromkeys(named) if reference not in decision.added_to]
    renamed = {ticket.reference: name for ticket, name in zip(decision.tickets, free, strict=False)}
    tickets = [ticket for ticket in decision.tickets if ticket.reference in renamed]
    gone = {ticket.reference for ticket in decision.tickets} - renamed.keys()
    return replace(
        decision,
        deliveries=tuple(_as_it_was(decision, one, prefix) for one in free_answers),
        adopted=answers,
        tickets=tuple(replace(ticket, reference=renamed[ticket.reference]) for ticket in tickets),
        pendings=tuple(
            replace(one, reference=renamed.get(one.reference or "", one.reference))
            for one in decision.pendings
            if one.reference not in gone
        ),
        withdraws=(),
    )


def _chosen(decision: Decision, found: Sequence[FoundAnswer]) -> tuple[FoundAnswer, ...]:
    """One for each channel on which it would have been answered, or else the first there is.

    One that no other mention was answered with comes first.
    """
    chosen = []
    for channel in {delivery.channel: None for delivery in decision.deliveries}:
        there = [one for one in found if one.channel is channel]
        if there:
            chosen.append(min(there, key=lambda one: (not one.is_free, int(one.x_id))))
    return tuple(chosen) or (min(found, key=lambda one: (not one.is_free, int(one.x_id))),)


def _as_it_was(decision: Decision, one: FoundAnswer, prefix: str) -> NewDelivery:
    mark = mark_of(one.text, prefix) or "" if one.channel is Channel.PUBLIC else ""
    alike = next((delivery for delivery in decision.deliveries if delivery.channel is one.channel), None)
    if alike is not None:
        return replace(alike, text=one.text, mark=mark, instead={})
    return NewDelivery(
        channel=one.channel,
        purpose=Purpose.ANSWER,
        text=one.text,
        mark=mark,
        reply_to_id=decision.x_id if one.channel is Channel.PUBLIC else None,
        command=" ".join(decision.commands),
    )
