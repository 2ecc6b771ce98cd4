"""People looked up: oneself, by id, by ids, by username.

Source: X's OpenAPI description 2.167; partial errors as https://docs.x.com/x-api/fundamentals/response-codes-and-errors.
"""

import re

from sandbox.world.records import Person
from sandbox.x_api.call import Answer, Call, as_ids
from sandbox.x_api.fields import check_parameters, wanted
from sandbox.x_api.problem_bodies import Json, invalid, not_found, suspended
from sandbox.x_api.shapes import user_json

USERNAME = re.compile(r"[A-Za-z0-9_]{1,15}")


def me(call: Call) -> Answer:
    """`GET /2/users/me`: free of charge."""
    check_parameters(call.query, frozenset())
    return 200, {"data": user_json(call.world, call.person, wanted(call.query), call.person)}


def by_id(call: Call) -> Answer:
    """`GET /2/users/:id`."""
    check_parameters(call.query, frozenset())
    identity = call.path_id()
    return _one(call, call.world.crowd.by_id.get(identity), "id", str(identity))


def by_username(call: Call) -> Answer:
    """`GET /2/users/by/username/:username`."""
    check_parameters(call.query, frozenset())
    return _one(call, call.world.crowd.named(_name(call.params[0])), "username", call.params[0])


def by_ids(call: Call) -> Answer:
    """`GET /2/users?ids=`: what is there in `data`, what is not in `errors`."""
    check_parameters(call.query, frozenset(["ids"]))
    ids = as_ids("ids", call.query.get("ids"))
    return _several(call, "ids", [(str(one), call.world.crowd.by_id.get(one)) for one in ids])


def by_usernames(call: Call) -> Answer:
    """`GET /2/users/by?usernames=`."""
    check_parameters(call.query, frozenset(["usernames"]))
    names = [_name(name) for name in call.query.get("usernames", "").split(",")][:100]
    return _several(call, "usernames", [(name, call.world.crowd.named(name)) for name in names])


def _one(call: Call, person: Person | None, parameter: str, value: str) -> Answer:
    asked = wanted(call.query)
    error = _error(person, parameter, value)
    if person is None or error is not None:
        return 200, {"errors": [error]}
    call.bill.charge_reads("user.read", [person.id])
    return 200, {"data": user_json(call.world, person, asked, call.caller.person)}


def _several(call: Call, parameter: str, pairs: list[tuple[str, Person | None]]) -> Answer:
    asked = wanted(call.query)
    errors = [error for value, person in pairs if (error := _error(person, parameter, value))]
    people = [person for value, person in pairs if person is not None and not person.suspended]
    call.bill.charge_reads("user.read", [person.id for person in people])
    body: Json = {}
    if people:
        body["data"] = [user_json(call.world, person, asked, call.caller.person) for person in people]
    return 200, body | ({"errors": errors} if errors else {})


def _error(person: Person | None, parameter: str, value: str) -> Json | None:
    if person is None:
        return not_found("user", parameter, value)
    return suspended(parameter, value) if person.suspended else None


def _name(sent: str) -> str:
    if not USERNAME.fullmatch(sent):
        raise invalid(
            f"The `username` query parameter value [{sent}] does not match ^[A-Za-z0-9_]{{1,15}}$",
            username=sent,
        )
    return sent
