"""The tables: the migrations end exactly at them, and a database of a newer program is refused."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from storage import account_tables, schema, tables
from storage.database import Database
from storage.engine.quick_connection import whole
from storage.incidents import incident_tables
from storage.upkeep import own_posts, upkeep_tables
from storage.upkeep.own_posts import OwnPostRow

VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"
STEPS = sorted(path.name[:4] for path in VERSIONS.glob("*_*.py"))
# Imported so that their tables are known.
EVERY_MODEL = (tables, upkeep_tables, account_tables, incident_tables)


def described(connection: sa.Connection) -> dict[str, object]:
    """All that an engine knows of its tables: columns, keys, checks, indexes with their conditions."""
    inspector = sa.inspect(whole(connection))
    return {
        name: {
            "columns": sorted(
                (column["name"], str(column["type"]), column["nullable"])
                for column in inspector.get_columns(name)
            ),
            "primary": sorted(inspector.get_pk_constraint(name)["constrained_columns"]),
            "foreign": sorted(
                (tuple(key["constrained_columns"]), key["referred_table"], tuple(key["referred_columns"]))
                for key in inspector.get_foreign_keys(name)
            ),
            "unique": sorted(tuple(key["column_names"]) for key in inspector.get_unique_constraints(name)),
            "checks": sorted(
                (str(check["name"]), check["sqltext"]) for check in inspector.get_check_constraints(name)
            ),
            "indexes": sorted(
                (
                    str(index["name"]),
                    tuple(index["column_names"]),
                    bool(index["unique"]),
                    str(index["dialect_options"].get(f"{connection.dialect.name}_where")),
                )
                for index in inspector.get_indexes(name)
            ),
        }
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def test_the_migrations_end_at_the_tables(database: Database) -> None:
    migrated = database.read(described)

    def build(connection: sa.Connection) -> dict[str, object]:
        SQLModel.metadata.drop_all(connection)
        SQLModel.metadata.create_all(connection)
        return described(connection)

    try:
        built = database.write(build)
    finally:
        database.write(lambda c: [schema.note_step(c, step, "0.1.0") for step in ("0001", schema.HEAD)])

    assert migrated == built


def test_migrating_tells_each_step_and_does_nothing_the_second_time(tmp_path: Path) -> None:
    told: list[str] = []
    with Database(f"sqlite:///{tmp_path / 'new.db'}") as database:
        first = schema.migrate(database, told.append)
        second = schema.migrate(database, told.append)

    assert first == STEPS
    assert second == []
    assert told == [f"schema {step}" for step in STEPS]


def test_a_colleagues_post_stands_in_a_channel_that_is_known(database: Database) -> None:
    post = OwnPostRow("5", "pigeon", datetime(2026, 11, 21, 12, 0, tzinfo=UTC))

    with pytest.raises(sa.exc.IntegrityError, match="channel_is_known"):
        database.write(lambda c: own_posts.store(c, "1", [post]))


def test_the_head_is_the_newest_step() -> None:
    steps = sorted(path.name.split("_")[0] for path in (schema.FOLDER / "versions").glob("0*.py"))

    assert steps[-1] == schema.HEAD
    assert re.fullmatch(r"\d{4}", schema.HEAD)


def test_an_empty_database_asks_to_be_migrated(tmp_path: Path) -> None:
    with (
        Database(f"sqlite:///{tmp_path / 'new.db'}") as database,
        pytest.raises(schema.OlderSchema, match="the database is empty, and this program needs schema"),
    ):
        schema.check(database)


@pytest.fixture
def from_the_future(open_database) -> Database:
    database: Database = open_database(group_commit=False)

    def upgrade(connection: sa.Connection) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        schema.note_step(connection, "9999", "7.2.0")

    database.write(upgrade)
    yield database

    def back(connection: sa.Connection) -> None:
        connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{schema.HEAD}'"))
        connection.execute(sa.text("DELETE FROM schema_steps WHERE revision = '9999'"))

    database.write(back)


def test_a_newer_schema_is_refused_with_the_version_it_needs(from_the_future: Database) -> None:
    with pytest.raises(schema.NewerSchema, match=r"schema 9999, which needs TweetServe 7\.2\.0 or newer"):
        schema.check(from_the_future)
    with pytest.raises(schema.NewerSchema) as refused:
        schema.migrate(from_the_future)

    assert refused.value.needs_version == "7.2.0"


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    def fail(step: str) -> None:
        if step == "schema 0002":
            raise LookupError("on purpose")

    with Database(f"sqlite:///{tmp_path / 'new.db'}") as database:
        with pytest.raises(LookupError):
            schema.migrate(database, fail)

        assert database.read(lambda connection: sa.inspect(whole(connection)).get_table_names()) == []
        assert schema.migrate(database) == STEPS
