"""A total deadline for a call over HTTP, and the certainty whether its first byte left this machine.

A socket's time-out bounds each wait for bytes, never the call: a server that sends one byte a second would
hold a thread for ever. Here one watching thread shuts the socket of a call that is over its deadline. The
moment just before a call writes is marked, so that a failure before it is known to have sent nothing.
"""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from urllib3.connection import HTTPConnection

from bot.crash_points import CrashPoint, reach


class Withheld(Exception):
    """The last check before the first byte said no; nothing was sent."""

    def __init__(self, too_late: bool) -> None:
        super().__init__("withheld before the first byte")
        self.too_late = too_late


_cutting = threading.Lock()  # held for microseconds: which call a connection serves


class Call:
    """One call under way: when it must be over, whether its first byte has left, whether it was cut off."""

    __slots__ = ("connection", "cut", "deadline", "done", "is_write", "may_leave", "written")

    def __init__(
        self, deadline: float, may_leave: Callable[[], bool] | None = None, *, is_write: bool = False
    ) -> None:
        self.deadline = deadline  # by time.monotonic()
        self.may_leave = may_leave
        self.is_write = is_write
        self.written = False
        self.cut = False
        self.done = False
        self.connection: HTTPConnection | None = None

    def leave(self, connection: HTTPConnection) -> None:
        """Called just before the first byte is written. Raises: Withheld."""
        if self.is_write:
            reach(CrashPoint.CALL_CHECKING)
        if time.monotonic() >= self.deadline:
            raise Withheld(too_late=True)
        if self.may_leave is not None and not self.may_leave():
            raise Withheld(too_late=False)
        if self.is_write:
            reach(CrashPoint.CALL_LEAVING)
        with _cutting:
            self.connection = connection
            connection.serves = self  # type: ignore[attr-defined] # ours, on urllib3's object
            self.written = True

    def has_left(self) -> None:
        """Called just after the last byte was written."""
        if self.is_write:
            reach(CrashPoint.CALL_SENT)

    def end(self) -> None:
        """Called before the connection serves another call; more than once does no harm."""
        with _cutting:
            self.done = True
            self.connection = None
            self.may_leave = None  # the watch keeps a call until its deadline, but not what it was about


class Watch:
    """Shuts the sockets of calls that are over their deadline; one thread for all calls of a client.

    Deadlines are expected in about the order the calls begin, as they are when every call may last equally
    long.
    """

    def __init__(self) -> None:
        self._calls: deque[Call] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self, call: Call) -> None:
        with self._changed:
            self._calls.append(call)
            if self._thread is None:
                self._closed = False
                self._thread = threading.Thread(target=self._run, name="x-deadlines", daemon=True)
                self._thread.start()
            elif len(self._calls) == 1:
                self._changed.notify()

    def cut_reads(self) -> None:
        """Ends the reads under way: nothing is lost by it, and whoever waits for them can go home."""
        with self._changed:
            reads = [call for call in self._calls if not call.is_write]
        for call in reads:
            _cut(call)

    def close(self) -> None:
        """Ends the thread once no call is under way; another call begins another."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._calls:
                    self._changed.wait()
                if not self._calls or (self._closed and all(call.done for call in self._calls)):
                    self._thread = None
                    return
                first = self._calls[0]
                if first.done or first.deadline <= time.monotonic():
                    self._calls.popleft()
                else:
                    self._changed.wait(first.deadline - time.monotonic())
                    continue
            if not first.done:
                _cut(first)


def _cut(call: Call) -> None:
    with _cutting:
        connection = call.connection
        # The connection may serve another call by now: that one is left alone.
        if call.done or connection is None or getattr(connection, "serves", None) is not call:
            return
        call.cut = True
        sock = connection.sock
        if sock is not None:
            with suppress(OSError):  # closed in this very moment
                # The plain socket's own method: TLS would first forget its state under the reading thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
