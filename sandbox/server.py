"""The sandbox as a server: puts its parts together, listens, and ends when its parent ends."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from sandbox.bill import Bill
from sandbox.control.asked import Refused, answer
from sandbox.control.loads import LoadControls
from sandbox.control.stage import Story
from sandbox.control.workings import Workings
from sandbox.faults import Faults
from sandbox.feed import Feed
from sandbox.limits import Limits
from sandbox.listening import QuietServer, SandboxError, listen, run
from sandbox.load.load_player import LoadPlayer
from sandbox.profiles import PROFILES
from sandbox.request_log import RequestLog
from sandbox.timeline.page import mount as mount_page
from sandbox.world.world import World
from sandbox.x_api.door import Door


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
    faults, log, feed, player = Faults(), RequestLog(), Feed(world, bill), LoadPlayer(world)
    door = Door(world, bill, profile, limits, faults, log)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        world.close()

    app = FastAPI(title="TweetServe sandbox", openapi_url=None, lifespan=lifespan)
    app.state.world = world
    app.state.endings = [player.close, feed.close, door.close]
    story, loads = Story(world, feed), LoadControls(player)
    workings = Workings(world, bill, profile, faults, log, door.keys, player)
    app.router.routes += [Mount("/2", app=_without_mount(door)), *_control_routes(story, workings, loads)]
    app.add_exception_handler(Refused, _say_refused)
    app.add_exception_handler(HTTPException, _say_http_error)
    mount_page(app)
    return app


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
        gc.freeze()  # a large world is not looked through again by each garbage collection
        server = QuietServer(app, app.state.endings)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
        asyncio.run(run(server, listener, parent_pid, partial(on_listening or _say_nothing, address)))
    finally:
        listener.close()


def _say_nothing(_: str) -> None:
    return


def _without_mount(door: Door) -> Callable[[Scope, Receive, Send], Any]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await door(scope, receive, send)

    return app


def _control_routes(story: Story, workings: Workings, loads: LoadControls) -> list[Route]:
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
        ("POST", "load", loads.begin),
        ("DELETE", "load", loads.stop),
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
