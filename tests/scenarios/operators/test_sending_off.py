"""With sending off nobody is told anything, and so nobody counts as told once it is switched on."""

from typing import Any


def test_an_invitation_that_never_left_awaits_no_message(stage_of: Any, x: Any, carys: Any) -> None:
    stage = stage_of(sending=False)
    carys.posts("@BrightTel #data")
    stage.settles()

    stage.restart(sending=True)
    carys.writes("hello")
    stage.settles()

    assert "GB" not in carys.message


def test_the_help_line_is_given_once_sending_is_on(stage_of: Any, mallory: Any) -> None:
    stage = stage_of(sending=False)
    mallory.writes("hello")
    stage.settles()

    stage.restart(sending=True)
    mallory.writes("hello?")
    stage.settles()

    assert "#help" in mallory.message


def test_a_follow_up_is_acknowledged_once_sending_is_on(stage_of: Any, mallory: Any) -> None:
    stage = stage_of(sending=False)
    mallory.posts("@BrightTel #refund")
    stage.settles()
    mallory.writes("the blue one")
    stage.settles()

    stage.restart(sending=True)
    mallory.writes("and the red one")
    stage.settles()

    assert stage.tickets()[0]["reference"] in mallory.message


def test_too_many_is_told_once_sending_is_on(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(sending=False, person_limit=1)
    for _ in range(2):
        mallory.posts("@BrightTel #help")
        stage.settles()

    stage.restart(sending=True)
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    assert "as often as I can answer you" in x.reply_to(post)
