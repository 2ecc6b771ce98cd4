"""The metrics count each answer and each silence once, however it came about."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.scenarios.whole_bot import Stage

POST = "POST /2/tweets"


def counted(stage: Any, line: str) -> float:
    """The value of a series; 0 where it is not there."""
    text = stage.serving.shared.metrics.exposition().decode()
    return sum(float(one.rsplit(" ", 1)[1]) for one in text.splitlines() if one.startswith(line + " "))


def test_an_answer_found_at_x_is_counted_like_one_that_x_confirmed(stage: Any, x: Any, mallory: Any) -> None:
    x.fault(POST, "cut_after")
    mallory.posts("@BrightTel #help")

    stage.settles()
    stage.waits(minutes=2)

    assert counted(stage, 'tweetserve_answers_total{channel="public",command="help"}') == 1
    assert counted(stage, 'tweetserve_seconds_to_answer_count{channel="public"}') == 1
    assert counted(stage, 'tweetserve_seconds_to_answer_sum{channel="public"}') < 60


@pytest.fixture
def nobody_served(database_url: str, x: Any) -> Iterator[Callable[[], Any]]:
    """Starts the bot on an empty database: what is older than its first start is before its time."""
    stages: list[Stage] = []

    def start() -> Stage:
        stages.append(Stage(x, database_url))
        return stages[-1]

    yield start
    for stage in stages:
        stage.kill()


def test_what_was_written_before_our_time_counts_as_skipped_once(
    nobody_served: Any, x: Any, mallory: Any, ana: Any
) -> None:
    mallory.posts("@BrightTel #help")
    ana.writes("hello")
    x.advance(minutes=20)

    stage = nobody_served()
    stage.settles()
    stage.settles()

    assert counted(stage, 'tweetserve_skips_total{reason="before our time"}') == 2


def test_being_told_of_the_limit_counts_as_too_many(stage_of: Any, x: Any, mallory: Any) -> None:
    stage = stage_of(person_limit=1)
    for _ in range(3):
        mallory.posts("@BrightTel #help")
        stage.settles()

    assert counted(stage, 'tweetserve_skips_total{reason="too many"}') == 2
