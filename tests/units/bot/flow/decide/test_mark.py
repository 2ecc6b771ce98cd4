"""Every public text ends unlike any other of the last day."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.flow.decide.mark import LETTERS, Marks

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 7, 1, 11, 0, 0, 250_000, tzinfo=UTC)


def none_taken(_: Sequence[str]) -> tuple[str, ...]:
    return ()


def test_a_mark_is_the_local_time_with_seconds() -> None:
    marks = Marks(LONDON, none_taken)

    assert marks.take(NOON) == "12:00:00"


def test_a_second_mark_of_the_same_second_gets_two_letters() -> None:
    marks = Marks(LONDON, none_taken)

    assert [marks.take(NOON) for _ in range(3)] == ["12:00:00", "12:00:00 BB", "12:00:00 BC"]


def test_a_mark_another_run_gave_out_in_the_last_day_is_not_given_again() -> None:
    def taken(marks: Sequence[str]) -> set[str]:
        return {"12:00:00", "12:00:00 BB", "12:00:00 BF"} & set(marks)

    marks = Marks(LONDON, taken)

    assert marks.take(NOON) == "12:00:00 BC"
    assert marks.take(NOON) == "12:00:00 BD"
    assert marks.take(NOON) == "12:00:00 BG"


def test_several_processes_do_not_all_begin_with_the_same_mark() -> None:
    first, second = (Marks(LONDON, none_taken, worker=name) for name in ("one", "two"))

    ours = [first.take(NOON) for _ in range(10)]
    theirs = [second.take(NOON) for _ in range(10)]

    assert len({*ours}) == 10
    assert ours[0] != theirs[0]
    assert len({*ours} & {*theirs}) < 3


def test_when_a_second_is_used_up_the_next_one_serves_and_nothing_is_given_twice() -> None:
    marks = Marks(LONDON, none_taken)
    of_one_second = 1 + len(LETTERS) ** 2

    first = [marks.take(NOON) for _ in range(of_one_second + 1)]
    then = marks.take(NOON + timedelta(seconds=1))

    assert first[-1] == "12:00:01"
    assert then == "12:00:01 BB"
    assert len({*first, then}) == of_one_second + 2


def test_a_clock_set_back_by_an_hour_gives_marks_of_its_own_time() -> None:
    marks = Marks(LONDON, none_taken)

    marks.take(NOON)

    assert marks.take(NOON - timedelta(hours=1)) == "11:00:00"
