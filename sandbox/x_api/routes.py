"""The endpoints the sandbox plays: method, path, whom it lets in, and what answers it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.x_api.call import Answer, Call
from sandbox.x_api.callers import Who
from sandbox.x_api.calls import (
    dm_calls,
    media_calls,
    post_calls,
    search_calls,
    timeline_calls,
    usage_calls,
    user_calls,
)


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. `name` is how windows and faults call it: `GET /2/users/:id/mentions`."""

    name: str
    who: Who
    answer: Callable[[Call], Answer]
    free: bool = False


ROUTES = [
    Route("GET /2/users/me", Who.USER, user_calls.me),
    Route("GET /2/users", Who.ANYONE, user_calls.by_ids),
    Route("GET /2/users/by", Who.ANYONE, user_calls.by_usernames),
    Route("GET /2/users/:id", Who.ANYONE, user_calls.by_id),
    Route("GET /2/users/by/username/:username", Who.ANYONE, user_calls.by_username),
    Route("GET /2/users/:id/mentions", Who.ANYONE, timeline_calls.mentions),
    Route("GET /2/users/:id/tweets", Who.ANYONE, timeline_calls.own_posts),
    Route("GET /2/tweets", Who.ANYONE, post_calls.read_many),
    Route("POST /2/tweets", Who.USER, post_calls.create),
    Route("GET /2/tweets/search/recent", Who.ANYONE, search_calls.recent),
    Route("GET /2/tweets/:id", Who.ANYONE, post_calls.read_one),
    Route("DELETE /2/tweets/:id", Who.USER, post_calls.delete),
    Route("POST /2/dm_conversations/with/:id/messages", Who.USER, dm_calls.send),
    Route("GET /2/dm_conversations/with/:id/dm_events", Who.USER, dm_calls.events_with),
    Route("GET /2/dm_events", Who.USER, dm_calls.all_events),
    Route("GET /2/dm_events/:id", Who.USER, dm_calls.one_event),
    Route("DELETE /2/dm_events/:id", Who.USER, dm_calls.delete),
    Route("POST /2/media/upload", Who.USER, media_calls.upload),
    Route("POST /2/media/metadata", Who.USER, media_calls.metadata),
    Route("GET /2/usage/tweets", Who.APP, usage_calls.tweets),
    Route("GET /2/usage/credits", Who.ANYONE, usage_calls.credits, free=True),
]

_FIXED = {route.name: route for route in ROUTES if ":" not in route.name}
_VARIABLE: dict[tuple[str, int], list[tuple[list[str], Route]]] = {}
for _route in ROUTES:
    if ":" in _route.name:
        _parts = _route.name.split("/")
        _VARIABLE.setdefault((_parts[0].strip(), len(_parts)), []).append((_parts, _route))


def find(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The endpoint of a request, with the variable parts of its path; None when X has none there."""
    fixed = _FIXED.get(f"{method} {path}")
    if fixed is not None:
        return fixed, ()
    parts = path.split("/")
    for pattern, route in _VARIABLE.get((method, len(parts)), ()):
        if all(
            want == have or want.startswith(":") for want, have in zip(pattern[1:], parts[1:], strict=True)
        ):
            return route, tuple(
                have for want, have in zip(pattern[1:], parts[1:], strict=True) if want.startswith(":")
            )
    return None


def canonical(name: str) -> str | None:
    """The route a fault names (`GET /2/users/{id}/mentions`, `:id` or a real id); None for no route."""
    method, _, path = name.strip().partition(" ")
    cleaned = "/".join(
        ":" if part.startswith((":", "{")) or part.isdigit() else part
        for part in path.split("?")[0].split("/")
    )
    for route in ROUTES:
        simple = "/".join(":" if part.startswith(":") else part for part in route.name.split("/"))
        if simple == f"{method.upper()} {cleaned}":
            return route.name
    found = find(method.upper(), path)
    return found[0].name if found else None
