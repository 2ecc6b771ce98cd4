"""Waiting counts seconds, whatever the wall clock says, and a job never overlaps itself."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.jobs.steady_time import SteadyScheduler, SteadyTime

SOON = timedelta(milliseconds=10)


@pytest.fixture
def scheduler() -> Iterator[SteadyScheduler]:
    made = SteadyScheduler(threads=4)
    made.start()
    yield made
    made.stop()


def test_its_time_goes_on_with_the_monotonic_clock_alone() -> None:
    seconds = [100.0]
    steady = SteadyTime(lambda: seconds[0])
    before = datetime.now(steady)

    seconds[0] += 3.0

    assert datetime.now(steady) - before == timedelta(seconds=3)


def test_a_job_runs_once_after_its_wait(scheduler: SteadyScheduler) -> None:
    ran = threading.Event()

    scheduler.run_in(SOON, "look", ran.set)

    assert ran.wait(5)


def test_a_job_can_plan_itself_again(scheduler: SteadyScheduler) -> None:
    runs: list[None] = []
    enough = threading.Event()

    def look() -> None:
        runs.append(None)
        if len(runs) == 5:
            enough.set()
        else:
            scheduler.run_in(timedelta(0), "look", look)

    scheduler.run_in(timedelta(0), "look", look)

    assert enough.wait(5)


def test_a_newer_plan_replaces_the_older_one(scheduler: SteadyScheduler) -> None:
    late, early = threading.Event(), threading.Event()
    scheduler.run_in(timedelta(hours=1), "look", late.set)

    scheduler.run_in(SOON, "look", early.set)

    assert early.wait(5)
    assert not late.is_set()
    assert scheduler.due_in("look") is None


def test_a_run_that_would_overlap_is_left_out(scheduler: SteadyScheduler) -> None:
    running, most, enough = [0], [0], threading.Event()
    release = threading.Event()

    def slow() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        release.wait(0.05)
        running[0] -= 1
        enough.set()

    scheduler.run_every(timedelta(milliseconds=10), "slow", slow)

    assert enough.wait(5)
    assert most[0] == 1


def test_stopping_waits_for_what_runs_and_starts_nothing_more() -> None:
    scheduler = SteadyScheduler(threads=2)
    scheduler.start()
    begun, ended, never = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        ended.wait(0.05)
        ended.set()

    scheduler.run_in(timedelta(0), "work", work)
    assert begun.wait(5)
    scheduler.run_in(timedelta(seconds=30), "never", never.set)
    scheduler.stop()

    assert ended.is_set()
    assert not never.is_set()


def test_a_repeated_job_that_runs_while_it_stops_ends_and_is_not_planned_again() -> None:
    scheduler = SteadyScheduler(threads=2)
    scheduler.start()
    begun, go_on, runs = threading.Event(), threading.Event(), []

    def work() -> None:
        runs.append(None)
        begun.set()
        go_on.wait(5)

    scheduler.run_every(timedelta(0), "work", work)
    assert begun.wait(5)
    stopping = threading.Thread(target=scheduler.stop, args=(30.0,), daemon=True)
    stopping.start()
    go_on.set()
    stopping.join(5)

    assert not stopping.is_alive()
    assert len(runs) >= 1
    assert scheduler.due_in("work") is None


def test_a_job_that_hangs_is_left_behind_when_the_time_to_stop_is_over() -> None:
    scheduler = SteadyScheduler(threads=2)
    scheduler.start()
    begun, end = threading.Event(), threading.Event()

    def hang() -> None:
        begun.set()
        end.wait(30)

    scheduler.run_every(timedelta(0), "hang", hang)
    assert begun.wait(5)
    stopping = threading.Thread(target=scheduler.stop, args=(0.05,), daemon=True)
    stopping.start()
    stopping.join(5)

    assert not stopping.is_alive()
    end.set()
