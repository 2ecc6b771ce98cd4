"""What X's windows leave says when somebody's message can leave at the earliest."""

from datetime import UTC, datetime, timedelta

from bot.flow.outgoing.expected import call_times
from storage.upkeep.windows import Allowance, WindowRow

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TABLE = Allowance(3, day_calls=100)


def minutes(times: list[datetime]) -> list[int]:
    return [(at - NOON) // timedelta(minutes=1) for at in times]


def row(**known: object) -> WindowRow:
    nothing: dict[str, object] = dict.fromkeys(
        ("calls_limit", "calls_left", "resets_at", "day_calls_left", "day_resets_at", "paused_until")
    )
    return WindowRow(**(nothing | {"route": "r", "paused_why": "", "tries": 0} | known))  # type: ignore[arg-type]


def test_of_a_route_never_called_the_table_s_window_leaves_now() -> None:
    assert minutes(call_times(None, TABLE, NOON, 4)) == [0, 0, 0, 15]


def test_what_is_left_leaves_now_and_the_rest_in_windows_after_the_reset() -> None:
    known = row(calls_limit=2, calls_left=1, resets_at=NOON + timedelta(minutes=5))

    assert minutes(call_times(known, TABLE, NOON, 6)) == [0, 5, 5, 20, 20, 35]


def test_a_window_that_is_over_is_a_new_one() -> None:
    known = row(calls_limit=2, calls_left=0, resets_at=NOON)

    assert minutes(call_times(known, TABLE, NOON, 3)) == [0, 0, 15]


def test_a_day_used_up_is_waited_for() -> None:
    known = row(
        calls_limit=3,
        calls_left=3,
        resets_at=NOON + timedelta(minutes=5),
        day_calls_left=1,
        day_resets_at=NOON + timedelta(hours=3),
    )

    assert minutes(call_times(known, TABLE, NOON, 3)) == [0, 180, 180]


def test_a_paused_route_leaves_nothing_before_its_time() -> None:
    known = row(paused_until=NOON + timedelta(minutes=4))

    assert minutes(call_times(known, TABLE, NOON, 1)) == [4]
