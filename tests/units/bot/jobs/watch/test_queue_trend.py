"""A queue that grows for a while is told from a burst, from noise, and from the usual."""

from collections.abc import Callable

import pytest

from bot.jobs.watch.queue_trend import LEAST, QueueTrend


def trend_of(length: Callable[[int], float], minutes: int = 16) -> QueueTrend:
    trend = QueueTrend(900)
    for step in range(minutes * 2 + 1):
        trend.add(step * 30.0, int(length(step)))
    return trend


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("steadily", lambda step: 5 + step * 2),
        ("with noise", lambda step: 5 + step * 2 + (7 if step % 2 else 0)),
        ("slowly", lambda step: 1000 + step),
    ],
)
def test_a_queue_that_grows_is_seen(name: str, length: Callable[[int], float]) -> None:
    assert trend_of(length).grows


@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("empty", lambda step: 0),
        ("short", lambda step: min(step, LEAST - 1)),
        ("long and steady", lambda step: 500),
        ("a burst that is worked off", lambda step: max(0, 300 - step * 10)),
        ("a burst at the end", lambda step: 300 if step > 30 else 0),
        ("up and down", lambda step: 100 if step % 4 < 2 else 0),
    ],
)
def test_a_queue_that_does_not_grow_is_left_alone(name: str, length: Callable[[int], float]) -> None:
    assert not trend_of(length).grows


def test_nothing_is_said_before_the_whole_time_was_seen() -> None:
    assert not trend_of(lambda step: step * 10, minutes=14).grows


@pytest.mark.parametrize(
    "length", [lambda step: 3, lambda step: 400 - step * 10, lambda step: 400 if step < 20 else 190]
)
def test_it_is_over_when_it_is_short_again_or_shrinks(length: Callable[[int], float]) -> None:
    assert trend_of(length).is_over


def test_one_that_stays_long_is_not_over() -> None:
    assert not trend_of(lambda step: 400).is_over
