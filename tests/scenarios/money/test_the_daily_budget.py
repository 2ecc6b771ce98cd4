"""The daily budget: writing stops first, then reading, and the next UTC day both go on."""

from typing import Any

# The story begins on Monday noon by UTC: the next day is half a day away.
NEXT_DAY = {"hours": 12, "minutes": 1}


def test_writing_stops_at_its_share_and_reading_goes_on(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.05", person_limit=0)  # 0.04 for answers of 0.010
    posts = [mallory.posts("@BrightTel #help") for _ in range(6)]
    stage.settles()

    assert sum(len(x.replies_to(post)) for post in posts) == 3
    assert stage.alarms() == ["budget-writes"]
    later = mallory.posts("@BrightTel hello")
    stage.settles()
    assert stage.knows(later)
    assert x.spent() <= 0.04


def test_what_waited_is_sent_on_the_next_day_and_the_alarm_ends(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.03", person_limit=0)
    posts = [mallory.posts("@BrightTel #help") for _ in range(3)]
    stage.settles()
    assert sum(len(x.replies_to(post)) for post in posts) == 2
    stage.waits(hours=6)
    assert sum(len(x.replies_to(post)) for post in posts) == 2

    stage.waits(**NEXT_DAY)

    assert [len(x.replies_to(post)) for post in posts] == [1, 1, 1]
    assert stage.alarms() == []
    stage.money_agrees()


def test_the_share_for_writing_is_a_setting(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.05", write_share="0.3")
    posts = [mallory.posts("@BrightTel #help") for _ in range(3)]

    stage.settles()

    assert sum(len(x.replies_to(post)) for post in posts) == 1


def test_reading_shrinks_its_page_before_it_stops(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.02", write_share="0")
    mallory.posts_many([f"@BrightTel number {number}" for number in range(40)])

    stage.settles()

    asked = [call["query"] for call in x.calls("GET", "/mentions")]
    assert "max_results=20" in asked[0]
    assert x.spent() <= 0.02
    assert stage.alarms() == ["budget-reads"]
    assert stage.unsettled() == 0


def test_once_the_budget_is_gone_nothing_is_called_until_the_next_day(
    stage_of: Any, x: Any, mallory: Any
) -> None:
    stage = stage_of(daily_budget_usd="0.02", write_share="0")
    posts = mallory.posts_many([f"@BrightTel number {number}" for number in range(30)])
    stage.settles()
    calls = len(x.calls("GET"))
    stage.waits(hours=1)
    stage.waits(hours=1)
    assert len(x.calls("GET")) == calls

    stage.waits(hours=10, minutes=5)
    stage.settles()

    assert all(stage.knows(post) for post in posts)
    assert x.spent() <= 0.04


def test_people_are_rung_once_for_each_stop(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.02", person_limit=0)
    for _ in range(4):
        mallory.posts("@BrightTel #help")
    stage.settles()
    for _ in range(3):
        stage.waits(minutes=5)

    assert sum("budget-writes" in ring for ring in stage.rung()) == 1


def test_a_restart_does_not_forget_what_was_spent(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(daily_budget_usd="0.03", person_limit=0)
    for _ in range(4):
        mallory.posts("@BrightTel #help")
    stage.settles()
    sent = len(x.ours())

    stage.restart()
    stage.waits(minutes=5)

    assert len(x.ours()) == sent
