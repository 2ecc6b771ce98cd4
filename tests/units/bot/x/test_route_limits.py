"""How long to wait before the next call of a route."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.x.route_limits import LONGEST_BACK_OFF, back_off, next_call_in
from storage.upkeep.windows import WindowRow

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
IDLE, EXPECTING = timedelta(seconds=120), timedelta(seconds=5)


def window(**changes: Any) -> WindowRow:
    known: dict[str, Any] = {
        "route": "GET /2/dm_events",
        "calls_limit": 15,
        "calls_left": None,
        "resets_at": None,
        "day_calls_left": None,
        "day_resets_at": None,
        "paused_until": None,
        "paused_why": "",
        "tries": 0,
    }
    return WindowRow(**(known | changes))


def test_without_a_word_of_x_the_setting_applies() -> None:
    assert next_call_in(IDLE, None, NOW, 1) == IDLE
    assert next_call_in(IDLE, window(), NOW, 1) == IDLE


def test_the_calls_left_are_shared_out_until_the_reset_but_for_the_reserve() -> None:
    left = window(calls_left=11, resets_at=NOW + timedelta(seconds=600))

    assert next_call_in(EXPECTING, left, NOW, 1) == timedelta(seconds=60)


def test_idle_polls_leave_calls_that_expected_ones_then_share_out() -> None:
    saved = window(calls_left=13, resets_at=NOW + timedelta(seconds=60))

    assert next_call_in(IDLE, saved, NOW, 1) == IDLE
    assert next_call_in(EXPECTING, saved, NOW, 1) == EXPECTING


def test_the_last_calls_are_left_alone_until_the_reset() -> None:
    left = window(calls_left=1, resets_at=NOW + timedelta(seconds=400))

    assert next_call_in(EXPECTING, left, NOW, 1) == timedelta(seconds=400)


def test_a_window_that_is_over_says_nothing() -> None:
    over = window(calls_left=0, resets_at=NOW - timedelta(seconds=1))

    assert next_call_in(EXPECTING, over, NOW, 1) == EXPECTING


def test_a_day_window_is_shared_out_as_well() -> None:
    left = window(day_calls_left=100, day_resets_at=NOW + timedelta(seconds=9900))

    assert next_call_in(EXPECTING, left, NOW, 1) == timedelta(seconds=100)


def test_a_pause_is_waited_for() -> None:
    paused = window(paused_until=NOW + timedelta(seconds=90))

    assert next_call_in(EXPECTING, paused, NOW, 1) == timedelta(seconds=90)


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (5, 32), (9, 300), (100, 300)])
def test_the_back_off_doubles_up_to_five_minutes(tries: int, seconds: int) -> None:
    assert back_off(tries, 0.0) == timedelta(seconds=seconds)
    assert back_off(tries, 1.0) == timedelta(seconds=seconds) / 2
    assert back_off(tries, 0.5) <= LONGEST_BACK_OFF
