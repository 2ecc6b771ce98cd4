"""One call of the API while it is being answered: who calls, what they asked, what stands at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.access.keys import Caller
from sandbox.bill import Bill
from sandbox.faults import NO_EFFECTS, Effects
from sandbox.profiles import Profile
from sandbox.world.records import Person
from sandbox.world.snowflakes import id_of
from sandbox.world.world import World
from sandbox.x_api.problem_bodies import Json, invalid

Answer = tuple[int, Json]


@dataclass(slots=True)
class Call:
    """`params` are the path's variable parts, `query` the query's parameters (the last of each name)."""

    world: World
    bill: Bill
    profile: Profile
    caller: Caller
    params: tuple[str, ...]
    query: Mapping[str, str]
    body: bytes = b""
    content_type: str = ""
    effects: Effects = field(default=NO_EFFECTS)

    @property
    def person(self) -> Person:
        """The calling user; only for routes that let no app in."""
        assert self.caller.person is not None
        return self.caller.person

    def path_id(self) -> int:
        """The id in the path.

        Raises: Problem 400 when it is no id.
        """
        return as_id("id", self.params[0])

    def json_body(self, allowed: frozenset[str]) -> Json:
        """The JSON object sent.

        Raises: Problem 400 when it is none, or has keys the route does not know.
        """
        try:
            sent = orjson.loads(self.body if self.content_type.startswith("application/json") else b"")
        except orjson.JSONDecodeError:
            raise invalid("Requests with bodies must have content-type of application/json.") from None
        if not isinstance(sent, dict):
            raise invalid("The request body must be a JSON object.")
        for key in sent:
            if key not in allowed:
                raise invalid(f"$.{key}: is not defined in the schema and the schema does not allow it")
        return sent


def as_id(name: str, value: Any) -> int:
    """A sent id as a number.

    Raises: Problem 400 when it is none.
    """
    found = id_of(value) if isinstance(value, str) else None
    if found is None:
        raise invalid(f"The `{name}` query parameter value [{value}] is not valid", **{name: str(value)})
    return found


def as_ids(name: str, value: str | None, most: int = 100) -> list[int]:
    """A comma-separated list of 1 to `most` ids, each once.

    Raises: Problem 400 otherwise.
    """
    parts = (value or "").split(",")
    if not value or len(parts) > most:
        count = len(parts) if value else 0
        raise invalid(
            f"The number of values in the `{name}` query parameter list [{count}] is not between 1 and {most}"
        )
    return list(dict.fromkeys(as_id(name, part) for part in parts))
