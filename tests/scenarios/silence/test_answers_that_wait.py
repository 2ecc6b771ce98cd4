"""An answer that had to wait does not talk over a colleague who was quicker in X's own app."""

from typing import Any

import pytest

from bot.desk import sending_acts

POST = "POST /2/tweets"
OWN_POSTS = "GET /2/users/:id/tweets"


def pauses(stage: Any) -> None:
    sending_acts.pause(stage.desk, by="cleo")


def resumes(stage: Any) -> None:
    sending_acts.resume(stage.desk, by="cleo")


@pytest.mark.parametrize("asked", ["#help", "#data"])
def test_an_answer_held_by_a_pause_gives_way_to_a_colleagues(
    stage: Any, x: Any, ana: Any, colleague: Any, asked: str
) -> None:
    pauses(stage)
    post = ana.posts(f"@BrightTel {asked}")
    stage.settles()
    stage.passes(minutes=20)
    colleague.replies(post, "Hello Ana, Cleo here. What do you need?")
    stage.passes(minutes=20)

    resumes(stage)
    stage.settles()

    assert x.ours() == ["Hello Ana, Cleo here. What do you need?"]
    assert stage.delivery(post).reason == "answered by a person"
    stage.money_agrees()


def test_an_answer_that_x_put_off_gives_way_to_a_colleagues(
    stage: Any, x: Any, mallory: Any, colleague: Any
) -> None:
    x.fault(POST, "status", status=402, times=1)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    colleague.replies(post, "Hello, Cleo here.")

    for _ in range(4):
        stage.waits(hours=1)

    assert x.replies_to(post) == ["Hello, Cleo here."]


def test_an_answer_that_waited_leaves_once_nobody_is_known_to_have_answered(
    stage: Any, x: Any, mallory: Any
) -> None:
    pauses(stage)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    stage.passes(minutes=40)

    resumes(stage)
    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert len(x.calls("GET", "/tweets")) == 1


def test_an_answer_that_waited_stays_until_our_own_posts_can_be_read(
    stage: Any, x: Any, mallory: Any, ana: Any
) -> None:
    pauses(stage)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    stage.passes(minutes=40)
    x.fault(OWN_POSTS, "status", status=503, times=0)
    young = ana.posts("@BrightTel #help")

    resumes(stage)
    stage.settles()
    assert x.replies_to(post) == []
    assert len(x.replies_to(young)) == 1

    x.heal()
    stage.waits(minutes=6)
    assert len(x.replies_to(post)) == 1


def test_an_answer_that_leaves_at_once_costs_no_look_at_our_own_posts(
    stage: Any, x: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel #help")

    stage.settles()

    assert x.calls("GET", "/tweets") == []
