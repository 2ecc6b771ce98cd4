"""A request leaves in one write: X never has its head without its body, and the way is gone once."""

import socket
from typing import Any

import pytest
from requests import PreparedRequest

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
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        adapter = DeadlineAdapter(None)
        pool = adapter.poolmanager.connection_from_url(address)
        connection: Any = pool._get_conn()
        connection.sock = recorded = Recorded(server)
        pool._put_conn(connection)
        request = PreparedRequest()
        request.prepare("POST" if body else "GET", f"{address}/2/tweets", data=body)

        answer = adapter.send(request)

        assert (answer.status_code, answer.content) == (201, b"{}")
        (whole,) = recorded.writes
        head, _, rest = whole.partition(b"\r\n\r\n")
        assert head.startswith(b"POST /2/tweets" if body else b"GET /2/tweets")
        assert rest == (body or b"")
        adapter.close()
        recorded.close()
