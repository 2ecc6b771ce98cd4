"""The sandbox as a server: puts its parts together, listens, and ends when its parent ends."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.bill import Bill
from sandbox.control.asked import Refused, answer
from sandbox.control.story import Story
from sandbox.control.workings import Workings
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.limits import Limits
from sandbox.profiles import PROFILES
from sandbox.request_log import RequestLog
from sandbox.timeline.page import mount as mount_page
from sandbox.world.world import World
from sandbox.x_api.door import CUT, Door


class SandboxError(Exception):
    """The sandbox cannot start; the message says why and which setting to change."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """`profile` is one of `sandbox.profiles.PROFILES`; without `world_path` nothing is kept."""

    profile: str = "x"
    world_path: Path | None = None


def create_app(settings: SandboxSettings) -> FastAPI:
    """The sandbox as an ASGI application with its world open.

    Raises: WorldFileError when the world's file cannot be used, SandboxError for an unknown profile.
    """
    profile = PROFILES.get(settings.profile)
    if profile is None:
        raise SandboxError(f"no profile {settings.profile!r}: choose {', '.join(PROFILES)}")
    world = World(settings.world_path)
    bill = Bill(world, profile.credit_usd)
    limits = Limits(world, profile)
    world.open()
    faults, log, feed = Faults(), RequestLog(), Feed(world, bill)
    door = Door(world, bill, profile, limits, faults, log)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        world.close()

    app = FastAPI(title="TweetServe sandbox", openapi_url=None, lifespan=lifespan)
    app.state.world = world
    story, workings = Story(world, feed), Workings(world, bill, profile, faults, log, door.keys)
    app.router.routes += [Mount("/2", app=_without_mount(door)), *_control_routes(story, workings)]
    app.add_exception_handler(Refused, _say_refused)
    app.add_exception_handler(HTTPException, _say_http_error)
    mount_page(app)
    return app


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises: SandboxError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio turns off Nagle's delay (40 ms an answer) only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as taken:
        listener.close()
        raise SandboxError(
            f"cannot listen on {host}:{port} ({taken.strerror}): set SANDBOX_PORT to a free port"
        ) from taken
    return listener


def serve(
    host: str,
    port: int,
    profile: str,
    world_path: Path | None = None,
    parent_pid: int | None = None,
    on_listening: Callable[[str], None] | None = None,
) -> None:
    """Runs the sandbox until SIGTERM, SIGINT, or the end of the process `parent_pid`.

    `port` 0 takes a free one; `on_listening` is called once with the address, such as `http://127.0.0.1:8801`.

    Raises: SandboxError, WorldFileError.
    """
    listener = listen(host, port)
    try:
        app = create_app(SandboxSettings(profile, world_path))
        server = make_server(app)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        asyncio.run(_run(server, listener, parent_pid, partial(on_listening or _say_nothing, address)))
    finally:
        listener.close()


def make_server(app: FastAPI) -> uvicorn.Server:
    """The server, set up so that faults can cut connections and the Date header can be X's."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        backlog=2048,
    )
    return QuietServer(config)


class QuietServer(uvicorn.Server):
    """Leaves signals to `_run`, so that being asked to stop ends with exit code 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Does nothing."""
        yield


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
        if raw is not None:  # linger 0: the other side sees a reset
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.transport.abort()


async def _run(
    server: uvicorn.Server, listener: socket.socket, parent_pid: int | None, on_listening: Callable[[], None]
) -> None:
    watch = asyncio.create_task(_watch_parent(server, parent_pid)) if parent_pid else None
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, server.handle_exit, asked, None)
    announce = asyncio.create_task(_announce(server, on_listening))
    try:
        await server.serve(sockets=[listener])
    finally:
        announce.cancel()
        if watch:
            watch.cancel()


def _say_nothing(_: str) -> None:
    return


async def _announce(server: uvicorn.Server, on_listening: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.005)
    on_listening()


async def _watch_parent(server: uvicorn.Server, parent_pid: int) -> None:
    """Asks the server to stop as soon as the parent has ended, however it ended."""
    loop = asyncio.get_running_loop()
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
        loop.add_reader(descriptor, ended.set)
    await ended.wait()
    server.should_exit = True
    await asyncio.sleep(5.0)
    os.kill(os.getpid(), signal.SIGKILL)  # whatever held it up must not outlive the parent


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def _without_mount(door: Door) -> Callable[[Scope, Receive, Send], Any]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await door(scope, receive, send)

    return app


def _control_routes(story: Story, workings: Workings) -> list[Route]:
    table: list[tuple[str, str, Callable[[Request], Any]]] = [
        ("GET", "health", workings.health),
        ("GET", "keys", workings.keys),
        ("GET", "people", story.people),
        ("POST", "people", story.add_person),
        ("PATCH", "people/{username}", story.change_person),
        ("POST", "posts", story.post),
        ("PUT", "posts/{id}", story.edit),
        ("DELETE", "posts/{id}", story.delete),
        ("POST", "messages", story.message),
        ("GET", "timeline", story.timeline),
        ("GET", "stream", story.stream),
        ("GET", "media/{id}", story.picture),
        ("GET", "bill", workings.bill),
        ("PUT", "credit", workings.set_credit),
        ("GET", "faults", workings.faults),
        ("POST", "faults", workings.add_fault),
        ("DELETE", "faults", workings.remove_faults),
        ("DELETE", "faults/{id}", workings.remove_faults),
        ("GET", "requests", workings.requests),
        ("POST", "clock", workings.clock),
    ]
    return [Route(f"/sandbox/{path}", endpoint, methods=[method]) for method, path, endpoint in table]


async def _say_refused(_: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)
    return answer({"error": refused.error}, refused.status)


async def _say_http_error(_: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    return answer({"error": str(wrong.detail)}, wrong.status_code)


def say_on_stdout(address: str) -> None:
    """Tells whoever started the sandbox where it listens."""
    sys.stdout.write(f"sandbox listening on {address}\n")
    sys.stdout.flush()
