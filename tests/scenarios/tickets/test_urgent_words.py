"""Urgent words go straight to a person: fraud, bereavement, safety."""

from typing import Any

import pytest

FRAUD = "somebody has stolen my SIM card and is using my account, this is fraud"


@pytest.mark.parametrize(
    "text", [FRAUD, "my husband has died and his phone is still billed", "I want to kill myself"]
)
def test_urgent_words_are_answered_at_once_and_people_are_rung(
    stage: Any, x: Any, mallory: Any, text: str
) -> None:
    post = mallory.posts(f"@BrightTel {text}")

    stage.settles()

    assert "straight to a person" in x.reply_to(post)
    assert stage.handovers()[0]["urgent"]
    (ring,) = stage.rung()
    assert "Urgent" in ring
    assert post in ring
    assert text not in ring


def test_urgent_words_win_over_a_command_beside_them(stage: Any, x: Any, ana: Any) -> None:
    post = ana.posts(f"@BrightTel #data {FRAUD}")

    stage.settles()

    assert "straight to a person" in x.reply_to(post)
    assert ana.got == []


def test_urgent_words_in_a_message_are_answered_there(stage: Any, x: Any, mallory: Any) -> None:
    mallory.writes(FRAUD)

    stage.settles()

    assert "straight to a person" in mallory.message


def test_who_is_urgent_is_answered_first(stage: Any, x: Any, ana: Any, ben: Any, mallory: Any) -> None:
    for who in (ana, ben):
        who.posts("@BrightTel #help")
    post = mallory.posts(f"@BrightTel {FRAUD}")
    stage.looks()

    stage.handles()
    leaving = stage.claims()

    assert leaving[0].delivery.reply_to_id == post


def test_outside_opening_hours_it_says_when_they_answer_at_the_latest(
    stage_of: Any, x: Any, mallory: Any
) -> None:
    stage = stage_of(opening_hours="Thu 09:00-18:00")
    post = mallory.posts(f"@BrightTel {FRAUD}")

    stage.settles()

    assert "Somebody is there by Thu" in x.reply_to(post)
    assert "called" not in x.reply_to(post)  # nobody is, while PEOPLE_URLS is empty


def test_too_old_to_be_answered_people_are_called_all_the_same(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts(f"@BrightTel {FRAUD}")
    stage.passes(hours=25)

    stage.settles()

    assert x.replies_to(post) == []
    assert len(stage.rung()) == 1
