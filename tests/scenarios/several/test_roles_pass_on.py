"""Several daemons on one database: one of them looks at X, and nobody sends what is no longer theirs."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.theatre import LocalX

MENTIONS = "/mentions"


@pytest.fixture
def pair(stage_of: Callable[..., Any]) -> tuple[Any, Any]:
    """Two daemons at work side by side."""
    first = stage_of()
    if first.database.is_sqlite:
        pytest.skip("one daemon owns an SQLite file; the others stand by (test_standing_by.py)")
    return first, stage_of(beside=first)


def looks(x: LocalX) -> int:
    """How often the mentions were asked for."""
    return len(x.calls("GET", MENTIONS))


def test_one_daemon_looks_at_x_and_both_answer(pair: Any, x: LocalX, ana: Any, mallory: Any) -> None:
    first, second = pair
    posts = [mallory.posts("@BrightTel #help"), ana.posts("@BrightTel #handsets")]
    first.looks()
    before = looks(x)

    second.looks()
    assert looks(x) == before
    second.handles()
    first.sends()

    assert [len(x.replies_to(post)) for post in posts] == [1, 1]


def test_who_looks_dies_and_within_a_lease_the_other_looks(pair: Any, x: LocalX, mallory: Any) -> None:
    first, second = pair
    first.looks()
    first.kill()
    post = mallory.posts("@BrightTel #help")
    second.settles()
    assert x.replies_to(post) == []

    second.waits(seconds=30)

    assert len(x.replies_to(post)) == 1


def test_stopping_in_good_order_hands_the_looking_over_at_once(pair: Any, x: LocalX, mallory: Any) -> None:
    first, second = pair
    first.looks()
    first.serving.roles.give_up()
    post = mallory.posts("@BrightTel #help")

    second.settles()

    assert len(x.replies_to(post)) == 1


def test_what_a_stopped_look_brings_late_moves_no_place_back(pair: Any, x: LocalX, mallory: Any) -> None:
    first, second = pair
    first.looks()
    stale = first.serving.mention_feed
    walk = stale._begin()  # here it is stopped, with a page still to read
    post = mallory.posts("@BrightTel #help")
    second.passes(seconds=31)
    second.settles()
    place = second.read(lambda c: stale_place(c, second))

    stale._page(walk)

    assert second.read(lambda c: stale_place(c, second)) == place
    assert len(x.replies_to(post)) == 1


def stale_place(connection: Any, stage: Any) -> Any:
    from storage.upkeep import cursors

    return cursors.find(connection, stage.brand_id, "mentions")


def test_stopped_before_its_call_and_continued_after_its_lease_it_sends_nothing(
    stage_of: Any, x: LocalX, mallory: Any
) -> None:
    first = stage_of()
    post = mallory.posts("@BrightTel #help")
    first.looks()
    first.handles()
    leaving = first.claims()  # on record as sending; stopped here, before its call
    first.passes(seconds=31)
    second = stage_of(beside=first)
    for _ in range(3):
        second.waits(minutes=2)
    (text,) = x.replies_to(post)

    finished = first.calls(leaving)  # continued
    first.records(finished)
    second.waits(minutes=2)

    assert [type(one.outcome).__name__ for one in finished] == ["NotSent"]
    assert x.replies_to(post) == [text]
    assert second.delivery(post).state == "sent"
    second.money_agrees()


def test_stopped_while_it_decides_and_continued_after_its_lease_it_writes_nothing(
    stage_of: Any, x: LocalX, ben: Any
) -> None:
    first = stage_of()
    post = ben.posts("@BrightTel #refund")
    first.looks()
    first.hand.fresh = first.serving.handler._claim(first.hand, 10)  # stopped here, with its mention in hand
    first.passes(seconds=31)
    second = stage_of(beside=first)
    second.waits(seconds=5)

    first.serving.handler.step(first.hand)  # continued
    second.waits(seconds=5)

    assert len(second.tickets()) == 1
    assert len(x.replies_to(post)) == 1
