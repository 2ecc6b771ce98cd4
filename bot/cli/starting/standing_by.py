"""One daemon serves an SQLite file; one that finds it taken stands by, and takes over when the other is gone.

While it stands by it reads nothing from X, sends nothing, and does not even open the database.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from storage.engine.owner_lock import HeldByAnother, OwnerLock

# How soon the file is taken over, at most. A look costs a few microseconds, and no look waits for another.
LOOK_EVERY_SECONDS = 0.2

Tell = Callable[[str], None]


class StandBy:
    """A wait for the lock of a database file. For the main thread, which gets the signals."""

    def __init__(self, lock: OwnerLock, *, tell: Tell) -> None:
        """`tell` is told, in a sentence each, whom it waits for and that it takes over."""
        self._lock = lock
        self._tell = tell
        self._waits_for = ""
        self.has_waited = False

    def why_not_ready(self) -> str:
        """For /readyz."""
        return f"standby: {self._waits_for}" if self._waits_for else "the daemon is starting"

    def wait(self) -> bool:
        """True once the file is this process's; False when it was asked to stop before."""
        with _asked_to_stop() as stop:
            while not stop.is_set():
                try:
                    self._lock.take()
                except HeldByAnother as held:
                    self._stand_by(held)
                    stop.wait(LOOK_EVERY_SECONDS)
                    continue
                if self.has_waited:
                    self._tell("The daemon that served is gone: this one takes over.")
                self._waits_for = ""
                return True
            self._tell("Asked to stop while standing by.")
            return False

    def _stand_by(self, held: HeldByAnother) -> None:
        if held.pid is None and not self.has_waited:
            return  # taken a moment ago, by whom is not written yet: the next look will tell
        if self._waits_for != str(held):
            self._waits_for = str(held)
            self._tell(f"Standing by: {held}. This daemon takes over when that one is gone.")
        self.has_waited = True


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Set by SIGTERM and SIGINT, which otherwise end a process where it stands."""
    asked = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
