"""What a colleague can do about sending: one delivery's fate, and all sending at once."""

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Act, Desk, note
from bot.flow.outgoing import by_hand
from storage import deliveries
from storage.deliveries import DeliveryRow
from storage.states import DeliveryState
from storage.upkeep import brand


def mark_sent(desk: Desk, delivery_id: int, x_id: str, *, by: str) -> Act:
    """Notes that X has a delivery, because a colleague saw it there. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        row, now = _delivery(desk, connection, delivery_id), desk.now()
        if not by_hand.has_been_sent(connection, desk.brand_id, row.id, now, x_id.strip() or None):
            raise desk_errors.delivery_is_over(delivery_id, row.state)
        _noted(desk, connection, row, "marked as sent", by)
        return Act(f"Delivery {delivery_id} counts as sent.", f"delivery:{delivery_id}")

    return desk.write(work)


def retry(desk: Desk, delivery_id: int, *, by: str) -> Act:
    """Sends a delivery once more, the same bytes. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        if not desk.sending:
            raise desk_errors.sending_off()
        row = _delivery(desk, connection, delivery_id)
        if not by_hand.send_again(connection, desk.brand_id, row.id):
            raise desk_errors.delivery_is_over(delivery_id, row.state)
        _noted(desk, connection, row, "queued again", by)
        return Act(f"Delivery {delivery_id} is sent once more.", f"delivery:{delivery_id}")

    return desk.write(work)


def drop(desk: Desk, delivery_id: int, *, by: str) -> Act:
    """Gives a delivery up. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        row = _delivery(desk, connection, delivery_id)
        if not by_hand.drop(connection, desk.brand_id, row.id):
            raise desk_errors.delivery_is_over(delivery_id, row.state)
        _noted(desk, connection, row, "dropped", by)
        return Act(f"Delivery {delivery_id} is not sent any more.", f"delivery:{delivery_id}")

    return desk.write(work)


def pause(desk: Desk, *, by: str) -> Act:
    """Holds everything that has not left, at once; calls under way end."""

    def work(connection: Connection) -> Act:
        brand.pause_sending(connection, desk.brand_id, by=by, now=desk.now())
        held = deliveries.hold(connection, desk.brand_id)
        note(desk, connection, "sending paused", "sending", by=by, held=held)
        return Act(f"Sending is paused; {held} deliveries are held.", "sending", {"held": held})

    return desk.write(work)


def resume(desk: Desk, *, by: str) -> Act:
    """Sends again; what was held and is too old by now is dropped."""

    def work(connection: Connection) -> Act:
        now, up_to = desk.now(), desk.policy.answer_up_to
        since = now - up_to if up_to is not None else brand.find(connection, desk.brand_id).first_started_at
        brand.resume_sending(connection, desk.brand_id)
        queued, dropped = deliveries.release(connection, desk.brand_id, since)
        note(desk, connection, "sending resumed", "sending", by=by, queued=queued, dropped=dropped)
        sentence = f"Sending goes on: {queued} deliveries leave, {dropped} were too old and are dropped."
        return Act(sentence, "sending", {"queued": queued, "dropped": dropped})

    return desk.write(work)


def _delivery(desk: Desk, connection: Connection, delivery_id: int) -> DeliveryRow:
    found = deliveries.find(connection, desk.brand_id, [delivery_id]).get(delivery_id)
    if found is None:
        raise desk_errors.no_such("delivery", str(delivery_id), listing="deliveries")
    if found.state == DeliveryState.SENDING:
        raise desk_errors.delivery_is_over(delivery_id, "being sent just now")
    return found


def _noted(desk: Desk, connection: Connection, row: DeliveryRow, what: str, by: str) -> None:
    note(desk, connection, what, f"delivery:{row.id}", by=by, mention_id=row.mention_id, was=row.state)
