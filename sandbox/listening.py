"""How the sandbox listens: its socket, a protocol that can cut connections, and an end with its parent's."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.x_api.door import CUT


class SandboxError(Exception):
    """The sandbox cannot start; the message says why and which setting to change."""


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one.

    Raises: SandboxError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio turns off Nagle's delay (40 ms an answer) only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as taken:
        listener.close()
        reason = taken.strerror or str(taken)
        raise SandboxError(
            f"cannot listen on {host}:{port} ({reason}): set SANDBOX_PORT to a free port"
        ) from taken
    return listener


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose requests carry what cuts their connection, with a reset instead of an orderly end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope[CUT] = self._cut
            await inner(scope, receive, send)

        self.app = app

    def _cut(self) -> None:
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):  # the other side may have gone already
                # linger 0: the other side sees a reset
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.transport.abort()


class QuietServer(uvicorn.Server):
    """A server that leaves signals to `run`, so that being asked to stop ends with exit code 0."""

    def __init__(self, app: ASGIApp, endings: Iterable[Callable[[], None]]) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        config = uvicorn.Config(
            app,
            http=CuttableProtocol,
            ws="none",
            log_config=None,
            access_log=False,
            date_header=False,  # the API's Date is X's
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        super().__init__(config)
        self._endings = list(endings)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Does nothing."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what would otherwise last for ever, then stops."""
        for end in self._endings:
            end()
        await super().shutdown(sockets)


async def run(
    server: QuietServer, listener: socket.socket, parent_pid: int | None, on_listening: Callable[[], None]
) -> None:
    """Serves until a signal, or the end of the parent, asks to stop; `on_listening` is called once."""
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, server.handle_exit, asked, None)
    tasks = [asyncio.create_task(_announce(server, on_listening))]
    if parent_pid:
        tasks.append(asyncio.create_task(_watch_parent(server, parent_pid)))
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in tasks:
            task.cancel()


async def _announce(server: QuietServer, on_listening: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    on_listening()


async def _watch_parent(server: QuietServer, parent_pid: int) -> None:
    """Asks the server to stop as soon as the parent has ended, however it ended."""
    ended = asyncio.Event()
    try:
        descriptor = os.pidfd_open(parent_pid)
    except ProcessLookupError:
        ended.set()
    except OSError:  # an old kernel: look now and then
        while _is_alive(parent_pid):
            await asyncio.sleep(0.5)
        ended.set()
    else:
        asyncio.get_running_loop().add_reader(descriptor, ended.set)
    await ended.wait()
    server.should_exit = True
    await asyncio.sleep(5.0)
    os.kill(os.getpid(), signal.SIGKILL)  # whatever held it up must not outlive the parent


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
