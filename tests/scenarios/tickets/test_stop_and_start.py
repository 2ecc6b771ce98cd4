"""`#stop` and `#start`: an opt-out is honoured at once, and answered once where it was said."""

from typing import Any

import pytest

from storage.states import ConsentKind


@pytest.mark.parametrize(
    "text", ["@BrightTel stop", "@BrightTel #stop", "@BrightTel STOP!", "stop @BrightTel"]
)
def test_stop_as_the_whole_post_is_confirmed_once_in_public(stage: Any, x: Any, ana: Any, text: str) -> None:
    post = ana.posts(text)

    stage.settles()

    assert "no more" in x.reply_to(post)
    assert ana.got == []
    assert stage.file_of(ana)["stopped"]


@pytest.mark.parametrize("text", ["stop", "#stop", "Stop."])
def test_stop_as_the_whole_message_is_confirmed_there(stage: Any, x: Any, ana: Any, text: str) -> None:
    ana.writes(text)

    stage.settles()

    assert "no more" in ana.message
    assert ConsentKind.DM not in stage.file_of(ana)["consents"]


@pytest.mark.parametrize("text", ["@BrightTel please stop the noise", "@BrightTel #stop the noise #help"])
def test_stop_within_a_sentence_is_no_stop(stage: Any, ana: Any, text: str) -> None:
    ana.posts(text)

    stage.settles()

    assert not stage.file_of(ana)["stopped"]


def test_after_a_stop_nothing_is_answered_any_more(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel stop")
    stage.settles()

    post, message = ana.posts("@BrightTel #help"), ana.writes("#charges")
    ticket = ana.posts("@BrightTel #refund")
    stage.settles()

    assert len(x.ours()) == 1
    assert [stage.reason(one) for one in (post, message, ticket)] == ["opted out"] * 3


def test_after_a_stop_start_brings_the_bot_back_where_it_was_said(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel stop")
    stage.settles()
    post = ana.posts("@BrightTel #start")
    stage.settles()

    assert "Welcome back" in x.reply_to(post)
    again = ana.posts("@BrightTel #help")
    stage.settles()
    assert len(x.replies_to(again)) == 1


def test_after_start_a_message_needs_a_new_consent(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel stop")
    stage.settles()
    ana.posts("@BrightTel #start")
    stage.settles()

    post = ana.posts("@BrightTel #data")
    stage.settles()
    assert ana.got == []
    assert "direct message" in x.reply_to(post)

    ana.writes("yes please")
    stage.settles()
    assert "GB" in ana.message


def test_after_a_stop_a_person_is_still_one_word_away(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel stop")
    stage.settles()

    post = ana.posts("@BrightTel #agent")
    stage.settles()

    assert "colleague takes over" in x.reply_to(post)
    assert len(stage.handovers()) == 1


def test_after_a_stop_urgent_words_still_reach_a_person(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel stop")
    stage.settles()

    post = ana.posts("@BrightTel somebody has stolen my SIM and is using my account, this is fraud")
    stage.settles()

    assert "person" in x.reply_to(post)
    assert stage.handovers()[0]["urgent"]


def test_a_stop_works_during_a_handover(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #agent")
    stage.settles()

    post = ana.posts("@BrightTel stop")
    stage.settles()

    assert "no more" in x.reply_to(post)
    assert stage.file_of(ana)["stopped"]


def test_what_waits_to_be_sent_is_dropped_by_a_stop(stage: Any, x: Any, ana: Any) -> None:
    ana.posts("@BrightTel #data")
    stage.looks()
    stage.handles()
    ana.posts("@BrightTel stop")
    stage.looks()
    stage.handles()

    stage.works()

    assert ana.got == []
    assert len(x.ours()) == 1


def test_a_pending_invitation_is_not_resumed_after_a_stop(stage: Any, x: Any, carys: Any) -> None:
    carys.posts("@BrightTel #data")
    stage.settles()
    carys.writes("stop")
    stage.settles()

    carys.writes("helo")
    stage.settles()

    assert not any("GB" in text for text in carys.got)


def test_saying_start_without_a_stop_harms_nothing(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #start")

    stage.settles()

    assert "already" in x.reply_to(post)
