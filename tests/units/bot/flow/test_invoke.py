"""A command that hangs is left alone, and the others go on."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.flow.invoke import Invoker, TookTooLong


class Ticking:
    """A monotonic clock that stands still until told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def invoker(ticking: Ticking) -> Iterator[Invoker]:
    made = Invoker(threads=1, deadline=timedelta(seconds=5), monotonic=ticking, hanging_at_most=2)
    yield made
    made.close()


def test_what_a_command_returns_is_the_result_of_its_call(invoker: Invoker) -> None:
    call = invoker.start("data", lambda: "3 GB left")

    assert call.future.result(timeout=5) == "3 GB left"


def test_what_a_command_raises_is_the_result_of_its_call_and_the_thread_goes_on(invoker: Invoker) -> None:
    def breaks() -> str:
        raise ZeroDivisionError

    broken = invoker.start("data", breaks)
    fine = invoker.start("text", lambda: "fine")

    with pytest.raises(ZeroDivisionError):
        broken.future.result(timeout=5)
    assert fine.future.result(timeout=5) == "fine"


def test_a_command_beyond_its_deadline_is_abandoned_and_the_next_one_runs(
    invoker: Invoker, ticking: Ticking
) -> None:
    began, released = threading.Event(), threading.Event()

    def hangs() -> str:
        began.set()
        released.wait(timeout=30)
        return "too late"

    hanging = invoker.start("slow", hangs)
    behind = invoker.start("data", lambda: "quick")
    began.wait(timeout=5)
    ticking.seconds = 5.0
    invoker.wait([hanging], seconds=0.01)

    with pytest.raises(TookTooLong):
        hanging.future.result(timeout=0)
    assert behind.future.result(timeout=5) == "quick"
    released.set()


def test_a_command_within_its_deadline_is_not_abandoned(invoker: Invoker, ticking: Ticking) -> None:
    began, released = threading.Event(), threading.Event()

    def works() -> str:
        began.set()
        released.wait(timeout=30)
        return "in time"

    working = invoker.start("slow", works)
    began.wait(timeout=5)
    ticking.seconds = 4.9
    invoker.wait([working], seconds=0.01)
    released.set()

    assert working.future.result(timeout=5) == "in time"


def test_a_command_of_which_many_runs_hang_is_not_begun_again_until_they_end(
    invoker: Invoker, ticking: Ticking
) -> None:
    released = threading.Event()

    def hang_once(number: int) -> None:
        began = threading.Event()

        def hangs() -> None:
            began.set()
            released.wait(timeout=30)

        call = invoker.start("slow", hangs)
        began.wait(timeout=5)
        ticking.seconds += 5.0
        invoker.wait([call], seconds=0.01)

    hang_once(1)
    hang_once(2)
    third = invoker.start("slow", lambda: None)

    with pytest.raises(TookTooLong):
        third.future.result(timeout=0)
    assert invoker.start("data", lambda: "quick").future.result(timeout=5) == "quick"
    released.set()


def test_a_run_behind_one_that_takes_long_is_begun_by_another_thread(ticking: Ticking) -> None:
    invoker = Invoker(threads=2, deadline=timedelta(seconds=5), monotonic=ticking)
    began, released = threading.Event(), threading.Event()

    def takes_long() -> str:
        began.set()
        released.wait(timeout=30)
        return "late"

    slow = invoker.start("slow", takes_long)
    assert began.wait(timeout=5)
    quick = invoker.start("data", lambda: "quick")

    invoker.wait([quick], seconds=5)

    assert quick.future.result(timeout=0) == "quick"
    released.set()
    assert slow.future.result(timeout=5) == "late"
    invoker.close()


def test_after_an_abandoned_run_the_next_one_is_begun_without_a_word(
    invoker: Invoker, ticking: Ticking
) -> None:
    began, released = threading.Event(), threading.Event()

    def hangs() -> None:
        began.set()
        released.wait(timeout=30)

    slow = invoker.start("slow", hangs)
    assert began.wait(timeout=5)
    ticking.seconds += 5.0
    invoker.wait([slow], seconds=0.01)

    assert invoker.start("data", lambda: "quick").future.result(timeout=5) == "quick"
    released.set()
