"""Many rows as one parameter, so that writing a hundred costs one statement and one step of the database.

A statement run once per row costs each time what SQLAlchemy, the driver and, where threads share one
interpreter, the way into and out of the database cost: together more than the writing itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage.columns import utc_text
from storage.engine.both_engines import PerEngine, or_else

# How each engine opens one JSON array of arrays; the place keeps the rows' order.
_SQLITE = "SELECT key AS place, {columns} FROM json_each(:given)"
_POSTGRESQL = (
    "SELECT place, {columns} FROM json_array_elements(CAST(:given AS json)) WITH ORDINALITY"
    " AS opened(value, place)"
)

_POSTGRESQL_WORDS = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's


def with_rows(
    columns: Mapping[str, sa.types.TypeEngine[Any]], build: Callable[[Any], sa.Executable]
) -> PerEngine:
    """A statement over rows given at run time as the parameter `given`, made by `packed`.

    `columns` names and types the rows' values in their order; `build` gets them as a FROM clause, which also
    has the rows' `place`, and returns the statement.
    """
    return PerEngine(
        build(_opened(_SQLITE, columns, _of_sqlite)), build(_opened(_POSTGRESQL, columns, _of_postgresql))
    )


def insert_rows(
    table: sa.Table,
    columns: Sequence[str],
    *,
    unique: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    returning: Sequence[sa.ColumnElement[Any]] = (),
) -> PerEngine:
    """An INSERT of rows given at run time, in their order, so that ids the database counts up follow it.

    Where a row with the same `unique` columns stands, the `changes` are made to it, as `both_engines.upsert`
    makes them; without any it stays as it is, and is not returned.
    """
    given = {name: table.c[name].type for name in columns}

    def build(insert: Any, opened: Any) -> Any:
        rows = sa.select(*(opened.c[name] for name in columns)).order_by(opened.c.place)
        made = insert(table).from_select(list(columns), rows)
        if unique:
            made = or_else(made, table, unique, changes)
        return made.returning(*returning) if returning else made

    return PerEngine(
        build(sqlite.insert, _opened(_SQLITE, given, _of_sqlite)),
        build(postgresql.insert, _opened(_POSTGRESQL, given, _of_postgresql)),
    )


def packed(rows: Sequence[Sequence[object]]) -> str:
    """Rows as the one parameter of such a statement: words, numbers, truths, instants, days and objects.

    Raises:
        ValueError: text with NUL in it, at which SQLite ends a text that comes out of JSON.
        TypeError: what no column holds, an instant without a zone for one.
    """
    text = orjson.dumps(rows, default=_spelt, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    if "\\u0000" in text and any(isinstance(v, str) and "\0" in v for row in rows for v in row):
        raise ValueError("a text with NUL in it cannot be given in a row")
    return text


def _spelt(value: object) -> object:
    if isinstance(value, datetime):
        return utc_text(value)  # PostgreSQL reads it as UTC, which its sessions are set to
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"cannot be given in a row: {type(value).__name__}")


def _opened(
    opening: str,
    columns: Mapping[str, sa.types.TypeEngine[Any]],
    spelling: Callable[[int, sa.types.TypeEngine[Any]], str],
) -> Any:
    listed = ", ".join(f"{spelling(n, kind)} AS {name}" for n, (name, kind) in enumerate(columns.items()))
    typed = {**columns, "place": sa.Integer()}
    return sa.text(opening.format(columns=listed)).columns(**typed).subquery("given")


def _of_sqlite(place: int, _: sa.types.TypeEngine[Any]) -> str:
    return f"json_extract(value, '$[{place}]')"


def _of_postgresql(place: int, kind: sa.types.TypeEngine[Any]) -> str:
    return f"CAST(value->>{place} AS {kind.compile(_POSTGRESQL_WORDS)})"
