"""A post is edited while its answer still waits: what it asked for no longer is neither sent nor kept."""

from typing import Any

import pytest

from bot.desk import sending_acts

POST = "POST /2/tweets"


@pytest.fixture
def paused(stage: Any) -> Any:
    """The bot while a colleague has paused sending."""
    sending_acts.pause(stage.desk, by="cleo")
    return stage


def resumes(stage: Any) -> None:
    sending_acts.resume(stage.desk, by="cleo")
    stage.settles()


def test_an_edit_that_takes_the_command_away_takes_the_answer_back(paused: Any, x: Any, mallory: Any) -> None:
    first = mallory.posts("@BrightTel #help")
    paused.settles()
    second = x.edit(first, "@BrightTel never mind, thanks")
    paused.settles()

    resumes(paused)

    assert x.ours() == []
    assert paused.reason(second) == "no command"
    assert paused.delivery(first).reason == "edited before it was sent"


def test_after_an_edit_no_message_brings_what_the_earlier_text_asked(paused: Any, x: Any, carys: Any) -> None:
    first = carys.posts("@BrightTel #data")
    paused.settles()
    x.edit(first, "@BrightTel #help")
    paused.settles()
    resumes(paused)

    carys.writes("hello")
    paused.settles()

    assert len(carys.got) == 1
    assert "GB" not in carys.message


def test_an_edit_does_not_take_back_what_may_have_left_before(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "cut_before")
    first = mallory.posts("@BrightTel #help")
    stage.settles()
    sending_acts.pause(stage.desk, by="cleo")
    for _ in range(4):  # looked for in vain, and queued again behind the pause
        stage.waits(minutes=2)
    assert stage.delivery(first).state == "later"

    second = x.edit(first, "@BrightTel #android")
    stage.settles()
    resumes(stage)

    assert stage.reason(second) == "seen before"
    assert len(x.ours()) == 1
    stage.money_agrees()
