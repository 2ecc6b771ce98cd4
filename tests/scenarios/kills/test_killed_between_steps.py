"""Killed between any two steps and started again: no mention lost, nobody answered twice."""

from collections.abc import Callable
from typing import Any

import pytest

POST, MESSAGE = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"


def before_the_first_look(stage: Any) -> None:
    """Killed before anything was seen."""


def after_looking(stage: Any) -> None:
    stage.looks()


def after_claiming_to_decide(stage: Any) -> None:
    stage.looks()
    stage.serving.handler._claim(stage.hand, 10)


def after_deciding(stage: Any) -> None:
    stage.looks()
    stage.handles()


def after_marking_as_sending(stage: Any) -> None:
    after_deciding(stage)
    stage.claims()


def after_the_call_before_its_record(stage: Any) -> None:
    after_deciding(stage)
    stage.calls(stage.claims())


def after_recording(stage: Any) -> None:
    after_deciding(stage)
    stage.records(stage.calls(stage.claims()))


def during_a_first_look_for_an_unsure_one(stage: Any) -> None:
    after_the_call_before_its_record(stage)
    stage.restart()
    stage.serving.reconciler.step()


def twice_at_the_worst_moment(stage: Any) -> None:
    after_the_call_before_its_record(stage)
    stage.restart()
    stage.looks()


POINTS = [
    before_the_first_look,
    after_looking,
    after_claiming_to_decide,
    after_deciding,
    after_marking_as_sending,
    after_the_call_before_its_record,
    after_recording,
    during_a_first_look_for_an_unsure_one,
    twice_at_the_worst_moment,
]
Point = Callable[[Any], None]
killed = pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)


def comes_back(stage: Any) -> None:
    """A new start, and time enough for everything that is uncertain."""
    stage.restart()
    stage.settles()
    for _ in range(4):
        stage.waits(minutes=2)


@killed
def test_a_public_answer_is_given_once(stage: Any, x: Any, mallory: Any, point: Point) -> None:
    post = mallory.posts("@BrightTel #help")
    point(stage)

    comes_back(stage)

    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).state == "sent"
    assert stage.mention(post).answered_at is not None
    stage.money_agrees()


@killed
def test_a_private_answer_is_given_once(stage: Any, x: Any, ana: Any, point: Point) -> None:
    post = ana.posts("@BrightTel #data")
    point(stage)

    comes_back(stage)

    assert len(ana.got) == 1
    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


@killed
def test_a_ticket_is_opened_once(stage: Any, x: Any, ben: Any, point: Point) -> None:
    post = ben.posts("@BrightTel #refund")
    point(stage)

    comes_back(stage)

    assert len(stage.tickets()) == 1
    assert stage.tickets()[0]["reference"] in x.reply_to(post)


@killed
def test_an_invitation_is_given_once_and_still_resumed(stage: Any, x: Any, carys: Any, point: Point) -> None:
    post = carys.posts("@BrightTel #data")
    point(stage)
    comes_back(stage)

    carys.writes("helo")
    point(stage)
    comes_back(stage)

    assert len(x.replies_to(post)) == 1
    assert sum("GB" in text for text in carys.got) == 1


@killed
def test_a_handover_is_made_once_and_rung_once(stage: Any, x: Any, ana: Any, point: Point) -> None:
    post = ana.posts("@BrightTel #agent")
    point(stage)

    comes_back(stage)

    assert len(x.replies_to(post)) == 1
    assert len(stage.handovers(open_only=False)) == 1
    assert len(stage.rung()) == 1


def test_the_same_bytes_leave_again_when_the_first_call_was_lost(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    after_marking_as_sending(stage)
    text = stage.delivery(post).text

    comes_back(stage)

    assert x.reply_to(post) == text


def test_a_call_whose_lease_is_half_over_does_not_leave(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    after_deciding(stage)
    leaving = stage.claims()
    stage.passes(seconds=16)

    again = stage.records(stage.calls(leaving))
    assert x.replies_to(post) == []

    stage.records(stage.calls(again))
    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).attempts == 1


def test_an_outcome_that_comes_after_its_lease_is_still_heard(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #help")
    after_deciding(stage)
    finished = stage.calls(stage.claims())
    stage.passes(seconds=31)
    stage.serving.sender.sweep()
    assert stage.delivery(post).state == "unsure"

    stage.records(finished)
    stage.waits(minutes=2)
    stage.waits(minutes=2)

    assert stage.delivery(post).state == "sent"
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_killed_ten_times_in_a_busy_hour_everybody_has_one_answer(
    stage: Any, x: Any, ana: Any, ben: Any, mallory: Any
) -> None:
    posts = []
    for point in (*POINTS, after_looking):
        posts += [who.posts("@BrightTel #handsets") for who in (ben, mallory)]
        point(stage)
        stage.restart()

    for _ in range(6):
        stage.waits(minutes=2)

    assert [len(x.replies_to(post)) for post in posts] == [1] * len(posts)
    stage.money_agrees()


def test_the_story_goes_on_when_both_sides_are_started_again(stage: Any, x: Any, carys: Any) -> None:
    post = carys.posts("@BrightTel #data")
    stage.settles()
    stage.kill()
    x.restart()
    stage.start()

    carys.writes("helo")
    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert "GB" in carys.message
    stage.money_agrees()
