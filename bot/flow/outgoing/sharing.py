"""Shares out the calls that X's windows leave among what is about to be sent, the most urgent first.

Every function takes part in the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.flow.decide.decision import USUAL
from bot.flow.outgoing.leaving import ROUTES
from bot.x.budget import Budget
from storage.outbox import ClaimedDelivery
from storage.scarcity import contenders
from storage.states import Channel
from storage.upkeep.windows import UnderWay

Batch = list[ClaimedDelivery]


def share_out(
    connection: Connection, budget: Budget, brand_id: str, fit: Sequence[ClaimedDelivery], now: datetime
) -> tuple[Batch, Batch]:
    """Those for whom their route has a call left, by rank, in which order they are also paid for; and those
    without.
    """
    allowed: Batch = []
    without: Batch = []
    for channel, route in ROUTES.items():
        of_channel = [delivery for delivery in fit if delivery.channel == channel]
        others = calls_under_way(connection, brand_id, channel, [delivery.id for delivery in of_channel])
        first = [delivery for delivery in of_channel if delivery.priority < USUAL]
        rest = [delivery for delivery in of_channel if delivery.priority >= USUAL]
        # What is urgent may stand behind others of its lane, and leaves after them: calls are kept for it.
        keep = contenders.more_urgent(connection, brand_id, channel, USUAL) if rest else 0
        for wanted, kept in ((first, 0), (rest, keep)):
            if wanted:
                calls = budget.take_calls(connection, route, len(wanted), now, keep=kept, under_way=others)
                allowed += wanted[:calls]
                without += wanted[calls:]
    return sorted(allowed, key=lambda delivery: delivery.rank), without


def calls_under_way(
    connection: Connection, brand_id: str, channel: Channel, besides: Sequence[int]
) -> UnderWay:
    """Counts the calls of a channel that have left and were not answered yet, when it is asked."""
    return lambda: contenders.under_way(connection, brand_id, channel, besides)
