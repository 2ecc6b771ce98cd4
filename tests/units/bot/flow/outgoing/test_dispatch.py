"""The threads of the send side: quick when told, complete when not, and in order when they stop."""

import sqlite3
import threading
from collections.abc import Callable, Iterator

import pytest

from bot.flow.dispatch import Dispatcher
from storage.upkeep.leases import LeaseClock

POSTS = "POST /2/tweets"
DEADLINE = 20.0


@pytest.fixture
def dispatcher(house) -> Iterator[Dispatcher]:
    house.lease_clock = LeaseClock(house.database)
    made = Dispatcher(house.sender(), house.reconciler(), senders=3)
    yield made
    made.stop()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(int(DEADLINE / 0.02)):
            if condition():
                return
            pause.wait(0.02)
        raise AssertionError("it never came to that")

    return wait


def states(house) -> list[str]:
    return [row.state for row in house.rows()]


def test_what_waits_is_sent_when_the_bot_starts(house, dispatcher, until) -> None:
    for n in range(6):
        house.answer(house.ask(("ana", "ben", "carys")[n % 3]), f"Hello · 12:00:0{n}")

    dispatcher.start()

    until(lambda: states(house) == ["sent"] * 6)
    assert house.spent() == house.x.bill()


def test_a_hint_sends_at_once_and_a_lost_one_loses_nothing(house, dispatcher, until) -> None:
    dispatcher.start()

    house.answer(house.ask(), "Hello · 12:00:00")
    dispatcher.hint()
    until(lambda: states(house) == ["sent"])
    house.answer(house.ask("ben"), "Hello · 12:00:01")  # by another process: nobody hints

    until(lambda: states(house) == ["sent", "sent"])


def test_one_persons_answers_leave_in_the_order_asked(house, dispatcher, until) -> None:
    texts = [f"Answer {n} · 12:00:0{n}" for n in range(5)]
    for text in texts:
        house.answer(house.ask(), text)

    dispatcher.start()

    until(lambda: states(house) == ["sent"] * 5)
    assert house.x.posts() == texts


def test_what_stops_half_way_is_looked_up_without_being_asked(house, dispatcher, until) -> None:
    house.x.fault(POSTS, "cut_after")
    house.answer(house.ask())

    dispatcher.start()

    until(lambda: states(house) == ["sent"])
    assert len(house.x.posts()) == 1


def test_an_invitation_follows_a_refused_message_without_being_asked(house, dispatcher, until) -> None:
    house.x.control("PATCH", "people/ana", accepts_dms=False)
    invite = {"invite": {"text": "Please send us a message · 12:00:09", "mark": "12:00:09", "pending": True}}
    house.private_answer(instead=invite)

    dispatcher.start()

    until(lambda: house.x.posts() == ["Please send us a message · 12:00:09"])


def test_a_stop_lets_the_calls_under_way_end(house, dispatcher, until) -> None:
    house.x.fault(POSTS, "slow", seconds=1)
    house.answer(house.ask())
    dispatcher.start()
    until(lambda: house.x.calls() == 1)  # on record as *sending* it may still be withheld; now it has left

    complete = dispatcher.stop()

    assert complete
    assert states(house) == ["sent"]
    assert house.spent() == house.x.bill()


def test_what_an_abandoned_process_was_sending_is_found_at_the_next_start(house, dispatcher, until) -> None:
    house.answer(house.ask())
    dead = house.sender()
    (leaving,) = dead.turn([], 4).leaving
    dead.call(leaving)

    dispatcher.start(sole=True)

    until(lambda: states(house) == ["sent"])
    assert len(house.x.posts()) == 1


def test_sending_goes_on_after_trouble_with_the_database(house, until, open_database, database_url) -> None:
    if not house.database.is_sqlite:
        pytest.skip("a lock on the whole file is SQLite's own way")
    house.answer(house.ask())
    house.database = open_database(busy_seconds=0.1)
    house.lease_clock = LeaseClock(house.database)
    told = threading.Event()
    dispatcher = Dispatcher(
        house.sender(), house.reconciler(), senders=2, storage_trouble=lambda _: told.set()
    )
    house.x.fault(POSTS, "slow", seconds=0.3)
    dispatcher.start()
    until(lambda: house.x.calls() == 1)
    rival = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")

    assert told.wait(DEADLINE)  # the answer of X is there, and cannot be recorded
    rival.close()

    until(lambda: states(house) == ["sent"])
    assert dispatcher.stop()
    assert len(house.x.posts()) == 1


@pytest.fixture
def asked(house) -> Iterator[Dispatcher]:
    """A dispatcher that sends for whoever asks."""
    house.lease_clock = LeaseClock(house.database)
    made = Dispatcher(house.sender(), house.reconciler(), senders=3, on_request=True)
    made.start()
    yield made
    made.stop()


def test_on_request_nothing_is_sent_before_somebody_asks(house, asked) -> None:
    for n in range(3):
        house.answer(house.ask(("ana", "ben", "carys")[n]), f"Hello · 12:00:0{n}")
    asked.hint()  # changes nothing
    assert states(house) == ["queued"] * 3

    asked.ask().result(timeout=DEADLINE)
    asked.ask().result(timeout=DEADLINE)

    assert "sent" in states(house)
    assert len(house.x.posts()) >= 1


def test_who_asks_for_nothing_is_told_at_once_and_who_asks_while_all_are_busy_is_served(house, asked) -> None:
    asked.ask().result(timeout=DEADLINE)
    house.x.fault(POSTS, "slow", seconds=0.2, times=0)
    for n in range(4):
        house.answer(house.ask(("ana", "ben", "carys", "mallory")[n]), f"Hello · 12:00:0{n}")

    for one in [asked.ask() for _ in range(8)]:
        one.result(timeout=DEADLINE)

    assert states(house) == ["sent"] * 4


def test_a_stop_keeps_nobody_waiting(house, asked) -> None:
    house.x.fault(POSTS, "slow", seconds=1)
    house.answer(house.ask())
    waiting = [asked.ask() for _ in range(2)]

    asked.stop()

    assert all(one.done() for one in waiting)
    assert asked.ask().done()
