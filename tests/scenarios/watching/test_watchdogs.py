"""What goes wrong is noticed by the bot before a customer tells: rung once, and once when it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.desk import sending_acts, ticket_acts
from storage.upkeep import backups

MENTIONS, POST = "GET /2/users/:id/mentions", "POST /2/tweets"
OWN_POSTS = "GET /2/users/:id/tweets"


@pytest.fixture
def stage(stage_of: Callable[..., Any]) -> Any:
    """Most stories here are not about looks at X, and let hours go by without any."""
    return stage_of(poll_silence="9 d")


def of(stage: Any, code: str) -> list[str]:
    """The notices of an alarm, its all-clear included."""
    return [ring for ring in stage.rung() if ring.endswith(f"[{code}]")]


def backed_up(stage: Any) -> None:
    stage.database.write(lambda c: backups.note(c, stage.brand_id, stage.clock.now(), "backup.db"))


def is_over(stage: Any, code: str) -> None:
    """The alarm has ended; people are told once, a few minutes later, in four parts."""
    assert code not in stage.alarms()
    before = of(stage, code)
    stage.passes(minutes=6)
    stage.watches()
    stage.watches()
    (told,) = of(stage, code)[len(before) :]
    assert told.startswith("Over: ")
    assert len(told.splitlines()) == 6  # title, four parts, code


def test_nothing_rings_while_all_is_well(stage_of: Callable[..., Any], mallory: Any) -> None:
    stage = stage_of()
    mallory.posts("@BrightTel #help")
    stage.settles()

    for _ in range(5):
        stage.waits(seconds=60)
        stage.reads_messages()
        stage.watches()

    assert stage.alarms() == []
    assert stage.rung() == []


def test_a_mention_without_an_answer_beyond_the_target_rings_until_it_is_answered(
    stage: Any, x: Any, mallory: Any
) -> None:
    x.fault(POST, "status", status=503, times=0)
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    stage.passes(minutes=4)
    stage.watches()
    assert stage.alarms() == []

    stage.passes(minutes=2)
    stage.watches()
    assert stage.alarms() == ["mention-overdue"]
    (ring,) = of(stage, "mention-overdue")
    assert "1 without an answer" in ring

    x.heal()
    stage.waits(seconds=1)
    assert len(x.replies_to(post)) == 1
    stage.watches()
    is_over(stage, "mention-overdue")


def test_answers_that_an_operator_holds_are_not_overdue(stage: Any, mallory: Any) -> None:
    sending_acts.pause(stage.desk, by="dora")
    mallory.posts("@BrightTel #help")
    stage.settles()

    stage.passes(minutes=10)
    stage.watches()

    assert "mention-overdue" not in stage.alarms()


def test_each_ticket_is_told_of_before_its_promise_and_when_it_is_missed(
    stage: Any, ana: Any, ben: Any
) -> None:
    ana.posts("@BrightTel #refund")
    stage.settles()
    stage.passes(minutes=90)
    ben.posts("@BrightTel #refund")
    stage.settles()
    first, second = [row["reference"] for row in stage.tickets()]
    due_in = datetime.fromisoformat(stage.tickets()[0]["due_at"]) - stage.clock.now()

    stage.passes(seconds=due_in.total_seconds() - 1800)
    stage.watches()
    (soon,) = of(stage, "ticket-due")
    assert first in soon
    assert second not in soon

    stage.passes(minutes=60)
    stage.watches()
    assert {"ticket-missed", "ticket-due"} >= set(stage.alarms()) >= {"ticket-missed"}
    (missed,) = of(stage, "ticket-missed")
    assert first in missed
    stage.passes(minutes=90)
    stage.watches()
    assert [second in ring for ring in of(stage, "ticket-missed")] == [False, True]
    assert [second in ring for ring in of(stage, "ticket-due")[1:]].count(True) == 1

    for row in stage.tickets():
        ticket_acts.close_ticket(stage.desk, row["reference"], by="dora")
    stage.watches()
    is_over(stage, "ticket-missed")


def test_a_handover_that_nobody_takes_rings_and_a_colleague_s_word_ends_it(
    stage: Any, x: Any, ana: Any, colleague: Any
) -> None:
    post = ana.posts("@BrightTel #agent")
    stage.settles()
    stage.passes(minutes=10)
    stage.watches()
    assert "handover-waits" not in stage.alarms()

    stage.passes(minutes=10)
    stage.watches()
    assert "handover-waits" in stage.alarms()

    colleague.replies(post, "Cleo here, I am looking at it ^CL")
    stage.serving.own_post_feed.ensure_own_posts_read(
        stage.clock.now() - timedelta(hours=1), stage.clock.now()
    )
    stage.watches()
    is_over(stage, "handover-waits")


def test_a_handover_outside_opening_hours_waits_for_the_morning(
    stage_of: Callable[..., Any], ana: Any
) -> None:
    stage = stage_of(opening_hours="Tue 09:00-17:00")  # it is Monday
    ana.posts("@BrightTel #agent")
    stage.settles()

    stage.passes(hours=2)
    stage.watches()
    assert "handover-waits" not in stage.alarms()

    stage.passes(hours=20)
    stage.watches()
    assert "handover-waits" in stage.alarms()


def test_looks_at_x_that_come_to_nothing_ring_and_what_names_the_reason_rings_alone(
    stage_of: Callable[..., Any], x: Any
) -> None:
    stage = stage_of(alarm_calm=60)
    stage.settles()
    stage.reads_messages()
    stage.passes(minutes=11)

    stage.watches()
    assert stage.alarms() == ["poll-stale"]

    stage.settles()
    stage.reads_messages()
    stage.passes(minutes=1)
    stage.watches()
    stage.watches()
    assert [ring.split(":")[0] == "Over" for ring in of(stage, "poll-stale")] == [False, True]
    x.fault("*", "status", status=503, times=0)
    for _ in range(12):
        stage.waits(minutes=1)
        stage.watches()
    assert stage.alarms() == ["x-down"]


def test_a_start_after_a_long_rest_is_no_late_look(stage: Any) -> None:
    stage.settles()
    stage.kill()
    stage.passes(hours=5)

    stage.start()
    stage.watches()

    assert stage.alarms() == []


def test_a_queue_that_grows_for_a_quarter_of_an_hour_rings(stage: Any, x: Any, mallory: Any) -> None:
    for number in range(20):
        mallory.posts_many([f"@BrightTel number {number}.{one}" for one in range(3)])
        stage.looks()
        stage.watches()
    assert "queue-grows" in stage.alarms()

    stage.works()
    stage.watches()

    is_over(stage, "queue-grows")


def test_a_burst_that_is_worked_off_does_not_ring(stage: Any, x: Any, mallory: Any) -> None:
    mallory.posts_many([f"@BrightTel number {number}" for number in range(60)])
    stage.looks()
    for _ in range(18):
        stage.watches()
        stage.serving.handler.step(stage.hand, 3)

    assert "queue-grows" not in stage.alarms()


def test_an_answer_of_unknown_fate_for_ten_minutes_rings(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "status", status=503, times=1)
    x.fault(OWN_POSTS, "slow", seconds=0, times=0)
    mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    stage.sends()
    stage.passes(minutes=9)
    stage.watches()
    assert "unsure-long" not in stage.alarms()

    stage.passes(minutes=2)
    stage.watches()
    assert "unsure-long" in stage.alarms()

    x.heal()
    for _ in range(4):
        stage.waits(minutes=2)
    stage.watches()
    is_over(stage, "unsure-long")


def test_credit_for_less_than_a_day_rings_until_more_is_bought(stage: Any, x: Any, mallory: Any) -> None:
    for _ in range(6):
        mallory.posts("@BrightTel #help")
    stage.settles()
    stage.serving.hourly.run()
    stage.watches()
    assert stage.alarms() == []

    x.call("PUT", "credit", usd=0.05)
    stage.serving.hourly.run()
    stage.watches()
    assert "credit-low" in stage.alarms()

    x.call("PUT", "credit", usd=10)
    stage.serving.hourly.run()
    stage.watches()
    is_over(stage, "credit-low")


def test_clocks_apart_ring_until_the_machine_s_is_set(stage: Any, x: Any) -> None:
    stage.watches()
    assert "clock-apart" not in stage.alarms()

    x.advance(seconds=40)
    stage.looks()
    stage.watches()
    assert "clock-apart" in stage.alarms()
    (ring,) = of(stage, "clock-apart")
    assert "behind X's" in ring

    stage.sets_machine(seconds=40)
    stage.watches()
    is_over(stage, "clock-apart")


def test_a_backup_that_is_too_old_rings_until_the_next_one(stage: Any) -> None:
    stage.passes(hours=30)
    stage.watches()
    assert stage.alarms() == []  # nobody backs up a demo
    backed_up(stage)
    stage.passes(hours=25)
    stage.watches()
    assert stage.alarms() == []

    stage.passes(hours=2)
    stage.watches()
    assert stage.alarms() == ["backup-old"]

    backed_up(stage)
    stage.watches()
    is_over(stage, "backup-old")


def test_an_alarm_that_comes_and_goes_rings_once_and_its_end_once(stage: Any, x: Any) -> None:
    for _ in range(4):
        x.advance(seconds=40)
        stage.looks()
        stage.watches()
        stage.sets_machine(seconds=40)
        stage.watches()
    assert len(of(stage, "clock-apart")) == 1

    is_over(stage, "clock-apart")


@pytest.mark.parametrize("restarts", [False, True])
def test_an_alarm_of_the_last_run_is_not_rung_again_and_ends(stage: Any, x: Any, restarts: bool) -> None:
    x.advance(seconds=40)
    stage.looks()
    stage.watches()
    if restarts:
        stage.restart()
        stage.looks()
        stage.watches()
    assert len(of(stage, "clock-apart")) == 1

    stage.sets_machine(seconds=40)
    stage.watches()

    is_over(stage, "clock-apart")
