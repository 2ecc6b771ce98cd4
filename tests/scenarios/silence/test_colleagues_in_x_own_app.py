"""Colleagues answer in X's own app, and the bot must notice before it talks over them."""

from typing import Any


def test_an_old_question_that_a_colleague_has_answered_is_left_alone(
    stage: Any, x: Any, ana: Any, colleague: Any
) -> None:
    post = ana.posts("@BrightTel #help")
    stage.passes(minutes=3)
    colleague.replies(post, "Hello Ana, Cleo here. What do you need?")
    stage.passes(minutes=3)

    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert stage.reason(post) == "answered by a person"


def test_before_an_old_question_is_answered_our_own_posts_are_read(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.passes(minutes=6)

    stage.settles()

    assert len(x.replies_to(post)) == 1
    assert len(x.calls("GET", "/tweets")) >= 1
    stage.money_agrees()


def test_a_young_question_is_answered_without_reading_our_own_posts(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #help")
    stage.passes(minutes=4)

    stage.settles()

    assert x.calls("GET", "/tweets") == []


def test_while_our_own_posts_cannot_be_read_an_old_question_waits(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    stage.passes(minutes=6)
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)

    stage.settles()
    assert x.replies_to(post) == []
    assert stage.mention(post).state == "waiting"

    x.heal()
    stage.waits(minutes=6)
    assert len(x.replies_to(post)) == 1


def test_a_young_question_does_not_wait_behind_an_old_one_of_somebody_else(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    ana.posts("@BrightTel #help")
    stage.passes(minutes=6)
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    young = mallory.posts("@BrightTel #help")

    stage.settles()

    assert len(x.replies_to(young)) == 1


def test_a_message_that_a_colleague_has_answered_is_left_alone(stage: Any, ana: Any, colleague: Any) -> None:
    message = ana.writes("#charges")
    colleague.writes("Hello Ana, Cleo here.", to="ana")

    stage.settles()

    assert ana.got == ["Hello Ana, Cleo here."]
    assert stage.reason(message) == "answered by a person"


def test_what_a_customer_asks_after_a_colleagues_answer_is_answered(
    stage: Any, ana: Any, colleague: Any
) -> None:
    ana.writes("are you there?")
    colleague.writes("Hello Ana, Cleo here.", to="ana")
    ana.writes("#charges")

    stage.settles()

    assert "£" in ana.got[-1]


def test_our_own_answers_are_not_taken_for_a_colleagues(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #help")
    message = ana.writes("#charges")
    stage.settles()
    later = ana.writes("#data")
    stage.settles()

    assert [stage.reason(one) for one in (post, message, later)] == ["answered"] * 3
    assert "GB" in ana.got[-1]


def test_an_answer_that_waited_is_dropped_when_a_colleague_was_quicker(
    stage: Any, x: Any, ana: Any, colleague: Any
) -> None:
    message = ana.writes("#charges")
    stage.looks()
    stage.handles()
    colleague.writes("Hello Ana, Cleo here.", to="ana")
    stage.reads_messages()

    stage.works()

    assert ana.got == ["Hello Ana, Cleo here."]
    assert stage.delivery(message).state == "dropped"
