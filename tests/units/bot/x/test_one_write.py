"""A request leaves in one write: X never has its head without its body, and the way is gone once."""

import socket
from contextlib import closing
from typing import Any

import pytest

from bot.x.deadline import DeadlineAdapter


class Recorded(socket.socket):
    """A socket to a server that answers everything alike, and remembers what was written to it at once."""

    def __init__(self, server: socket.socket) -> None:
        client = socket.create_connection(server.getsockname())
        super().__init__(fileno=client.detach())
        self.writes: list[bytes] = []
        self._answering, _ = server.accept()

    def sendall(self, data: Any, *flags: int) -> None:
        self.writes.append(bytes(data))
        super().sendall(data, *flags)
        self._answering.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}")

    def close(self) -> None:
        self._answering.close()
        super().close()


@pytest.mark.parametrize("body", [b'{"text":"\xc5\xb4yth"}', None])
def test_head_and_body_leave_together(body: bytes | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, closing(DeadlineAdapter(None)) as adapter:
        connection = adapter.poolmanager.pool_classes_by_scheme["http"].ConnectionCls(*server.getsockname())
        connection.sock = recorded = Recorded(server)

        connection.request("POST" if body else "GET", "/2/tweets", body=body)

        assert connection.getresponse().status == 201
        (whole,) = recorded.writes
        head, _, rest = whole.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /2/tweets" if body else b"GET /2/tweets")
        assert rest == (body or b"")
        connection.close()
