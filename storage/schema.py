"""Brings a database's tables to the version this program knows, and refuses those it does not know.

`HEAD` and `NEEDS_VERSION` change with every new file in migrations/versions.
"""

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.database import Database
from storage.dispatching import job_tables
from storage.engine.quick_connection import whole

HEAD = "0012"  # the newest revision in migrations/versions
NEEDS_VERSION = "0.1.0"  # the first version of the program that knows it

FOLDER = Path(__file__).parent / "migrations"

_MIGRATING = 7_461_203  # the key of PostgreSQL's advisory lock: two processes never migrate at once

Progress = Callable[[str], None]


class SchemaTrouble(Exception):
    """The tables are not the ones this program knows."""

    def __init__(self, sentence: str, needs_version: str) -> None:
        super().__init__(sentence)
        self.needs_version = needs_version


class NewerSchema(SchemaTrouble):
    """A newer version of the program has been here."""

    def __init__(self, found: str, needs_version: str) -> None:
        super().__init__(
            f"the database is of schema {found}, which needs TweetServe {needs_version} or newer",
            needs_version,
        )
        self.found = found


class OlderSchema(SchemaTrouble):
    """The tables wait for `tweetserve migrate`."""

    def __init__(self, found: str | None) -> None:
        said = "the database is empty" if found is None else f"the database is of schema {found}"
        super().__init__(f"{said}, and this program needs schema {HEAD}: migrate it first", NEEDS_VERSION)
        self.found = found


def found_revision(connection: Connection) -> str | None:
    """The schema's revision; None for a database without tables of ours."""
    if not sa.inspect(whole(connection)).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def check(database: Database) -> None:
    """Returns when the tables are those this program knows.

    Raises: NewerSchema, OlderSchema, StorageTrouble.
    """
    found = database.read(found_revision)
    if found == HEAD:
        return
    if found is None or found in _known_revisions():
        raise OlderSchema(found)
    raise NewerSchema(found, database.read(lambda connection: _needed(connection, found)))


def migrate(database: Database, progress: Progress = lambda _: None) -> list[str]:
    """Brings the tables to `HEAD`; the revisions it went through, none when they were there already.

    `progress` is told each step as it begins. All steps happen in one transaction: a migration that fails, or
    is killed, leaves the database as it was.

    Raises: NewerSchema, StorageTrouble.
    """
    try:
        check(database)
    except OlderSchema:
        pass
    else:
        if database.is_sqlite or database.read(job_tables.stand):
            return []
    with database.schema_transaction() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        steps = _upgrade(connection, progress)
        if not database.is_sqlite:
            job_tables.make(connection)
        return steps


def _upgrade(connection: Connection, progress: Progress) -> list[str]:
    from alembic import command  # noqa: PLC0415 - 0.1 s to import, and needed once a version
    from alembic.config import Config  # noqa: PLC0415 - likewise

    steps: list[str] = []

    def begin(revision: str) -> None:
        steps.append(revision)
        progress(f"schema {revision}")

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    config.attributes["begin"] = begin
    command.upgrade(config, HEAD)
    return steps


def _known_revisions() -> set[str]:
    return {path.name.split("_", 1)[0] for path in (FOLDER / "versions").glob("*_*.py")}


def _needed(connection: Connection, revision: str) -> str:
    if not sa.inspect(whole(connection)).has_table("schema_steps"):
        return "of another kind"
    wanted = sa.text("SELECT needs_version FROM schema_steps WHERE revision = :revision")
    return str(connection.execute(wanted, {"revision": revision}).scalar() or "unknown")


def note_step(connection: Connection, revision: str, needs_version: str) -> None:
    """Called by each step for itself: which version of the program is needed from it on."""
    written = sa.text("INSERT INTO schema_steps (revision, needs_version) VALUES (:revision, :version)")
    connection.execute(written, {"revision": revision, "version": needs_version})
