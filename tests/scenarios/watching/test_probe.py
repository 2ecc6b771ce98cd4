"""With a second account the bot asks itself a question: a missing answer is noticed, and none is counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.desk import sending_acts
from storage.incidents import request_counts
from storage.watching import probes

POST, POSTS = "POST /2/tweets", "GET /2/tweets"
OWN_POSTS, MENTIONS = "GET /2/users/:id/tweets", "GET /2/users/:id/mentions"


@pytest.fixture
def keys(x: Any) -> dict[str, Any]:
    """The settings of a probe: the keys of @zoe, a second account."""
    zoe = x.call("GET", "keys?as=zoe")
    return {
        "probe_access_token": zoe["access_token"],
        "probe_access_token_secret": zoe["access_token_secret"],
        "probe_every": "1 h",
        "probe_accept_usd": 25,
    }


@pytest.fixture
def stage(stage_of: Callable[..., Any], keys: dict[str, Any]) -> Any:
    return stage_of(poll_silence="9 d", **keys)


def questions(x: Any) -> list[str]:
    return [post["id"] for post in x.posts() if post["author"] == "zoe"]


def ended(stage: Any) -> list[str]:
    """How the probes stand, the oldest first."""
    return [row.state for row in reversed(stage.read(lambda c: probes.newest(c, stage.brand_id, 99)))]


def goes_round(stage: Any) -> None:
    """The probe asks, the bot answers, the probe sees it."""
    stage.probes()
    stage.settles()
    stage.waits(seconds=3)
    stage.probes()


def test_the_bot_answers_its_own_question_and_the_time_is_on_record(stage: Any, x: Any) -> None:
    goes_round(stage)

    (question,) = questions(x)
    assert len(x.replies_to(question)) == 1
    (probe,) = stage.read(lambda c: probes.newest(c, stage.brand_id))
    assert probe.state == "answered"
    assert 0 <= probe.seconds < 5
    stage.money_agrees()


def test_it_asks_as_often_as_it_is_told_and_a_restart_asks_nothing_twice(stage: Any, x: Any) -> None:
    for _ in range(5):
        goes_round(stage)
        stage.passes(minutes=20)
        stage.restart()

    assert len(questions(x)) == 2
    assert ended(stage) == ["answered", "answered"]


def test_a_month_of_it_costs_what_was_told_before(stage: Any, x: Any) -> None:
    stage.settles()
    before = x.spent()

    goes_round(stage)

    assert x.spent() - before == pytest.approx(0.031)
    stage.money_agrees()


def test_three_questions_without_an_answer_ring_and_the_next_answer_ends_it(stage: Any, x: Any) -> None:
    for _ in range(3):
        assert stage.alarms() == []
        stage.probes()
        stage.passes(minutes=6)
        stage.probes()
        stage.passes(minutes=60)
    assert stage.alarms() == ["probe-unanswered"]
    assert sum("probe-unanswered" in ring for ring in stage.rung()) == 1

    stage.settles()
    goes_round(stage)

    assert ended(stage) == ["unanswered", "unanswered", "unanswered", "answered"]
    assert stage.alarms() == []


def test_an_answer_that_the_second_account_cannot_see_is_none(stage: Any, x: Any) -> None:
    stage.probes()
    stage.settles()
    x.fault(POSTS, "status", status=200, times=0, body={"errors": [{"type": "x/resource-not-found"}]})
    for _ in range(8):
        stage.waits(minutes=1)
        stage.probes()

    (probe,) = stage.read(lambda c: probes.newest(c, stage.brand_id))
    assert (probe.state, probe.detail) == ("unanswered", "the second account cannot see the answer")
    x.heal()
    stage.money_agrees()


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_question_of_unknown_fate_is_looked_for_and_booked_as_it_was(stage: Any, x: Any, kind: str) -> None:
    x.fault(POST, kind, times=1)
    stage.probes()
    assert ended(stage) == ["asking"]
    assert stage.unsettled() == 1

    for _ in range(8):
        stage.waits(minutes=1)
        stage.probes()

    assert ended(stage) == (["failed"] if kind == "cut_before" else ["answered"])
    assert len(questions(x)) == (0 if kind == "cut_before" else 1)
    stage.money_agrees()


def test_a_question_that_never_arrives_is_unanswered_and_paid(stage: Any, x: Any) -> None:
    x.fault(POST, "cut_after", times=1)
    x.fault(MENTIONS, "status", status=503, times=0)
    stage.probes()
    for _ in range(8):
        stage.waits(minutes=1)
        stage.probes()

    assert ended(stage) == ["unanswered"]
    x.heal()
    stage.waits(minutes=10)
    stage.money_agrees()


def test_a_second_account_that_cannot_ask_rings_and_stops_nobody_else(
    stage: Any, x: Any, mallory: Any
) -> None:
    for _ in range(3):
        x.fault(POST, "status", status=401, times=1)
        stage.probes()
        stage.passes(minutes=61)
    post = mallory.posts("@BrightTel #help")
    stage.settles()

    assert stage.alarms() == ["probe-cannot-ask"]
    assert len(x.replies_to(post)) == 1
    goes_round(stage)
    assert stage.alarms() == []
    stage.money_agrees()


def test_probes_never_count_in_the_figures(stage: Any, x: Any, mallory: Any) -> None:
    for _ in range(3):
        goes_round(stage)
        stage.passes(minutes=61)
    mallory.posts("@BrightTel #help")
    stage.settles()

    told = stage.serving.shared.metrics.exposition().decode()
    assert 'tweetserve_mentions_total{kind="post"} 1.0' in told
    assert 'tweetserve_answers_total{channel="public",command="help"} 1.0' in told
    assert 'tweetserve_seconds_to_answer_count{channel="public"} 1.0' in told
    long_ago = stage.clock.now() - timedelta(hours=9)
    counted = stage.read(lambda c: request_counts.lately(c, stage.brand_id, long_ago))
    assert {what: sum(minutes.values()) for what, minutes in counted.items()} == {"#help": 1}


def test_neither_the_pilot_nor_a_person_s_limits_are_meant_for_the_probe(
    stage_of: Callable[..., Any], x: Any, keys: dict[str, Any], mallory: Any
) -> None:
    stage = stage_of(
        **keys | {"only_accounts": "ana", "person_limit": 1, "probe_every": "5 min", "probe_accept_usd": 999}
    )
    other = mallory.posts("@BrightTel #help")
    for _ in range(4):
        goes_round(stage)
        stage.passes(minutes=5)

    assert ended(stage) == ["answered"] * 4
    assert x.replies_to(other) == []


def test_while_sending_is_paused_nothing_is_asked(stage: Any, x: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    goes_round(stage)
    assert questions(x) == []

    sending_acts.resume(stage.desk, by="dora")
    stage.passes(minutes=1)
    goes_round(stage)

    assert len(questions(x)) == 1


def test_killed_between_question_and_record_it_is_found_again(stage: Any, x: Any) -> None:
    x.fault(POST, "cut_after", times=1)
    stage.probes()

    stage.restart()
    stage.settles()
    stage.waits(seconds=3)
    stage.probes()

    assert ended(stage) == ["answered"]
    stage.money_agrees()


def test_what_is_on_record_of_it_is_measured(stage: Any) -> None:
    goes_round(stage)

    (reading,) = [one for one in stage.serving.readings.gauges() if one.name == "probe_seconds"]

    assert 0 <= reading.value < 5
