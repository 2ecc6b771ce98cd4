"""The daemon's life: starts its services in order, waits for a signal, and stops them in the opposite order.

The first SIGTERM or SIGINT finishes the calls in flight and gives claims back; a second one ends at once,
which the work tables survive like any other crash.
"""

import os
import signal
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Protocol

import structlog

from bot.errors import ExitCode

log = structlog.get_logger()

# What stopping may take in all, so that a supervisor that kills after 10 s never has to.
STOP_SECONDS = 9.0


class Service(Protocol):
    """Something that runs on threads of its own."""

    def start(self) -> None:
        """Begins; returns at once."""

    def stop(self, seconds: float) -> None:
        """Takes nothing new, finishes what is under way, and returns after so many seconds at most."""


class Daemon:
    """Services that live and end together."""

    def __init__(self, services: Sequence[Service], seconds: Callable[[], float]) -> None:
        self._services = list(services)
        self._seconds = seconds
        self._asked_to_stop = threading.Event()
        self._started: list[Service] = []

    def start(self) -> None:
        """Starts all services, or none: when one cannot start, those before it are stopped again."""
        try:
            for service in self._services:
                service.start()
                self._started.append(service)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops what was started, last first. Returns within `STOP_SECONDS`."""
        deadline = self._seconds() + STOP_SECONDS
        while self._started:
            service = self._started.pop()
            try:
                service.stop(max(0.1, deadline - self._seconds()))
            except Exception:  # the others are to be stopped all the same
                log.exception("could not stop", service=type(service).__name__)

    def ask_to_stop(self) -> None:
        """Makes `run` end in good order."""
        self._asked_to_stop.set()

    def run(self) -> int:
        """Serves until a signal comes; the exit code. Only for the main thread, which gets the signals."""
        before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            self.start()
            self._asked_to_stop.wait()
            log.info("stopping", finishing="calls under way", at_most_seconds=STOP_SECONDS)
            self.stop()
            log.info("stopped")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return ExitCode.DONE

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        if self._asked_to_stop.is_set():
            os._exit(128 + number)
        self._asked_to_stop.set()
