"""A world of linked people and the database that knows them, made once and copied for each measurement."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.local_x import WORLD, LocalX
from benchmarks.our_daemon import Daemon
from bot.backends.demo_company import demo_people, load_demo
from storage import schema
from storage.database import Database
from storage.initial_links import InitialLink, link_initially
from storage.states import ConsentKind
from storage.upkeep import brand

PEOPLE = 500
_DATABASE = "bench.db"
_BOTH = (ConsentKind.MATCHING, ConsentKind.DM)


@dataclass(frozen=True)
class Prepared:
    """A folder with a world and a database that no process uses, and who is in them."""

    folder: Path
    database_url: str
    brand_id: str
    world_id: str
    people: tuple[tuple[str, str], ...]  # id, username

    @property
    def usernames(self) -> list[str]:
        return [username for _, username in self.people]

    @contextmanager
    def copy(self) -> Iterator["Prepared"]:
        """The same in a folder of its own, which goes away."""
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            for kept in (WORLD, _DATABASE):
                shutil.copy(self.folder / kept, name)
            yield replace(self, folder=Path(name), database_url=_in(Path(name)))

    def sandbox(self) -> LocalX:
        """The local X of this world, started."""
        return LocalX(self.folder)

    def daemon(self, x: LocalX, settings: Mapping[str, str]) -> Daemon:
        """TweetServe on this database, started, after its first look at the mentions."""
        return Daemon(self.folder, x, self.database_url, settings)


@contextmanager
def prepared(people: int = PEOPLE) -> Iterator[Prepared]:
    """A fresh world and database; each person is linked to a demo customer and may be sent messages."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        with LocalX(Path(name)) as x:
            brand_id, world_id = str(x.ask("GET", "keys")["user_id"]), str(x.ask("GET", "health")["world_id"])
            folder = Path(name)
            made = Prepared(folder, _in(folder), brand_id, world_id, tuple(x.add_people(people)))
        yield fill_database(made, made.database_url)


def fill_database(world: Prepared, database_url: str) -> Prepared:
    """The same world before this database, which is empty so far."""
    made = replace(world, database_url=database_url)
    with Database(database_url) as database:
        schema.migrate(database)
        _fill(database, made, datetime.now(UTC))
    return made


def _in(folder: Path) -> str:
    return f"sqlite:///{folder / _DATABASE}"


def _fill(database: Database, made: Prepared, now: datetime) -> None:
    customers = [person.customer_id for person in demo_people() if person.lang == "en" and person.linked]
    links = [
        InitialLink(x_id, username, "en", customers[number % len(customers)], _BOTH)
        for number, (x_id, username) in enumerate(made.people)
    ]
    names = {"username": "BrightTel", "name": "BrightTel"}
    serves = brand.sandbox_x(made.world_id)
    database.write(lambda c: brand.settle_in(c, brand_id=made.brand_id, serves=serves, now=now, **names))
    load_demo(database, made.brand_id, now)
    database.write(
        lambda c: link_initially(c, made.brand_id, links, how="benchmark", wording="bench-1", now=now)
    )
