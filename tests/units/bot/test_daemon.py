"""The daemon's life: what starts first stops last, and nothing that fails keeps the rest from stopping."""

import os
import signal
import threading
from collections.abc import Callable

import pytest

from bot.daemon import STOP_SECONDS, Daemon, Part


class Diary:
    """Notes what was started and stopped."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.seconds = 100.0

    def part(self, name: str, *, fails_at: str = "", takes_seconds: float = 0.0) -> Part:
        def note(verb: str) -> None:
            self.entries.append(f"{verb} {name}")
            self.seconds += takes_seconds if verb == "stop" else 0.0
            if verb == fails_at:
                raise RuntimeError(f"{name} would not {verb}")

        return Part(name, lambda: note("start"), lambda _: note("stop"))

    def clock(self) -> float:
        return self.seconds


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_what_starts_first_stops_last(diary: Diary) -> None:
    daemon = Daemon([diary.part("send"), diary.part("poll")], diary.clock)

    daemon.start()
    daemon.stop()

    assert diary.entries == ["start send", "start poll", "stop poll", "stop send"]


def test_a_part_that_cannot_start_takes_those_before_it_down_again(diary: Diary) -> None:
    daemon = Daemon([diary.part("send"), diary.part("poll", fails_at="start")], diary.clock)

    with pytest.raises(RuntimeError, match="poll would not start"):
        daemon.start()

    assert diary.entries == ["start send", "start poll", "stop send"]


def test_a_part_that_cannot_stop_does_not_keep_the_others_from_it(diary: Diary) -> None:
    daemon = Daemon([diary.part("send"), diary.part("poll", fails_at="stop")], diary.clock)
    daemon.start()

    daemon.stop()

    assert diary.entries[-2:] == ["stop poll", "stop send"]


def test_all_parts_together_may_take_less_than_ten_seconds_to_stop(diary: Diary) -> None:
    granted: list[float] = []
    slow = diary.part("poll", takes_seconds=6.0)
    last = Part("send", lambda: None, granted.append)
    daemon = Daemon([last, slow], diary.clock)
    daemon.start()

    daemon.stop()

    assert STOP_SECONDS < 10
    assert granted == [pytest.approx(STOP_SECONDS - 6.0)]


def test_a_signal_ends_it_in_good_order_with_exit_code_0(diary: Diary) -> None:
    def send_ourselves_a_signal() -> None:
        threading.Thread(target=lambda: os.kill(os.getpid(), signal.SIGTERM)).start()

    daemon = Daemon([diary.part("send"), Part("signal", send_ourselves_a_signal, _nothing)], diary.clock)
    before = signal.getsignal(signal.SIGTERM)

    code = daemon.run()

    assert code == 0
    assert diary.entries == ["start send", "stop send"]
    assert signal.getsignal(signal.SIGTERM) == before


_nothing: Callable[[float], object] = lambda _: None  # noqa: E731
