"""Writes what was found at X after a backup was put back: answers as sent, their mentions as answered, their
price into the ledger.

Every function takes part in the caller's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy.engine import Connection

from bot.flow.decide.decision import Decision
from bot.flow.outgoing import by_hand
from bot.x.price_list import PriceList
from commands.text import would_link
from storage import deliveries, journal, mentions, people
from storage.states import Channel
from storage.upkeep import ledger


def record(
    connection: Connection,
    brand_id: str,
    prices: PriceList,
    decisions: Sequence[Decision],
    ids: Mapping[int, Sequence[int]],
    now: datetime,
) -> None:
    """The deliveries of these decisions (their ids by mention) are what X shows: nothing of them leaves."""
    entries = []
    for decision in decisions:
        free = [found for found in decision.adopted if found.is_free]
        made = ids.get(decision.mention_id, ())
        for delivery_id, one, found in zip(made, decision.deliveries, free, strict=True):
            deliveries.mark_sent(connection, brand_id, delivery_id, found.x_id, "", found.posted_at)
            _book(connection, brand_id, prices, delivery_id, found.channel, found.text, found.posted_at)
            if one.carries_privacy:
                people.privacy_sent(connection, brand_id, [decision.person_id], found.posted_at)
        for found in decision.adopted:
            detail = {"x_id": found.x_id, "why": "a backup was put back"}
            subject = f"person:{decision.person_id}"
            entries.append(journal.Entry("found at X", decision.mention_id, subject, detail))
        mentions.answered(connection, [decision.mention_id], decision.adopted[0].posted_at)
    journal.write(connection, brand_id, entries, now)


def found_by(prices: PriceList) -> Callable[[Connection, str, int, str, datetime], None]:
    """What happens when X shows a delivery that still waits here: it was sent, and is paid for if it was
    sent by a run of which this database knows nothing.
    """

    def found(connection: Connection, brand_id: str, delivery_id: int, x_id: str, sent_at: datetime) -> None:
        row = deliveries.find(connection, brand_id, [delivery_id]).get(delivery_id)
        by_hand.has_been_found(connection, brand_id, delivery_id, x_id, sent_at)
        if row is not None and row.attempts == 0:
            _book(connection, brand_id, prices, delivery_id, Channel(row.channel), row.text, sent_at)

    return found


def _book(
    connection: Connection,
    brand_id: str,
    prices: PriceList,
    delivery_id: int,
    channel: Channel,
    text: str,
    at: datetime,
) -> None:
    if channel is Channel.PRIVATE:
        cost = prices.of_message()
    else:
        cost = prices.of_post(has_link=bool(would_link(text)), summoned=True)
    line = ledger.Reservation(cost.item.value, cost.count, cost.micro, is_write=True, delivery_id=delivery_id)
    (line_id,) = ledger.reserve(connection, brand_id, at.astimezone(UTC).date(), [line], at)
    ledger.settle(connection, brand_id, [ledger.Charge(line_id, cost.micro, cost.count)])
