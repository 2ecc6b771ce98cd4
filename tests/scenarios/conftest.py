"""The stage on which customers' stories are played: X as a sandbox over HTTP, and the whole bot before it.

X's time stands at Monday noon when a story begins. The bot's parts are driven one after the other in the
test's own thread, until nothing moves any more. Time goes on for X and for the bot alike, and only when a
story says so.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.scenarios.theatre import BRAND, LocalX, Person, Theatre
from tests.scenarios.whole_bot import Stage


@pytest.fixture(scope="session")
def theatre() -> Iterator[Theatre]:
    theatre = Theatre()
    yield theatre
    theatre.close()


@pytest.fixture(scope="session")
def first_day(theatre: Theatre, tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A folder with a world whose time stands at Monday noon, and a database that serves it since then."""
    folder = tmp_path_factory.mktemp("first_day")
    x = LocalX(theatre, folder / "x.world")
    now = x.now()
    noon = (now + timedelta(days=7 - now.weekday())).replace(hour=12, minute=0, second=0, microsecond=0)
    x.advance(seconds=(noon - now).total_seconds())
    shutil.copy(migrated_file, folder / "served.db")
    _serve_once(x, f"sqlite:///{folder / 'served.db'}")
    x.end()
    return folder


@pytest.fixture
def x(theatre: Theatre, first_day: Path, tmp_path: Path) -> Iterator[LocalX]:
    """A world of this story's own."""
    shutil.copy(first_day / "x.world", tmp_path / "x.world")
    x = LocalX(theatre, tmp_path / "x.world")
    yield x
    x.end()


@pytest.fixture
def served_url(request: pytest.FixtureRequest, x: LocalX, first_day: Path, tmp_path: Path) -> str:
    """A database of this story's own that serves the world since Monday noon, with the demo company in it."""
    url: str = request.getfixturevalue("database_url")
    if url.startswith("sqlite:///"):
        place = url.removeprefix("sqlite:///")
        shutil.copy(first_day / "served.db", place)
        shutil.copy(first_day / "served.db.last-call", f"{place}.last-call")
    else:
        _serve_once(x, url)
        x.restart()
    return url


def _serve_once(x: LocalX, url: str) -> None:
    """A first start, which looks whether anything was answered before it, and an end in good order.

    What it learnt of X's windows is forgotten: a story may choose others.
    """
    stage = Stage(x, url)
    stage.looks()
    assert not stage.serving.lost_time.is_open
    stage.database.write(lambda c: c.execute(sa.text("DELETE FROM windows")))
    stage.serving.roles.give_up()
    stage.kill()


@pytest.fixture
def stage_of(x: LocalX, served_url: str) -> Iterator[Callable[..., Stage]]:
    """Starts the bot with other settings than the usual ones."""
    stages: list[Stage] = []

    def start(**settings: Any) -> Stage:
        stages.append(Stage(x, served_url, **settings))
        return stages[-1]

    yield start
    for stage in stages:
        stage.kill()


@pytest.fixture
def stage(stage_of: Callable[..., Stage]) -> Stage:
    return stage_of()


@pytest.fixture
def ana(x: LocalX) -> Person:
    """A customer who is linked and takes our messages."""
    return Person(x, "ana")


@pytest.fixture
def ben(x: LocalX) -> Person:
    """A customer whose X account is not linked yet."""
    return Person(x, "ben")


@pytest.fixture
def carys(x: LocalX) -> Person:
    """A customer who speaks Welsh: linked, without consent to messages."""
    return Person(x, "carys")


@pytest.fixture
def mallory(x: LocalX) -> Person:
    """Somebody who means no good."""
    return Person(x, "mallory")


@pytest.fixture
def colleague(x: LocalX) -> Person:
    """A colleague who uses the brand's account in X's own app."""
    return Person(x, BRAND)
