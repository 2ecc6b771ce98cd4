"""The first message that arrives says where the privacy policy stands, whatever became of earlier ones."""

from typing import Any

import pytest

from bot.desk import mention_acts, sending_acts
from storage.states import Channel

LINK = "https://brighttel.example/privacy"
MESSAGE = "POST /2/dm_conversations/with/:id/messages"


@pytest.fixture
def stage(stage_of: Any) -> Any:
    return stage_of(privacy_url=LINK)


def test_the_first_message_carries_it_and_the_next_does_not(stage: Any, ana: Any) -> None:
    for command in ("#data", "#text"):
        ana.posts(f"@BrightTel {command}")
        stage.settles()

    first, second = ana.got
    assert LINK in first
    assert LINK not in second


def test_after_a_refused_message_the_next_carries_it(stage: Any, x: Any, ana: Any) -> None:
    x.change("ana", accepts_dms=False)
    ana.posts("@BrightTel #data")
    stage.settles()

    x.change("ana", accepts_dms=True)
    ana.writes("hello")
    stage.settles()

    assert LINK in ana.message


def test_after_a_message_taken_back_for_an_edit_the_next_carries_it(stage: Any, x: Any, ana: Any) -> None:
    sending_acts.pause(stage.desk, by="cleo")
    first = ana.posts("@BrightTel #data")
    stage.settles()
    x.edit(first, "@BrightTel #text")
    stage.settles()

    sending_acts.resume(stage.desk, by="cleo")
    stage.settles()

    assert LINK in ana.message


def test_found_at_x_after_a_lost_answer_it_counts_as_sent(stage: Any, x: Any, ana: Any) -> None:
    x.fault(MESSAGE, "cut_after")
    ana.posts("@BrightTel #data")
    stage.settles()
    stage.waits(minutes=2)

    ana.posts("@BrightTel #text")
    stage.settles()

    first, second = ana.got
    assert LINK in first
    assert LINK not in second


def test_seen_at_x_by_a_colleague_it_counts_as_sent(stage: Any, x: Any, ana: Any) -> None:
    sending_acts.pause(stage.desk, by="cleo")
    post = ana.posts("@BrightTel #data")
    stage.settles()

    sending_acts.mark_sent(stage.desk, stage.delivery(post).id, "", by="cleo")

    sending_acts.resume(stage.desk, by="cleo")
    ana.posts("@BrightTel #text")
    stage.settles()
    assert LINK not in ana.message


def test_a_message_dropped_with_sending_off_has_told_nobody(stage_of: Any, ana: Any) -> None:
    stage = stage_of(privacy_url=LINK, sending=False)
    ana.posts("@BrightTel #data")
    stage.settles()

    stage.restart(sending=True)
    ana.posts("@BrightTel #text")
    stage.settles()

    assert LINK in ana.message


def test_a_colleagues_message_carries_it_until_one_has_arrived(stage: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel hello")
    stage.settles()

    for text in ("Hello, Cleo here.", "Still here."):
        mention_acts.reply_to(stage.desk, post, text, by="cleo", channel=Channel.PRIVATE)
        stage.settles()

    first, second = ana.got
    assert LINK in first
    assert LINK not in second
