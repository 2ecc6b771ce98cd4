"""The threads notice work by themselves, at once when woken, and end when told."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.jobs.handler_threads import HandlerThreads
from storage.states import MentionState


@pytest.fixture
def threads_of(office: Any) -> Iterator[Callable[[int], HandlerThreads]]:
    started: list[HandlerThreads] = []

    def start(number: int) -> HandlerThreads:
        started.append(HandlerThreads(office.handler, threads=number))
        started[-1].start()
        return started[-1]

    yield start
    for threads in started:
        threads.stop(5)


def done(office: Any, x_id: str, seconds: float = 10.0) -> bool:
    """Whether the mention is decided before the time is over."""
    ended = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if office.mention(x_id).state == MentionState.DONE:
            return True
        ended.wait(0.01)
    return False


def test_a_mention_is_decided_without_anybody_waking_the_threads(office: Any, threads_of: Any) -> None:
    threads_of(2)

    asked = office.post("ana", "@BrightTel #help")

    assert done(office, asked)


def test_many_mentions_of_many_people_are_each_decided_once(office: Any, threads_of: Any) -> None:
    asked = [office.post(who, "@BrightTel #help") for who in ("ana", "ben", "carys", "mallory")]
    asked += [office.post(who, "@BrightTel #android") for who in ("ana", "ben", "carys", "mallory")]

    threads_of(4).wake()

    assert all(done(office, x_id) for x_id in asked)
    assert [len(office.answers(x_id)) for x_id in asked] == [1] * len(asked)


def test_a_stop_gives_back_what_still_runs(office: Any, threads_of: Any) -> None:
    slow = office.post("ana", "@BrightTel #hangs")
    threads = threads_of(1)
    threads.wake()
    began = threading.Event()
    while office.mention(slow).state != MentionState.HANDLING:
        began.wait(0.01)

    threads.stop(5)

    assert office.mention(slow).state == MentionState.WAITING
    assert office.mention(slow).tries == 0
    office.let_hanging_commands_end()


@pytest.fixture
def asked(office: Any) -> Iterator[HandlerThreads]:
    """Threads that decide for whoever asks."""
    threads = HandlerThreads(office.handler, threads=2, on_request=True)
    threads.start()
    yield threads
    threads.stop(5)


def test_on_request_nothing_is_decided_before_somebody_asks(office: Any, asked: HandlerThreads) -> None:
    posts = [office.post(who, "@BrightTel #help") for who in ("ana", "ben", "carys")]
    asked.wake()  # changes nothing
    assert [office.mention(x_id).state for x_id in posts] == [MentionState.WAITING] * 3

    asked.ask().result(timeout=10)

    assert [office.mention(x_id).state for x_id in posts] == [MentionState.DONE] * 3


def test_who_asks_when_nothing_waits_is_told_at_once(asked: HandlerThreads) -> None:
    asked.ask().result(timeout=10)


def test_a_stop_keeps_nobody_waiting(office: Any, asked: HandlerThreads) -> None:
    office.post("ana", "@BrightTel #hangs")
    waiting = asked.ask()

    asked.stop(5)

    assert waiting.done()
