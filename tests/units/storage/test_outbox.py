"""The outbox: lanes in order, calls known before they leave, outcomes only from who holds the row."""

from datetime import datetime, timedelta

import pytest

from storage import deliveries, outbox
from storage.database import Database
from storage.outbox import Outcome
from storage.states import Channel, DeliveryState


@pytest.fixture
def enqueue(database: Database, brand: str, noon: datetime):
    def put(*new: outbox.NewDelivery) -> list[int]:
        return database.write(lambda connection: outbox.enqueue(connection, brand, new, noon))

    return put


@pytest.fixture
def send(database: Database, brand: str, noon: datetime):
    def take(channel: Channel = Channel.PUBLIC, now_ms: int = 1000, at_most: int = 10):
        return database.write(
            lambda connection: outbox.claim(
                connection,
                brand,
                "sender",
                channel,
                now=noon,
                now_ms=now_ms,
                lease_ms=500,
                at_most=at_most,
            )
        )

    return take


@pytest.fixture
def record(database: Database):
    def write(*outcomes: Outcome) -> set[int]:
        return database.write(lambda connection: outbox.record(connection, outcomes))

    return write


@pytest.fixture
def row(database: Database, brand: str):
    def read(delivery_id: int) -> deliveries.DeliveryRow:
        return database.read(lambda connection: deliveries.find(connection, brand, [delivery_id]))[
            delivery_id
        ]

    return read


def test_ids_come_back_in_the_order_given(enqueue, reply) -> None:
    ids = enqueue(*[reply(f"person{n}") for n in range(30)])

    assert ids == sorted(ids)
    assert len(set(ids)) == 30


@pytest.mark.parametrize("state", ["sending", "unsure", "later", "queued"])
def test_nothing_leaves_before_what_was_enqueued_earlier_in_its_lane(
    enqueue, reply, send, record, noon, state
) -> None:
    first, second = enqueue(reply(), reply())
    (claimed,) = send()
    if state != "sending":
        record(Outcome(first, claimed.fence, DeliveryState(state), not_before_at=noon, due_ms=10**9))

    assert send() == []

    assert second != claimed.id == first


@pytest.mark.parametrize("state", ["sent", "refused", "dropped"])
def test_the_next_of_a_lane_leaves_when_the_one_before_is_settled(
    enqueue, reply, send, record, state
) -> None:
    first, second = enqueue(reply(), reply())
    (claimed,) = send()

    record(Outcome(first, claimed.fence, DeliveryState(state)))

    assert [delivery.id for delivery in send()] == [second]


def test_a_private_answer_does_not_wait_for_a_public_one(enqueue, reply, send) -> None:
    public, private = enqueue(reply(), reply(channel=Channel.PRIVATE))
    send()

    assert [delivery.id for delivery in send(Channel.PRIVATE)] == [private]
    assert public != private


def test_what_a_person_decides_no_longer_holds_up_its_lane(enqueue, reply, send, record) -> None:
    first, second = enqueue(reply(), reply())
    (claimed,) = send()

    record(Outcome(first, claimed.fence, DeliveryState.UNSURE, reason=outbox.FOR_A_PERSON))

    assert [delivery.id for delivery in send()] == [second]


def test_a_claim_is_on_record_before_the_call(enqueue, reply, send, row, noon) -> None:
    (delivery_id,) = enqueue(reply())

    (claimed,) = send()

    stands = row(delivery_id)
    assert (stands.state, stands.attempts, stands.first_call_at) == ("sending", 1, noon)
    assert claimed.lease_until_ms == 1500


def test_only_the_holder_of_the_fence_records(database, brand, enqueue, reply, send, record, row) -> None:
    (delivery_id,) = enqueue(reply())
    (claimed,) = send()
    swept = database.write(lambda connection: outbox.sweep(connection, brand, 1501))

    written = record(Outcome(delivery_id, claimed.fence, DeliveryState.SENT, x_id="77"))

    assert swept == [delivery_id]
    assert written == set()
    assert (row(delivery_id).state, row(delivery_id).unknown_fate) == ("unsure", True)


def test_a_call_that_never_left_is_no_attempt(enqueue, reply, send, record, row) -> None:
    (delivery_id,) = enqueue(reply())
    (claimed,) = send()

    record(Outcome(delivery_id, claimed.fence, DeliveryState.QUEUED, never_left=True))

    assert (row(delivery_id).state, row(delivery_id).attempts) == ("queued", 0)


def test_one_worker_at_a_time_looks_for_a_delivery_of_unknown_fate(
    database, brand, enqueue, reply, send
) -> None:
    (delivery_id,) = enqueue(reply())
    send()
    database.write(lambda connection: outbox.sweep(connection, brand, 2000))

    def look(now_ms: int) -> list[int]:
        claimed = database.write(
            lambda c: outbox.claim_unsure(c, brand, "looker", now_ms=now_ms, lease_ms=500, at_most=5)
        )
        return [delivery.id for delivery in claimed]

    assert look(2000) == [delivery_id]
    assert look(2100) == []
    assert look(2500) == [delivery_id]  # the first looker never came back


def test_what_is_held_until_a_time_is_queued_when_it_comes(
    database, brand, noon, enqueue, reply, send, record, row
) -> None:
    (delivery_id,) = enqueue(reply())
    (claimed,) = send()
    record(
        Outcome(delivery_id, claimed.fence, DeliveryState.LATER, not_before_at=noon + timedelta(minutes=15))
    )

    early = database.write(lambda c: outbox.wake(c, brand, noon + timedelta(minutes=14)))
    late = database.write(lambda c: outbox.wake(c, brand, noon + timedelta(minutes=15)))

    assert (early, late, row(delivery_id).state) == (0, 1, "queued")


def test_a_pause_holds_and_a_resume_sends_only_what_is_young_enough(
    database, brand, noon, stored, post, enqueue, reply, row
) -> None:
    stored(post(1, posted_at=noon - timedelta(hours=30)), post(2, "ben"))
    old, young, loose = enqueue(reply(mention_id=1), reply("ben", mention_id=2), reply("carys"))

    held = database.write(lambda connection: deliveries.hold(connection, brand))
    states = [row(delivery_id).state for delivery_id in (old, young, loose)]
    resumed = database.write(lambda c: deliveries.release(c, brand, noon - timedelta(hours=24)))

    assert held == 3
    assert states == ["later"] * 3
    assert resumed == (2, 1)
    assert (row(old).state, row(old).reason, row(young).state) == ("dropped", "too old", "queued")


def test_a_stop_drops_what_waits_but_not_its_own_confirmation(database, brand, enqueue, reply, row) -> None:
    answer, confirmation = enqueue(reply(), reply(despite_stop=True))

    database.write(lambda c: deliveries.drop_for(c, brand, "ana", deliveries.STOPPED))

    assert (row(answer).state, row(confirmation).state) == ("dropped", "queued")


def test_what_is_sent_cannot_be_dropped_or_sent_again(database, brand, enqueue, reply, send, record) -> None:
    (delivery_id,) = enqueue(reply())
    (claimed,) = send()
    record(Outcome(delivery_id, claimed.fence, DeliveryState.SENT, x_id="7"))

    assert database.write(lambda c: deliveries.drop(c, brand, [delivery_id], "by hand")) == []
    assert not database.write(lambda c: deliveries.send_again(c, brand, delivery_id))


def test_our_own_posts_are_known_by_the_ids_x_gave_them(
    database, brand, enqueue, reply, send, record
) -> None:
    (delivery_id,) = enqueue(reply(reply_to_id="5", mark="12:00:01"))
    (claimed,) = send()
    record(Outcome(delivery_id, claimed.fence, DeliveryState.SENT, x_id="7"))

    ours = database.read(lambda connection: deliveries.ours(connection, brand, ["7", "8"]))
    under = database.read(lambda connection: deliveries.under(connection, brand, ["5"]))

    assert [row.id for row in ours.values()] == [delivery_id]
    assert deliveries.public_reply_used(under["5"])


def test_a_mark_is_taken_for_the_day(database, brand, noon, enqueue, reply) -> None:
    enqueue(reply(mark="12:00:01"))

    taken = database.read(lambda c: deliveries.marks_taken(c, brand, ["12:00:01", "12:00:02"], noon))
    tomorrow = database.read(
        lambda c: deliveries.marks_taken(c, brand, ["12:00:01"], noon + timedelta(days=1))
    )

    assert (taken, tomorrow) == ({"12:00:01"}, set())
