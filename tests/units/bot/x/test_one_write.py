"""A request leaves in one write: X never has its head without its body, and the way is gone once."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from bot.x.client import XClient


class Recorded(socket.socket):
    """A socket to a server that answers everything alike, and remembers what was written to it at once."""

    def __init__(self, server: socket.socket) -> None:
        client = socket.socket()
        client.connect(server.getsockname())
        super().__init__(fileno=client.detach())
        self.writes: list[bytes] = []
        self._answering, _ = server.accept()

    def sendall(self, data: Any, *flags: int) -> None:
        self.writes.append(bytes(data))
        super().sendall(data, *flags)
        self._answering.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 19\r\n\r\n{"data":{"id":"9"}}')

    def close(self) -> None:
        self._answering.close()
        super().close()


CALLS: list[tuple[Callable[[XClient], Any], bytes, bool]] = [
    (lambda x: x.create_post("\u0174yth", "42"), b"POST /2/tweets HTTP/1.1\r\n", True),
    (lambda x: x.delete_post("9"), b"DELETE /2/tweets/9 HTTP/1.1\r\n", False),
    (lambda x: x.me(), b"GET /2/users/me?user.fields=", False),
]


@pytest.mark.parametrize(("call", "start", "has_body"), CALLS)
def test_head_and_body_leave_together(
    call: Callable[[XClient], Any],
    start: bytes,
    has_body: bool,
    make_client: Callable[..., XClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        recorded = Recorded(server)
        monkeypatch.setattr("urllib3.util.connection.create_connection", lambda *_, **__: recorded)

        call(make_client("http://x.invalid"))

        (whole,) = recorded.writes
        head, _, body = whole.partition(b"\r\n\r\n")
        assert head.startswith(start)
        assert b"\r\nHost: x.invalid\r\n" in head
        assert ("\u0174yth".encode() in body) is has_body
        assert (f"\r\nContent-Length: {len(body)}".encode() in head) is has_body
