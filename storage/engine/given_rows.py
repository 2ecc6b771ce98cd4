"""Many rows as one parameter, so that writing a hundred costs one statement and one step of the database.

A statement run once per row costs each time what SQLAlchemy, the driver and, where threads share one
interpreter, the way into and out of the database cost: together more than the writing itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from storage.engine.both_engines import PerEngine

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
    table: sa.Table, columns: Sequence[str], returning: Sequence[sa.ColumnElement[Any]] = ()
) -> PerEngine:
    """An INSERT of rows given at run time, in their order, so that ids the database counts up follow it."""

    def build(given: Any) -> sa.Executable:
        rows = sa.select(*(given.c[name] for name in columns)).order_by(given.c.place)
        insert = table.insert().from_select(list(columns), rows)
        return insert.returning(*returning) if returning else insert

    return with_rows({name: table.c[name].type for name in columns}, build)


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
    # As SQLite's text columns hold it, so that it sorts among the others; PostgreSQL reads it as UTC, which
    # its sessions are set to.
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
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
