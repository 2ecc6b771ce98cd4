"""A colleague who replies in X's own app is a person in charge: the hand-over goes on from there."""

from typing import Any


def test_a_colleagues_public_reply_keeps_the_handover_open(
    stage: Any, x: Any, mallory: Any, colleague: Any
) -> None:
    asked = mallory.posts("@BrightTel #agent")
    stage.settles()
    stage.passes(hours=20)
    colleague.replies(asked, "Hello, Cleo here.")

    stage.waits(hours=6)

    assert len(stage.handovers()) == 1


def test_what_is_asked_after_a_colleagues_reply_is_left_to_them(
    stage: Any, x: Any, mallory: Any, colleague: Any
) -> None:
    asked = mallory.posts("@BrightTel #agent")
    stage.settles()
    stage.passes(hours=20)
    colleague.replies(asked, "Hello, Cleo here.")
    stage.passes(hours=6)

    post = mallory.posts("@BrightTel #help")
    stage.settles()

    assert stage.reason(post) == "in a hand-over"
    assert x.replies_to(post) == []
    stage.money_agrees()


def test_while_our_own_posts_cannot_be_read_what_would_end_a_handover_waits(
    stage: Any, x: Any, mallory: Any
) -> None:
    mallory.posts("@BrightTel #agent")
    stage.settles()
    stage.passes(hours=25)
    x.fault("GET /2/users/:id/tweets", "status", status=503, times=0)
    post = mallory.posts("@BrightTel #help")
    stage.settles()
    assert stage.mention(post).state == "waiting"

    x.heal()
    stage.waits(minutes=2)

    assert len(x.replies_to(post)) == 1
    assert stage.handovers() == []


def test_a_handover_in_which_nobody_writes_for_a_day_ends(stage: Any, mallory: Any) -> None:
    mallory.posts("@BrightTel #agent")
    stage.settles()

    stage.waits(hours=25)

    assert stage.handovers() == []
