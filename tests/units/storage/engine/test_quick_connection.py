"""The short way to SQLite gives what SQLAlchemy gives."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection

from storage.columns import UtcDateTime
from storage.engine.quick_connection import quick, whole

_tables = sa.MetaData()
_notes = sa.Table(
    "notes",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("about", sa.String, nullable=False, unique=True),
    sa.Column("at", UtcDateTime),
    sa.Column("kept", sa.Boolean, nullable=False, default=True),
    sa.Column("detail", sa.JSON),
    sa.Column("labels", sa.JSON, default=dict),
)


@pytest.fixture
def connection(tmp_path: Path, noon: datetime) -> Iterator[Connection]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'notes.db'}")
    with engine.connect() as connection, connection.begin():
        _tables.create_all(connection)
        connection.execute(_notes.insert(), {"about": "ana", "at": noon, "detail": {"a": [1, None]}})
        connection.execute(_notes.insert(), {"about": "ben", "at": None, "kept": False, "detail": None})
        yield connection
    engine.dispose()


_about = _notes.c.about == sa.bindparam("whom")
_insert = sqlite.insert(_notes)
_upsert = _insert.on_conflict_do_update(index_elements=["about"], set_={"kept": _insert.excluded.kept})
STATEMENTS: list[tuple[sa.Executable, dict[str, Any]]] = [
    (sa.select(_notes).order_by(_notes.c.id), {}),
    (sa.select(_notes.c.at, _notes.c.kept).where(_about), {"whom": "ana"}),
    (sa.select(_notes.c.id).where(_about), {"whom": "nobody"}),
    (sa.select(sa.func.count()).select_from(_notes), {}),
    (sa.select(_notes.c.about).where(_notes.c.about.in_(["ana", "ben"])).order_by(_notes.c.id), {}),
    (sa.select(_notes.c.about).order_by(_notes.c.id).limit(sa.bindparam("most")), {"most": 1}),
    (_notes.update().where(_about).values(kept=sa.bindparam("now_kept")), {"whom": "ben", "now_kept": True}),
    (_notes.update().where(_about).values(kept=False).returning(_notes.c.id, _notes.c.at), {"whom": "ana"}),
    (_notes.delete().where(_about).returning(_notes.c.detail), {"whom": "ana"}),
    (_notes.insert(), {"about": "carys"}),
    (_notes.insert().returning(_notes.c.id, _notes.c.kept), {"about": "carys"}),
    (_notes.insert().returning(_notes), {"kept": False, "about": "carys", "labels": {"a": 1}}),
    (
        _notes.insert()
        .from_select(["about"], sa.select(sa.bindparam("whom", type_=sa.String)))
        .returning(_notes.c.kept, _notes.c.labels),
        {"whom": "carys"},
    ),
    (_upsert.returning(_notes.c.id, _notes.c.kept), {"about": "ana", "kept": False}),
    (sa.text("SELECT about FROM notes WHERE id = :id"), {"id": 2}),
]


@pytest.mark.parametrize("number", range(len(STATEMENTS)))
@pytest.mark.parametrize("read", [lambda r: list(r), lambda r: r.all(), lambda r: [r.first()]])
def test_rows_are_the_same_as_by_the_long_way(
    connection: Connection, number: int, read: Callable[[Any], list[Any]]
) -> None:
    statement, values = STATEMENTS[number]

    def run(on: Connection) -> tuple[list[Any] | None, int]:
        with connection.begin_nested() as undone:
            result = on.execute(statement, values)
            returns = not isinstance(statement, sa.Insert | sa.Update) or statement.exported_columns
            rows = [None if row is None else tuple(row) for row in read(result)] if returns else None
            changed = result.rowcount if rows is None else 0
            undone.rollback()
        return rows, changed

    assert run(quick(connection)) == run(connection)
    assert run(quick(connection)) == run(connection)  # by what was prepared the first time


def test_a_row_knows_its_columns_by_name(connection: Connection, noon: datetime) -> None:
    row: Any = quick(connection).execute(sa.select(_notes).where(_about), {"whom": "ana"}).one()

    assert (row.about, row.at, row.kept, row.detail) == ("ana", noon, True, {"a": [1, None]})


def test_single_values_are_the_same_as_by_the_long_way(connection: Connection) -> None:
    ids = sa.select(_notes.c.id).order_by(_notes.c.id)
    none = ids.where(_notes.c.id > 99)

    for on in (connection, quick(connection)):
        assert on.execute(ids).scalars().all() == [1, 2]
        assert sorted(on.execute(ids).scalars(), reverse=True) == [2, 1]
        assert on.execute(ids).scalars().first() == 1
        assert on.execute(ids.limit(1)).scalar_one() == 1
        assert on.execute(none).scalar() is None
        assert on.execute(none).scalars().first() is None
        assert on.execute(none).first() is None


def test_one_row_is_one_row(connection: Connection) -> None:
    ids = sa.select(_notes.c.id)

    for on in (connection, quick(connection)):
        with pytest.raises(sa.exc.NoResultFound):
            on.execute(ids.where(_notes.c.id > 99)).one()
        with pytest.raises(sa.exc.MultipleResultsFound):
            on.execute(ids).one()


def test_many_rows_of_values_arrive_with_what_their_columns_hold_by_default(connection: Connection) -> None:
    rows = [{"about": "carys"}, {"about": "dora"}]
    named = _notes.c.about.in_(["carys", "dora"])

    assert quick(connection).execute(_notes.insert(), rows).rowcount == 2
    found = connection.execute(sa.select(_notes.c.about, _notes.c.kept, _notes.c.labels).where(named))
    assert sorted(tuple(row) for row in found.all()) == [("carys", True, {}), ("dora", True, {})]


def test_many_rows_that_are_to_be_returned_go_the_long_way(connection: Connection) -> None:
    rows = [{"about": "carys"}, {"about": "dora"}]

    made = quick(connection).execute(_notes.insert().returning(_notes.c.about), rows)

    assert sorted(made.scalars()) == ["carys", "dora"]


def test_the_same_insert_takes_other_columns_the_next_time(connection: Connection) -> None:
    one: Any = _notes.insert().returning(_notes.c.about, _notes.c.kept)

    assert tuple(quick(connection).execute(one, {"about": "carys"}).one()) == ("carys", True)
    assert tuple(quick(connection).execute(one, {"about": "dora", "kept": False}).one()) == ("dora", False)


def test_a_missing_value_is_told_by_name(connection: Connection) -> None:
    with pytest.raises(LookupError, match="whom"):
        quick(connection).execute(sa.select(_notes.c.id).where(_about), {})


def test_a_fault_is_sqlalchemy_s_own_and_repeats_no_value(connection: Connection) -> None:
    rename = _notes.update().where(_notes.c.id == 2).values(about=sa.bindparam("new_name"))

    with pytest.raises(sa.exc.IntegrityError) as raised:
        quick(connection).execute(rename, {"new_name": "ana"})

    assert isinstance(raised.value.orig, sqlite3.IntegrityError)
    assert "'ana'" not in str(raised.value)


def test_the_whole_connection_is_there_for_what_only_it_can_do(connection: Connection) -> None:
    assert whole(quick(connection)) is connection
    assert sa.inspect(whole(quick(connection))).get_table_names() == ["notes"]
