"""A client whose X is either a set of canned answers or a socket that misbehaves."""

import socket
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

    def make(base_url: str = "https://api.x.com", *, within: float = 5.0, **more: object) -> XClient:
        wiring = Wiring(
            base_url=base_url, connect_timeout=timedelta(seconds=2), call_timeout=timedelta(seconds=within)
        )
        made.append(XClient(KEYS, wiring, SystemClock(), **more))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], str]]:
    """Starts a server that treats each connection as the given function does; its address."""
    listeners: list[socket.socket] = []
    accepted: list[socket.socket] = []

    def start(behaviour: Serve) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    accepted.append(connection)
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                behaviour(connection)

        threading.Thread(target=accept, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for open_socket in (*listeners, *accepted):
        with suppress(OSError):
            open_socket.shutdown(socket.SHUT_RDWR)
        open_socket.close()
