"""A customer asks one thing, in public or in private, and gets one answer in the right place."""

from typing import Any

Stage = Any
Person = Any
LocalX = Any


def test_who_is_linked_and_consented_asks_in_public_and_is_answered_in_private(
    stage: Stage, x: LocalX, ana: Person
) -> None:
    post = ana.posts("@BrightTel #data")

    stage.settles()

    assert "GB" in ana.message
    assert x.replies_to(post) == []
    assert stage.mention(post).answered_at is not None
    stage.money_agrees()


def test_a_public_answer_stands_under_the_question_and_nowhere_else(
    stage: Stage, x: LocalX, mallory: Person
) -> None:
    post = mallory.posts("@BrightTel #help")

    stage.settles()

    assert "#data" in x.reply_to(post)
    assert mallory.got == []
    stage.money_agrees()


def test_what_is_asked_by_message_is_answered_by_message(stage: Stage, x: LocalX, ana: Person) -> None:
    ana.writes("#charges")

    stage.settles()

    assert "£" in ana.message
    assert [post for post in x.posts() if post["author"] == "BrightTel"] == []
    stage.reads_messages()
    stage.money_agrees()


def test_who_has_not_consented_is_invited_and_their_message_brings_the_answer(
    stage: Stage, x: LocalX, carys: Person
) -> None:
    post = carys.posts("@BrightTel #data")
    stage.settles()
    assert "neges uniongyrchol" in x.reply_to(post)
    assert carys.got == []

    carys.writes("helo")
    stage.settles()

    assert "GB" in carys.message
    assert "ar ôl" in carys.message
    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_an_invitation_holds_for_a_day_and_then_no_longer(stage: Stage, x: LocalX, carys: Person) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()

    stage.passes(hours=24, minutes=1)
    carys.writes("helo")
    stage.settles()

    assert "GB" not in carys.message
    assert "#help" in carys.message


def test_an_invitation_still_holds_shortly_before_the_day_is_over(stage: Stage, carys: Person) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()

    stage.passes(hours=23, minutes=58)
    carys.writes("helo")
    stage.settles()

    assert "GB" in carys.message
