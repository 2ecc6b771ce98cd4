"""Runs commands on threads of their own, each with a deadline; one that waits beyond it is abandoned.

A thread cannot be stopped from outside. An abandoned one is left to end by itself and a fresh one takes its
place at once, so that a command that hangs never blocks the others; what it says afterwards is not listened
to. One that waits costs nothing meanwhile. One that computes takes the CPU from everybody: `overruns` tells
them apart.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger(__name__)

# Most commands only calculate, and one thread runs a dozen in less time than a dozen take to wake. The others
# are woken for what is not done after so long.
_QUICK_SECONDS = 0.005


class TookTooLong(Exception):
    """The command waited beyond its deadline, or so many of its runs hang that no further one is begun."""


CpuSeconds = Callable[[], float]


def cpu_of_this_thread() -> CpuSeconds:
    """Reads, from any thread, how many seconds of the CPU the calling thread has used; 0 once it has ended.

    The clock is asked for on the thread itself: for one that has ended, asking is undefined.
    Source: pthread_getcpuclockid(3), Linux.
    """
    if not hasattr(time, "pthread_getcpuclockid"):
        return lambda: 0.0  # another kind of system: there all that overruns seems to wait
    clock = time.pthread_getcpuclockid(threading.get_ident())

    def read() -> float:
        with suppress(OSError):
            return time.clock_gettime(clock)
        return 0.0

    return read


@dataclass(frozen=True, slots=True)
class Overrun:
    """A run that was abandoned and has not ended: since when it runs, and how much of the CPU it has used."""

    command: str
    seconds: float
    cpu_seconds: float


class Call(Generic[T]):
    """One run of a command: its future, and when it began (seconds of the monotonic clock; None: not yet)."""

    def __init__(self, command: str, run: Callable[[], T]) -> None:
        self.command = command
        self.run = run
        self.future: Future[T] = Future()
        self.began: float | None = None
        self.cpu: CpuSeconds = float  # of the thread it runs on
        self.cpu_before = 0.0
        self.abandoned = False


class Invoker:
    """A few threads that run commands. `deadline` counts from the beginning of a run, not from its
    submission.
    """

    def __init__(
        self,
        *,
        threads: int,
        deadline: timedelta,
        monotonic: Callable[[], float],
        hanging_at_most: int = 8,
        cpu_of_thread: Callable[[], CpuSeconds] = cpu_of_this_thread,
    ) -> None:
        self._deadline_seconds = deadline.total_seconds()
        self._monotonic = monotonic
        self._cpu_of_thread = cpu_of_thread
        self._hanging_at_most = hanging_at_most
        self._left_alone: set[Call[object]] = set()  # abandoned and still alive
        self._changed = threading.Condition()
        self._queue: deque[Call[object]] = deque()
        self._hanging: Counter[str] = Counter()  # abandoned and still alive, by command
        self._at_work = 0
        self._closed = False
        for _ in range(threads):
            self._add_thread()

    def start(self, command: str, run: Callable[[], T]) -> Call[T]:
        """Queues one run; its future holds what it returned or raised, or `TookTooLong`."""
        call = Call(command, run)
        with self._changed:
            if self._hanging[command] >= self._hanging_at_most:
                call.future.set_exception(TookTooLong(f"{self._hanging[command]} earlier runs still hang"))
            else:
                self._queue.append(call)  # type: ignore[arg-type]  # the queue does not look at results
                if not self._at_work:
                    self._changed.notify()
        return call

    def wait(self, calls: Iterable[Call[T]], seconds: float) -> None:
        """Returns when all of them are done, or after that many seconds; abandons those beyond their
        deadline.
        """
        calls = list(calls)
        if calls and not self._done_soon(calls, min(seconds, _QUICK_SECONDS)):
            with self._changed:
                self._changed.notify(len(self._queue))
            wait([call.future for call in calls], timeout=seconds)
        for call in calls:
            if self._overdue(call):
                self._abandon(call)

    @staticmethod
    def _done_soon(calls: Sequence[Call[T]], seconds: float) -> bool:
        return not wait([call.future for call in calls], timeout=seconds).not_done

    def overruns(self) -> list[Overrun]:
        """The runs that were abandoned and have not ended."""
        with self._changed:
            alone, now = list(self._left_alone), self._monotonic()
        return [Overrun(one.command, now - (one.began or now), one.cpu() - one.cpu_before) for one in alone]

    def close(self) -> None:
        """Ends the idle threads; those in a run end after it."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _overdue(self, call: Call[T]) -> bool:
        began = call.began
        return (
            began is not None
            and not call.future.done()
            and self._monotonic() - began >= self._deadline_seconds
        )

    def _abandon(self, call: Call[T]) -> None:
        with self._changed:
            if call.future.done():
                return
            call.abandoned = True
            call.future.set_exception(TookTooLong(f"no answer within {self._deadline_seconds:g} s"))
            self._at_work -= 1
            self._hanging[call.command] += 1
            self._left_alone.add(call)  # type: ignore[arg-type]  # as above
        log.warning("command abandoned", command=call.command, after_seconds=self._deadline_seconds)
        self._add_thread()

    def _add_thread(self) -> None:
        # A daemon thread: a hanging command must not keep the process from ending.
        threading.Thread(target=self._serve, name="command", daemon=True).start()

    def _serve(self) -> None:
        cpu = self._cpu_of_thread()
        while (call := self._next(cpu)) is not None:
            if not self._run(call):
                return  # another thread has taken our place

    def _next(self, cpu: CpuSeconds) -> Call[object] | None:
        with self._changed:
            while not self._queue and not self._closed:
                self._changed.wait()
            if not self._queue:
                return None
            self._at_work += 1
            call = self._queue.popleft()
            call.cpu, call.cpu_before = cpu, cpu()
            call.began = self._monotonic()
            return call

    def _run(self, call: Call[object]) -> bool:
        result: object = None
        error: BaseException | None = None
        try:
            result = call.run()
        except BaseException as raised:  # noqa: BLE001  # the boundary: a raised error is a result
            error = raised
        with self._changed:
            if call.abandoned:
                self._hanging[call.command] -= 1
                self._left_alone.discard(call)
                return False
            self._at_work -= 1
            if error is not None:
                call.future.set_exception(error)
            else:
                call.future.set_result(result)
            return True
