"""What every act of a colleague needs, and what it comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.desk import desk_errors
from bot.flow.context import House
from bot.flow.decide.case import Policy
from bot.flow.decide.mark import Marks
from commands.wording.sentences import Sentences
from storage import journal, people
from storage.people import PersonRow

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where colleagues act: the database, the brand's own things, and how answers are worded and marked.

    `sending` False: nothing is sent, so no reply is taken.
    """

    house: House
    policy: Policy
    say: Sentences
    marks: Marks
    clock: Clock
    sending: bool = True

    @property
    def brand_id(self) -> str:
        return self.house.brand.id

    def write(self, work: Callable[[Connection], T]) -> T:
        """One act in one transaction."""
        return self.house.database.write(work)

    def now(self) -> datetime:
        return self.clock.now()


@dataclass(frozen=True, slots=True)
class Act:
    """What was done, as a sentence for whoever did it; `subject` is what it was done to."""

    sentence: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(
    desk: Desk,
    connection: Connection,
    what: str,
    subject: str,
    *,
    by: str,
    mention_id: int | None = None,
    **detail: object,
) -> None:
    """Writes an act into the journal. `detail` holds no customer's words."""
    entry = journal.Entry(what, mention_id, subject, detail, who=by)
    journal.write(connection, desk.brand_id, [entry], desk.now())


def find_person(desk: Desk, connection: Connection, who: str) -> PersonRow:
    """The person of this @name or id. Raises: OperatorError."""
    found = people.by_username(connection, desk.brand_id, who)
    if found is None and who.removeprefix("@").isdecimal():
        found = people.find(connection, desk.brand_id, [who]).get(who)
    if found is None:
        raise desk_errors.no_such("person", who, listing="people")
    return found


def person_of(desk: Desk, connection: Connection, person_id: str) -> PersonRow:
    """The person of this id, who has written to us. Raises: OperatorError."""
    found = people.find(connection, desk.brand_id, [person_id]).get(person_id)
    if found is None:
        raise desk_errors.no_such("person", person_id, listing="people")
    return found


def called(person: PersonRow) -> str:
    """How a person is named to colleagues."""
    return f"@{person.username}" if person.username else person.x_id
