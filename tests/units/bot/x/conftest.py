"""A client whose X is either a set of canned answers or a socket that misbehaves."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SystemClock
from bot.x.client import XClient
from bot.x.signed_session import Keys, Wiring

KEYS = Keys("the-api-key", "the-api-secret", "the-token", "the-token-secret")
NOW = datetime(2026, 11, 21, 22, 7, tzinfo=UTC)

Serve = Callable[[socket.socket], None]
MakeClient = Callable[..., XClient]


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Builds clients; all are closed at the end."""
    made: list[XClient] = []

    def make(
        base_url: str = "https://api.x.com",
        *,
        within: float = 5.0,
        proxy: str | None = None,
        ca_file: str | None = None,
        **more: object,
    ) -> XClient:
        wiring = Wiring(
            base_url=base_url,
            connect_timeout=timedelta(seconds=2),
            call_timeout=timedelta(seconds=within),
            proxy=proxy,
            ca_file=ca_file,
        )
        made.append(XClient(KEYS, wiring, SystemClock(), **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()


class Servers:
    """Servers that treat each connection as they are told to."""

    def __init__(self) -> None:
        self._open: list[socket.socket] = []

    def __call__(self, behaviour: Serve, *, tls: ssl.SSLContext | None = None) -> str:
        """Starts one, with `tls` over https; its address."""
        listener = socket.create_server(("127.0.0.1", 0))
        self._open.append(listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    self._open.append(connection)
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                if tls is None:
                    behaviour(connection)
                    return
                with tls.wrap_socket(connection, server_side=True) as secured:
                    behaviour(secured)

        threading.Thread(target=accept, daemon=True).start()
        return f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"

    @staticmethod
    def next_request(connection: socket.socket) -> bytes:
        """One whole request; empty when the client has hung up."""
        received = b""
        while b"\r\n\r\n" not in received:
            part = connection.recv(65536)
            if not part:
                return b""
            received += part
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        lengths = [line.split(b":")[1] for line in lines if line.startswith(b"content-length")]
        while lengths and len(body) < int(lengths[0]):
            body += connection.recv(65536)
        return head + body

    @staticmethod
    def answer(body: bytes) -> bytes:
        """A whole answer to a write that was done."""
        head = (
            f"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def close(self) -> None:
        for open_socket in self._open:
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()


@pytest.fixture
def serve() -> Iterator[Servers]:
    servers = Servers()
    yield servers
    servers.close()
