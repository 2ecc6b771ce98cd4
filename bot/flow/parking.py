"""Decides what becomes of a mention that cannot be handled: a ticket, a person who is rung, a holding reply.

Its commands are not run again, and its words are not searched for any: what was done with it here, receiving
it has survived already.
"""

from dataclasses import replace

import structlog

from bot.clock import Clock
from bot.flow.context import House, free_reference
from bot.flow.decide.decision import Decision, NewTicket
from bot.flow.decider import Decider
from bot.flow.receive import read_row
from commands.hours import NeverOpen
from commands.refusals import FAULT_ANSWERED_WITHIN
from storage.database import StorageTrouble
from storage.inbox import ClaimedMention
from storage.states import MentionKind, Reason

log = structlog.get_logger(__name__)

PARKED_COMMAND = "parked"  # of a ticket for a mention whose commands were never read


class Parking:
    """Decides mentions that are to be set aside."""

    def __init__(self, decider: Decider, house: House, clock: Clock) -> None:
        self._decider = decider
        self._house = house
        self._clock = clock

    def decide(self, row: ClaimedMention) -> Decision:
        """The decision; without a reply where not even that can be decided. Raises: StorageTrouble."""
        ticket = self._ticket(row)
        try:
            incoming = read_row(row, row.text, row.x_json, self._house.brand.id)
            (looked,) = self._decider.look([incoming], unread=True)
            return self._decider.park(looked, ticket)
        except StorageTrouble:
            raise
        except Exception as error:  # the boundary: a person must learn of it all the same
            log.exception("no holding reply", mention=row.id, exc_info=error)
        bare = Decision(row.id, row.x_id, row.author_id, Reason.CRASHED, parked=True)
        return replace(bare, is_message=row.kind == MentionKind.MESSAGE, tickets=(ticket,))

    def _ticket(self, row: ClaimedMention) -> NewTicket:
        commands = row.commands.split()
        try:
            due_at = self._house.calendar.after(self._clock.now(), FAULT_ANSWERED_WITHIN)
        except NeverOpen:
            due_at = None
        reference = free_reference(self._house)
        command = commands[0] if commands else PARKED_COMMAND
        return NewTicket(reference, command, due_at, urgent=True, is_fault=True)
