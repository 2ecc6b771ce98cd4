"""The people of the world, found by id or by name."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sandbox.world.records import Person

PEOPLE_FILE = Path(__file__).parent.parent / "people.yaml"


def first_people() -> tuple[Person, list[Person]]:
    """The brand and the demo people every world begins with; their ids never change."""
    listed = _listed()
    return _person(listed["brand"]), [_person(row) for row in listed["people"]]


@cache
def _listed() -> Any:
    return yaml.safe_load(PEOPLE_FILE.read_text(encoding="utf-8"))


def _person(row: dict[str, Any]) -> Person:
    return Person(**{**row, "id": int(row["id"])})


class Crowd:
    """Everybody with an account; names are compared without regard to case."""

    def __init__(self) -> None:
        self.by_id: dict[int, Person] = {}
        self._by_name: dict[str, Person] = {}

    def add(self, person: Person) -> None:
        """Takes somebody in, or takes over the changed record of somebody known."""
        known = self.by_id.get(person.id)
        if known is not None:
            self._by_name.pop(known.username.casefold(), None)
        self.by_id[person.id] = person
        self._by_name[person.username.casefold()] = person

    def named(self, username: str) -> Person | None:
        """The person of that name, with or without `@`; None when nobody has it."""
        return self._by_name.get(username.removeprefix("@").casefold())
