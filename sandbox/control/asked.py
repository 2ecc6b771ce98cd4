"""Reads what a control call sends, and words its refusals."""

import re
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sandbox.world.records import Person, Post
from sandbox.world.snowflakes import id_of
from sandbox.world.world import World

USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")


class Refused(Exception):
    """A control call that cannot be done; the message is for the person or test that made it."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


def answer(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(body), status_code=status, media_type="application/json")


async def body_of(request: Request, allowed: dict[str, type | tuple[type, ...]]) -> dict[str, Any]:
    """The JSON object sent; a null counts as not sent.

    Raises: Refused for anything else, for unknown keys and for values of the wrong type.
    """
    try:
        sent = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        raise Refused(400, "the body is not JSON") from None
    if not isinstance(sent, dict):
        raise Refused(400, "the body must be a JSON object")
    for key, value in sent.items():
        if key not in allowed:
            raise Refused(400, f"unknown field {key!r}; known are {', '.join(sorted(allowed))}")
        kinds = allowed[key]
        wrong_flag = isinstance(value, bool) and kinds is not bool
        if value is not None and (wrong_flag or not isinstance(value, kinds)):
            raise Refused(400, f"{key!r} is of the wrong type")
    return {key: value for key, value in sent.items() if value is not None}


def need(sent: dict[str, Any], key: str) -> Any:
    """A field that must be there.

    Raises: Refused.
    """
    if key not in sent:
        raise Refused(400, f"{key!r} is missing")
    return sent[key]


def number_of(request: Request, name: str) -> int | None:
    """A number of the query; None when it was not sent.

    Raises: Refused when it is none.
    """
    sent = request.query_params.get(name)
    number = id_of(sent) if sent else None
    if sent and number is None:
        raise Refused(400, f"{name!r} must be a number")
    return number


def person_of(world: World, username: str) -> Person:
    """The person of that name.

    Raises: Refused when nobody has it.
    """
    person = world.crowd.named(username)
    if person is None:
        raise Refused(404, f"nobody here is called @{username.removeprefix('@')}")
    return person


def post_of(world: World, identity: str) -> Post:
    """A standing post, in the version named.

    Raises: Refused when there is none.
    """
    post = world.posts.by_id.get(id_of(identity) or 0)
    if post is None or post.deleted:
        raise Refused(404, f"there is no post {identity}")
    return post


def free_username(world: World, username: str, owner: Person | None = None) -> str:
    """A username somebody may take.

    Raises: Refused when it is no username, or another's.
    """
    name = username.removeprefix("@")
    if not USERNAME.fullmatch(name):
        raise Refused(400, f"{username!r} is no username: 1 to 15 letters (a-z), digits and _")
    known = world.crowd.named(name)
    if known is not None and (owner is None or known.id != owner.id):
        raise Refused(409, f"@{known.username} exists already")
    return name
