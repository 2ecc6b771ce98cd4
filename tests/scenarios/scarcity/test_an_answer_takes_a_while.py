"""A private answer that has to wait is announced in public, honestly and once, and then it comes."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage.states import Channel
from tests.scenarios.scarcity.conftest import WINDOW, refused, written_to


def expected(text: str) -> str:
    """The time of day that a notice names."""
    (found,) = re.findall(r"about .*?, (\d\d:\d\d)", text)
    return str(found)


def rounded_up(at: datetime) -> str:
    step = timedelta(minutes=5)
    over = timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)
    return (at + step - over).strftime("%H:%M")


def test_it_is_said_in_public_with_the_time_and_the_answer_follows(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    post = ana.posts("@BrightTel #data")
    stage.settles()

    text = x.reply_to(post)
    assert "Your answer to #data is on its way by direct message." in text
    assert expected(text) == rounded_up(x.now() + timedelta(minutes=WINDOW))
    assert ana.got == []
    assert "GB" not in text
    assert stage.mention(post).answered_at is None
    assert "told in public that the answer takes a while" in stage.steps(post)

    stage.waits(minutes=16)
    assert "GB" in ana.message
    assert x.reply_to(post) == text
    assert stage.mention(post).answered_at is not None
    assert refused(x) == []
    stage.money_agrees()


def test_it_is_said_once_however_long_it_takes(stage: Any, x: Any, full: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #data")
    for _ in range(10):
        stage.waits(minutes=1)

    assert len(x.replies_to(post)) == 1


def test_who_waits_for_two_answers_is_told_of_the_first_one_first(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    posts = [ana.posts("@BrightTel #data"), ana.posts("@BrightTel #text")]
    stage.settles()

    told = sorted((one for one in x.posts() if one["in_reply_to"] in posts), key=lambda one: int(one["id"]))
    assert [one["in_reply_to"] for one in told] == posts


def test_whoever_stands_further_back_is_told_a_later_time(
    stage: Any, x: Any, crowd: Any, full: Any, ana: Any
) -> None:
    for person in crowd[:WINDOW]:
        person.posts("@BrightTel #text")
    post = ana.posts("@BrightTel #data")
    stage.settles()

    assert expected(x.reply_to(post)) == rounded_up(x.now() + timedelta(minutes=2 * WINDOW))
    stage.waits(minutes=16)
    assert ana.got == []
    stage.waits(minutes=16)
    assert len(ana.got) == 1


def test_it_is_said_in_welsh_to_whoever_speaks_it(stage: Any, x: Any, full: Any) -> None:
    owain = next(person for person in full if person.name == "owain")
    post = owain.posts("@BrightTel #data")
    stage.settles()

    assert "Mae'ch ateb i #data ar ei ffordd drwy neges uniongyrchol." in x.reply_to(post)


def test_an_answer_that_comes_within_ten_minutes_is_not_announced(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    stage.passes(minutes=6)
    post = ana.posts("@BrightTel #data")
    stage.settles()
    assert x.replies_to(post) == []

    stage.waits(minutes=10)

    assert len(ana.got) == 1
    assert x.replies_to(post) == []


def test_what_was_asked_by_message_is_never_announced_in_public(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    earlier = ana.posts("@BrightTel what a day")
    ana.writes("#data")
    before = len(x.ours())
    stage.settles()
    stage.waits(minutes=5)

    assert len(x.ours()) == before
    assert x.replies_to(earlier) == []


def test_a_public_reply_that_is_used_already_is_not_followed_by_a_second(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    post = ana.posts("@BrightTel #refund #data")
    stage.settles()
    said = x.replies_to(post)
    stage.waits(minutes=5)

    assert len(x.replies_to(post)) == 1
    assert x.replies_to(post) == said


@pytest.mark.parametrize("setting", ["0", "20 min"])
def test_from_when_on_it_is_said_is_a_setting(
    stage_of: Any, x: Any, crowd: Any, ana: Any, setting: str
) -> None:
    stage = stage_of(person_limit=0, delay_notice_after=setting)
    for person in crowd[:WINDOW]:
        person.posts("@BrightTel #data")
    stage.settles()

    post = ana.posts("@BrightTel #data")
    stage.settles()

    assert x.replies_to(post) == []


def test_who_says_stop_is_told_nothing_more(stage: Any, x: Any, full: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #data")
    stage.looks()
    stage.handles()
    ana.posts("@BrightTel #stop")
    stage.settles()
    stage.waits(minutes=20)

    assert x.replies_to(post) == []
    assert ana.got == []


def test_a_message_that_x_refuses_after_the_notice_goes_to_a_person(
    stage: Any, x: Any, full: Any, ana: Any
) -> None:
    post = ana.posts("@BrightTel #data")
    stage.settles()
    x.change("ana", accepts_dms=False)

    stage.waits(minutes=16)

    assert len(x.replies_to(post)) == 1
    assert [one["person_id"] for one in stage.handovers()] == [ana.id]


def test_killed_before_the_notice_left_it_is_still_said_once(stage: Any, x: Any, full: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #data")
    stage.looks()
    stage.handles()
    stage.serving.delays.run()
    assert x.replies_to(post) == []

    stage.restart()
    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_a_notice_that_comes_too_late_to_be_true_is_not_sent(stage: Any, x: Any, full: Any, ana: Any) -> None:
    post = ana.posts("@BrightTel #data")
    stage.looks()
    stage.handles()
    stage.serving.delays.run()
    stage.passes(minutes=40)

    stage.settles()

    assert x.replies_to(post) == []
    assert len(ana.got) == 1
    assert stage.delivery(post, Channel.PUBLIC).state == "dropped"
    assert written_to(x)[-1] == "ana"


def test_no_time_is_named_while_x_takes_no_messages_for_another_reason(stage: Any, x: Any, ana: Any) -> None:
    x.fault("POST /2/dm_conversations/with/:id/messages", "status", status=401, times=0)
    post = ana.posts("@BrightTel #data")
    for _ in range(6):
        stage.waits(minutes=6)
    assert x.replies_to(post) == []

    x.heal()
    stage.waits(minutes=6)

    assert (len(ana.got), x.replies_to(post)) == (1, [])
