"""What every test may ask for: a database with its tables, and a clock that stands until it is moved."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from storage import schema
from storage.database import Database, normal_url

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")


class FakeClock:
    """X's time and the monotonic clock, which move together, and only when told to."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self._seconds = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, by: timedelta) -> None:
        self._now += by
        self._seconds += by.total_seconds()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with its tables, migrated once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    with Database(f"sqlite:///{path}") as database:
        schema.migrate(database)
    return path


@pytest.fixture(scope="session")
def postgres_url(worker_id: str) -> Iterator[str]:
    """A PostgreSQL schema of this test process's own, migrated once."""
    name = f"test_{os.getpid()}_{worker_id}"
    engine = sa.create_engine(normal_url(POSTGRES))
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE SCHEMA {name}"))
    url = normal_url(POSTGRES).update_query_dict({"options": f"-csearch_path={name}"})
    text = url.render_as_string(hide_password=False)
    with Database(text) as database:
        schema.migrate(database)
    yield text
    with engine.begin() as connection:
        connection.execute(sa.text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database with its tables: on PostgreSQL when TEST_POSTGRES_URL is set, else
    SQLite.
    """
    if not POSTGRES:
        path = tmp_path / "tweetserve.db"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    with Database(url) as database:
        database.write(_empty)
    return url


@pytest.fixture
def open_database(database_url: str) -> Iterator[Callable[..., Database]]:
    """Opens that database once more, as another process would: a restart, or a second daemon."""
    opened: list[Database] = []

    def open_it(*, group_commit: bool = True, busy_seconds: float = 10.0) -> Database:
        opened.append(Database(database_url, group_commit=group_commit, busy_seconds=busy_seconds))
        return opened[-1]

    yield open_it
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    """An empty database with its tables, opened as the daemon opens it."""
    return open_database()


def _empty(connection: sa.Connection) -> None:
    names = [name for name in sa.inspect(connection).get_table_names() if name not in KEPT]
    connection.execute(sa.text(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE"))


KEPT = {"alembic_version", "schema_steps"}


def pytest_unconfigure(config: pytest.Config) -> None:
    """The very last line: how many tests were skipped because the public reference data are not here."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = getattr(reporter, "stats", {}).get("skipped", [])
    absent = sum("reference data absent" in str(report.longrepr) for report in skipped)
    if reporter is not None and absent:
        reporter.write_line(f"{absent} tests skipped: reference data absent, set REFERENCE_DIR to run them")


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> None:
    """No story hears, or misses, a log because of how another one left them."""
    structlog.reset_defaults()
