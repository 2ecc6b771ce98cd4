"""The daemon's life: starts its parts in order, waits for a signal, and stops them in the opposite order.

The first SIGTERM or SIGINT finishes the calls in flight and gives claims back; a second one ends at once,
which the work tables survive like any other crash. A part may ask for a new start: then the daemon stops in
the same way, and `starts_again` says so to whoever runs it, unless a signal has come meanwhile.
"""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

from bot.errors import ExitCode

log = structlog.get_logger()

# What stopping may take in all, so that a supervisor that kills after 10 s never has to.
STOP_SECONDS = 9.0


@dataclass(frozen=True, slots=True)
class Part:
    """Something that runs on threads of its own.

    `start` begins and returns at once. `stop` takes nothing new, finishes what is under way, and returns
    after so many seconds at most.
    """

    name: str
    start: Callable[[], object]
    stop: Callable[[float], object]


class Daemon:
    """Parts that live and end together. `seconds` is a clock that only goes forward."""

    def __init__(self, parts: Sequence[Part], seconds: Callable[[], float]) -> None:
        self._parts = list(parts)
        self._seconds = seconds
        self._asked_to_stop = threading.Event()
        self._signalled = False
        self._why_again = ""
        self._started: list[Part] = []

    def start(self) -> None:
        """Starts all parts, or none: when one cannot start, those before it are stopped again."""
        try:
            for part in self._parts:
                part.start()
                self._started.append(part)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops what was started, last first. Returns within `STOP_SECONDS`."""
        deadline = self._seconds() + STOP_SECONDS
        while self._started:
            part = self._started.pop()
            try:
                part.stop(max(0.1, deadline - self._seconds()))
            except Exception:  # the others are to be stopped all the same
                log.exception("could not stop", part=part.name)

    def ask_to_stop(self) -> None:
        """Makes `run` end in good order."""
        self._asked_to_stop.set()

    def ask_to_start_again(self, why: str) -> None:
        """The same, and then everything is to begin anew in a fresh process."""
        self._why_again = why
        self._asked_to_stop.set()

    @property
    def starts_again(self) -> bool:
        """Whether it ended only to begin anew."""
        return bool(self._why_again) and not self._signalled

    def run(self, started: Callable[[], None] = lambda: None) -> int:
        """Serves until a signal comes; the exit code. Only for the main thread, which gets the signals.

        `started` is called once all parts run: whoever is told so then may ask for the end as well.
        """
        before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            self.start()
            started()
            self._asked_to_stop.wait()
            if self.starts_again:
                log.warning("starting again", why=self._why_again)
            log.info("stopping", finishing="calls under way", at_most_seconds=STOP_SECONDS)
            self.stop()
            log.info("stopped")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return ExitCode.DONE

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._signalled:
            os._exit(128 + number)
        self._signalled = True
        self._asked_to_stop.set()
