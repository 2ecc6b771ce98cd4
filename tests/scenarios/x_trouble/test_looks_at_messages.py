"""How often the messages are looked at: seldom while nobody is expected, so that there are looks left for
whoever is.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.x.client import MESSAGES

JOB = f"poll {MESSAGES}"


@pytest.fixture
def planned(stage_of: Callable[..., Any]) -> Iterator[Callable[[], Any]]:
    """Starts the bot with a scheduler that plans looks; what it plans lies minutes ahead of this story."""
    stages: list[Any] = []

    def start() -> Any:
        stages.append(stage_of(mentions_poll=3600, dm_poll_expecting=30))
        stages[-1].serving.scheduler.start()
        return stages[-1]

    yield start
    for stage in stages:
        stage.serving.scheduler.stop()


def next_look(stage: Any) -> timedelta:
    due = stage.serving.scheduler.due_in(JOB)
    assert due is not None
    return max(timedelta(0), due)  # type: ignore[no-any-return]


def looks_for(stage: Any, time: timedelta) -> int:
    """Looks as often as is planned for so long; how often."""
    looks, left = 0, time
    while (wait := next_look(stage)) <= left:
        stage.passes(seconds=wait.total_seconds())
        left -= wait
        stage.reads_messages()
        looks += 1
    stage.passes(seconds=left.total_seconds())
    return looks


def refused(x: Any) -> list[int]:
    return [one["status"] for one in x.calls("GET", "/2/dm_events") if one["status"] == 429]


def test_idle_looks_leave_calls_to_those_for_whoever_is_expected(planned: Any, x: Any, carys: Any) -> None:
    stage = planned()
    stage.reads_messages()
    idle = looks_for(stage, timedelta(minutes=8))
    carys.posts("@BrightTel #data")
    stage.looks()
    stage.works()
    stage.passes(seconds=2)
    stage.looks()

    until_next = next_look(stage)
    expecting = looks_for(stage, timedelta(minutes=6))

    assert idle == 4
    assert until_next < timedelta(minutes=1)
    assert expecting >= 6  # in 6 minutes, of what 4 looks in 8 minutes have left of the window
    assert refused(x) == []


def test_looking_for_somebody_expected_never_runs_into_a_used_up_window(
    planned: Any, x: Any, carys: Any
) -> None:
    stage = planned()
    carys.posts("@BrightTel #data")
    stage.settles()
    stage.reads_messages()

    looks = looks_for(stage, timedelta(minutes=29))

    assert looks >= 14
    assert refused(x) == []


def test_whoever_was_invited_is_seen_soon_where_calls_are_plenty(planned: Any, x: Any, carys: Any) -> None:
    x.restart("demo")
    stage = planned()
    stage.reads_messages()
    carys.posts("@BrightTel #data")
    stage.looks()
    stage.works()
    stage.passes(seconds=2)
    stage.looks()
    carys.writes("helo")

    wait = next_look(stage)
    stage.passes(seconds=wait.total_seconds())
    stage.reads_messages()
    stage.works()

    assert wait <= timedelta(seconds=30)
    assert "GB" in carys.message
    assert len(x.calls("GET", "/2/dm_events")) <= 3
