"""X's time follows the Date header, as little as it must, and never the wall clock once X was heard."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock, header_time

INSTANT = timedelta(0)


def test_a_header_that_agrees_within_its_second_moves_nothing() -> None:
    clock = SystemClock()
    before = clock.offset

    clock.learn(clock.now().replace(microsecond=0), INSTANT)

    assert abs(clock.offset - before) < timedelta(milliseconds=50)


def test_a_clock_behind_x_is_moved_up_to_the_header() -> None:
    clock = SystemClock()
    x_time = clock.now() + timedelta(minutes=7)

    clock.learn(x_time, INSTANT)

    assert timedelta(0) <= clock.now() - x_time < timedelta(seconds=1)
    assert timedelta(minutes=6, seconds=59) < clock.offset < timedelta(minutes=7, seconds=1)


def test_a_clock_ahead_of_x_is_moved_back_no_further_than_the_header_and_the_call_allow() -> None:
    clock = SystemClock()
    x_time = clock.now() - timedelta(minutes=7)
    took = timedelta(seconds=2)

    clock.learn(x_time, took)

    assert timedelta(seconds=3) <= clock.now() - x_time < timedelta(seconds=4)


def test_the_offset_of_the_last_run_serves_until_x_is_heard() -> None:
    clock = SystemClock(timedelta(hours=-1))

    assert abs(clock.offset + timedelta(hours=1)) < timedelta(seconds=1)


def test_time_in_this_process_only_goes_forward() -> None:
    clock = SystemClock()

    assert clock.monotonic() <= clock.monotonic()
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("header", "at"),
    [
        ("Sat, 21 Nov 2026 22:07:00 GMT", datetime(2026, 11, 21, 22, 7, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 22:07:00 +0000", datetime(2026, 11, 21, 22, 7, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header_is_read_or_left_alone(header: str | None, at: datetime | None) -> None:
    assert header_time(header) == at
