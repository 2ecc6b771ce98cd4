"""What people decide about single deliveries, with all that follows for money and mention.

Every function takes part in the caller's transaction; the caller writes the journal.
"""

from datetime import datetime

from sqlalchemy.engine import Connection

from bot.flow.outgoing.aftermath import arrived
from storage import deliveries, journal
from storage.upkeep import ledger, purse


def has_been_sent(
    connection: Connection, brand_id: str, delivery_id: int, now: datetime, x_id: str | None = None
) -> bool:
    """A person saw the delivery at X; False if it is known as sent already, or is being sent."""
    purse.hold(connection, brand_id)  # before the delivery
    if not deliveries.mark_sent(connection, brand_id, delivery_id, x_id, "seen at X by a person", now):
        return False
    settle(connection, brand_id, delivery_id, was_sent=True)
    row = deliveries.find(connection, brand_id, [delivery_id])[delivery_id]
    arrived(connection, brand_id, [row], now)
    return True


def has_been_found(
    connection: Connection, brand_id: str, delivery_id: int, x_id: str, sent_at: datetime
) -> None:
    """X shows a delivery that waits to be sent again: an earlier call of it was taken after all."""
    purse.hold(connection, brand_id)  # before the delivery
    if not deliveries.mark_sent(connection, brand_id, delivery_id, x_id, "", sent_at):
        return
    settle(connection, brand_id, delivery_id, was_sent=True)
    row = deliveries.find(connection, brand_id, [delivery_id])[delivery_id]
    arrived(connection, brand_id, [row], sent_at)
    found = journal.Entry("found at X", row.mention_id, f"delivery:{delivery_id}", {"x_id": x_id})
    journal.write(connection, brand_id, [found], sent_at)


def send_again(connection: Connection, brand_id: str, delivery_id: int) -> bool:
    """A person wants the same bytes sent once more; False if it is sent, being sent, or queued already."""
    purse.hold(connection, brand_id)  # before the delivery
    if not deliveries.send_again(connection, brand_id, delivery_id):
        return False
    settle(connection, brand_id, delivery_id, was_sent=False)
    return True


def drop(connection: Connection, brand_id: str, delivery_id: int) -> bool:
    """A person does not want it sent; False if it is sent, being sent, or dropped already."""
    purse.hold(connection, brand_id)  # before the delivery
    if not deliveries.drop(connection, brand_id, [delivery_id], "dropped by a person"):
        return False
    settle(connection, brand_id, delivery_id, was_sent=False)
    return True


def settle(connection: Connection, brand_id: str, delivery_id: int, *, was_sent: bool) -> None:
    """Settles the calls of a delivery whose fate was unknown: at most one was charged, the last still
    open.
    """
    lines = ledger.open_lines_of(connection, brand_id, [delivery_id])
    last = lines[-1][0] if lines and was_sent else None
    charges = [ledger.Charge(line_id, reserved if line_id == last else 0) for line_id, _, reserved in lines]
    ledger.settle(connection, brand_id, charges)
