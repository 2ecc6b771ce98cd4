"""A total deadline for a call over HTTP, and the certainty whether its first byte left this machine.

`requests` bounds each wait for bytes, never the call: a server that sends one byte a second would hold a
thread for ever. Here one watching thread shuts the socket of a call that is over its deadline. The
connection marks the moment just before it writes, so that a failure before it is known to have sent nothing.
"""

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

from bot.crash_points import CrashPoint, reach


class Withheld(Exception):
    """The last check before the first byte said no; nothing was sent."""

    def __init__(self, too_late: bool) -> None:
        super().__init__("withheld before the first byte")
        self.too_late = too_late


_current = threading.local()
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
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._closed and not self._calls:
                    self._changed.wait()
                if self._closed:
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


def _leave(connection: HTTPConnection) -> None:
    if connection.sock is None:
        connection.connect()
    call: Call | None = getattr(_current, "call", None)
    if call is not None:
        call.leave(connection)


def _has_left() -> None:
    call: Call | None = getattr(_current, "call", None)
    if call is not None and call.is_write:
        reach(CrashPoint.CALL_SENT)


class _InOnePiece:
    """A request leaves in one write, head and body together: each write costs a way through the network."""

    _held: list[bytes] | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        connection: Any = self
        _leave(connection)
        held: list[bytes] = []
        self._held = held
        try:
            super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection it is mixed into
        finally:
            self._held = None
        connection.send(b"".join(held))
        _has_left()

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)  # type: ignore[misc]  # as above
        else:
            self._held.append(data)


class _PlainConnection(_InOnePiece, HTTPConnection):
    pass


class _SecureConnection(_InOnePiece, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class DeadlineAdapter(HTTPAdapter):
    """The transport: pooled connections that know the call they serve.

    `ca_file` names certificate authorities that are trusted beside the usual ones.
    """

    def __init__(self, ca_file: str | None, **kwargs: Any) -> None:
        self._tls: dict[str, Any] = {}
        if ca_file is not None:
            trust = create_urllib3_context()
            trust.load_verify_locations(ca_file)
            self._tls = {"ssl_context": trust}  # requests adds the usual authorities to it
        super().__init__(**kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= self._tls
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **(kwargs | self._tls))
        manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
        return manager


class serving:  # noqa: N801 - read as a verb: with serving(call)
    """Ties a call to this thread's connections for the length of a block."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> Call:
        _current.call = self._call
        return self._call

    def __exit__(self, *_: object) -> None:
        self._call.done = True
        self._call.connection = None
        _current.call = None
