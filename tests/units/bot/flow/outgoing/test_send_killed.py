"""A sender that is killed, frozen or slow at any boundary, and two of them at once: nothing twice, nothing
lost.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from bot.x.outcomes import NotSent
from storage.upkeep import windows

POSTS = "POST /2/tweets"


def test_a_sender_killed_before_its_call_leaves_nothing_sent_twice(house, claimed, send) -> None:
    delivery = house.answer(house.ask())
    claimed(house.sender())  # and no more of it

    house.lease_clock.advance(timedelta(seconds=31))
    successor = house.sender()
    swept = successor.sweep()
    send(successor)

    assert swept == [delivery]
    assert (house.row(delivery).state, house.row(delivery).unknown_fate) == ("unsure", True)
    assert house.x.posts() == []


def test_a_sender_killed_after_its_call_leaves_it_to_be_looked_up(house, claimed, send) -> None:
    delivery = house.answer(house.ask())
    dead = house.sender()
    dead.call(claimed(dead))

    successor = house.sender()
    successor.sweep(sole=True)
    send(successor)

    assert house.row(delivery).state == "unsure"
    assert len(house.x.posts()) == 1


def test_a_thawed_sender_that_lost_its_lease_does_not_send(house, claimed) -> None:
    house.answer(house.ask())
    frozen = house.sender()
    leaving = claimed(frozen)
    house.lease_clock.advance(timedelta(seconds=31))
    house.sender().sweep()

    finished = frozen.call(leaving)
    frozen.turn([finished], 0)

    assert isinstance(finished.outcome, NotSent)
    assert house.x.calls() == 0


def test_a_call_that_never_left_counts_as_no_attempt_however_late_that_is_told(house, claimed, send) -> None:
    delivery = house.answer(house.ask())
    slow = house.sender()
    leaving = claimed(slow)
    house.lease_clock.advance(timedelta(seconds=31))
    house.sender().sweep()

    slow.turn([slow.call(leaving)], 0)
    back = house.row(delivery)
    send(house.sender())

    assert (back.state, back.attempts, back.unknown_fate) == ("queued", 0, False)
    assert (house.row(delivery).state, len(house.x.posts())) == ("sent", 1)


def test_what_was_looked_for_and_sent_by_another_stays_sent(house, claimed, send) -> None:
    delivery = house.answer(house.ask())
    slow = house.sender()
    leaving = claimed(slow)
    house.lease_clock.advance(timedelta(seconds=31))
    successor = house.sender()
    successor.sweep()
    house.database.write(
        lambda c: c.execute(sa.text("UPDATE deliveries SET state = 'queued', due_ms = 0"))
    )  # looked for twice, in vain
    send(successor)

    slow.turn([slow.call(leaving)], 0)

    assert (house.row(delivery).state, len(house.x.posts())) == ("sent", 1)


def test_an_outcome_that_comes_after_the_lease_is_not_lost(house, claimed) -> None:
    delivery = house.answer(house.ask())
    slow = house.sender()
    finished = slow.call(claimed(slow))
    house.lease_clock.advance(timedelta(seconds=31))
    house.sender().sweep()

    slow.turn([finished], 0)

    assert house.row(delivery).state == "sent"
    assert house.row(delivery).x_id == finished.outcome.x_id
    assert house.spent() == house.x.bill()


def test_recording_an_outcome_twice_changes_nothing(house, claimed) -> None:
    delivery = house.answer(house.ask())
    sender = house.sender()
    finished = sender.call(claimed(sender))

    sender.turn([finished], 0)
    sender.turn([finished], 0)

    assert house.row(delivery).state == "sent"
    assert house.spent() == house.x.bill()


def test_several_answers_share_a_turn(house) -> None:
    for n, who in enumerate(("ana", "ben", "carys")):
        house.answer(house.ask(who), f"Hello · 12:00:0{n}")
    sender = house.sender()

    leaving = sender.turn([], 8).leaving
    sender.turn([sender.call(one) for one in leaving], 8)

    assert [row.state for row in house.rows()] == ["sent"] * 3
    window = house.database.read(lambda c: windows.find(c, house.brand_id, [POSTS]))[POSTS]
    assert window.calls_left == 97
    assert house.spent() == house.x.bill()


def test_two_processes_on_one_database_send_each_answer_once_and_in_order(house, open_database, send) -> None:
    texts = [f"Answer {n} · 12:00:{n:02}" for n in range(24)]
    for n, text in enumerate(texts):
        house.answer(house.ask(("ana", "ben", "carys")[n % 3]), text)
    senders = []
    for _ in range(2):
        house.database = open_database(group_commit=False)
        senders.append(house.sender())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, senders))
    for sender in senders:
        send(sender)  # one may have stopped while the other held the first of a lane

    posted = house.x.posts()
    assert sorted(posted) == sorted(texts)
    for person in range(3):
        of_person = [text for text in posted if texts.index(text) % 3 == person]
        assert of_person == texts[person::3]
    assert house.spent() == house.x.bill()
