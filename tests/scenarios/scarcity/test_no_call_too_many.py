"""X never has to say that there were too many calls: over a day of more than it takes, across restarts, and
with several daemons on one database.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.scenarios.scarcity.conftest import WINDOW, refused, written_to

MESSAGES = "POST /2/dm_conversations/with/:id/messages"


def test_over_a_day_of_more_than_x_takes_it_refuses_nothing_and_everybody_is_answered(
    stage: Any, x: Any, crowd: Any
) -> None:
    asked = 0
    for step in range(24):
        for person in crowd[: 20 if step % 3 == 0 else 4]:
            person.posts("@BrightTel #data")
            asked += 1
        stage.settles()
        stage.waits(seconds=(899, 901, 2400, 870, 903)[step % 5])
    for _ in range(4):
        stage.waits(minutes=16)

    assert refused(x) == []
    assert len(written_to(x)) == asked
    assert x.now() - timedelta(hours=8) > stage.mention(x.posts()[0]["id"]).posted_at
    stage.money_agrees()


def test_a_day_s_messages_used_up_are_waited_for(stage_of: Any, x: Any, crowd: Any, ana: Any) -> None:
    stage = stage_of(person_limit=0, answer_up_to="30 h")
    post = all_but_two_of_the_day(stage, x, crowd, ana)
    assert (len(written_to(x)), refused(x)) == (2, [])
    assert "Tue 24 Nov, 12:0" in x.reply_to(post)  # when the day of X's that began at noon is over

    stage.waits(hours=21, minutes=5)

    assert (len(written_to(x)), refused(x)) == (5, [])


def test_nothing_is_promised_that_will_be_too_old_by_then(stage: Any, x: Any, crowd: Any, ana: Any) -> None:
    post = all_but_two_of_the_day(stage, x, crowd, ana)

    assert x.replies_to(post) == []


def all_but_two_of_the_day(stage: Any, x: Any, crowd: Any, ana: Any) -> str:
    """Five people ask on a day on which X takes two messages more; ana's post, the last one."""
    x.spends(f"{stage.brand_id} day {MESSAGES}", 1438)
    for person in crowd[:4]:
        person.posts("@BrightTel #data")
        stage.settles()
    post = ana.posts("@BrightTel #data")
    stage.waits(hours=3)
    return str(post)


def test_a_window_that_is_fuller_than_anybody_knew_is_learnt_from_one_call(
    stage_of: Any, x: Any, crowd: Any
) -> None:
    stage = stage_of(person_limit=0)
    x.spends(f"{stage.brand_id} {MESSAGES}", 11)  # by a life of the bot that this database knows nothing of
    for person in crowd[:9]:
        person.posts("@BrightTel #data")
    stage.settles()
    first = len(written_to(x))

    stage.waits(minutes=16)

    assert (first, len(written_to(x)), refused(x)) == (4, 9, [])


def test_who_takes_over_knows_what_is_used_up(stage: Any, x: Any, full: Any, ana: Any) -> None:
    ana.writes("#data")
    stage.restart()
    stage.settles()

    assert (len(written_to(x)), refused(x)) == (WINDOW, [])
    stage.waits(minutes=16)
    assert written_to(x)[-1] == "ana"


@pytest.fixture
def pair(stage_of: Any) -> tuple[Any, Any]:
    first = stage_of(person_limit=0)
    if first.database.is_sqlite:
        pytest.skip("one daemon owns an SQLite file; who takes over is told of above")
    return first, stage_of(beside=first, person_limit=0)


def test_two_daemons_share_one_window_and_one_line(pair: Any, x: Any, crowd: Any, ana: Any) -> None:
    first, second = pair
    for person in [*crowd, ana]:
        person.posts("@BrightTel #data")
    first.looks()
    second.handles()
    first.handles()

    leaving, beside = first.claims(), second.claims()
    assert (len(leaving), beside) == (1, [])  # the first call ever made leaves alone, whoever makes it
    while leaving or beside:
        leaving, beside = first.records(first.calls(leaving)), second.records(second.calls(beside))

    assert (len(written_to(x)), refused(x)) == (WINDOW, [])
    assert sorted(written_to(x)) == sorted(person.name for person in crowd[:WINDOW])
