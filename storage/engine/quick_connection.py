"""SQLite without what SQLAlchemy does anew for each statement: compiled once, then handed to the driver.

Of an answer's processor time a third went into SQLAlchemy's way from a prebuilt statement to the driver and
back, ten times what SQLite itself needs. Here that way is found once per statement: the SQL, where each
parameter stands, how each value is spelt. What does not fit is left to SQLAlchemy, with the same results.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

_Spelling = Callable[[Any], Any] | None
_MISSING = object()


class QuickResult:
    """What a statement returned, all of it, with those of `sqlalchemy.CursorResult`'s methods in use here."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[Sequence[Any]], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Sequence[Any]]:
        return iter(self._rows)

    def all(self) -> list[Sequence[Any]]:
        return list(self._rows)

    def first(self) -> Sequence[Any] | None:
        return self._rows[0] if self._rows else None

    def one(self) -> Sequence[Any]:
        if len(self._rows) != 1:
            raise sa.exc.NoResultFound if not self._rows else sa.exc.MultipleResultsFound
        return self._rows[0]

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalars(self) -> "QuickScalars":
        return QuickScalars([row[0] for row in self._rows])


class QuickScalars(list[Any]):
    """The first values of the rows."""

    def all(self) -> list[Any]:
        return list(self)

    def first(self) -> Any:
        return self[0] if self else None


class _Prepared:
    """One statement as the driver takes it."""

    __slots__ = ("_in", "_out", "_row", "sql")

    def __init__(
        self,
        sql: str,
        parameters: list[tuple[str, Any, _Spelling]],
        row: type[tuple[Any, ...]] | None,
        out: list[_Spelling],
    ) -> None:
        self.sql = sql
        self._in = parameters  # name, value where none is given, spelling
        self._row: Any = row  # None: it returns nothing
        self._out = out if any(out) else None

    def given(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in their places. Raises: LookupError for one that is missing."""
        placed = []
        for name, usual, spell in self._in:
            value = values.get(name, usual)
            if value is _MISSING:
                raise LookupError(f"the parameter {name} is missing")
            placed.append(value if spell is None else spell(value))
        return placed

    def result(self, cursor: sqlite3.Cursor) -> QuickResult:
        """The rows in Python's own types."""
        if self._row is None:
            return QuickResult((), cursor.rowcount)
        found: Any = cursor.fetchall()
        if self._out is not None:
            found = [
                [
                    value if spell is None else spell(value)
                    for value, spell in zip(row, self._out, strict=True)
                ]
                for row in found
            ]
        return QuickResult(list(map(self._row._make, found)), cursor.rowcount)


class QuickConnection:
    """Stands in for an SQLAlchemy connection to SQLite that is in a transaction."""

    __slots__ = ("_connection", "_raw", "dialect")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        self.dialect: Dialect = connection.dialect

    def execute(self, statement: Any, values: Any = None) -> Any:
        """As `sqlalchemy.Connection.execute`; the result is read whole.

        Raises: sqlalchemy's own exceptions for the driver's.
        """
        prepared = _prepared(statement, self.dialect)
        if prepared is None or (values is not None and not isinstance(values, dict)):
            return self._connection.execute(statement, values)
        placed = prepared.given(values or {})
        try:
            return prepared.result(self._raw.execute(prepared.sql, placed))
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance(
                prepared.sql, None, error, sqlite3.Error, hide_parameters=True
            ) from error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def quick(connection: Connection) -> Connection:
    """The connection, by the short way where it leads to SQLite."""
    return cast("Connection", QuickConnection(connection))


def whole(connection: Connection) -> Connection:
    """SQLAlchemy's own connection, for what only it can do: looking at the schema."""
    return connection._connection if isinstance(connection, QuickConnection) else connection


# By the statement itself: those built once live as long as the program, others take their entries with them.
_known: "WeakKeyDictionary[Any, _Prepared | None]" = WeakKeyDictionary()


def _prepared(statement: Any, dialect: Dialect) -> _Prepared | None:
    found = _known.get(statement, _MISSING)
    if found is _MISSING:
        found = _known[statement] = _prepare(statement, dialect)
    return cast("_Prepared | None", found)


def _prepare(statement: Any, dialect: Dialect) -> _Prepared | None:
    """None: what this statement needs is done by SQLAlchemy alone."""
    if not isinstance(statement, (sa.Select, sa.Update, sa.Delete, sa.Insert)):
        return None
    if isinstance(statement, sa.Insert) and statement.select is None:
        return None  # its columns are those of the values it is given
    compiled: Any = statement.compile(dialect=dialect)
    if compiled.post_compile_params or compiled.insert_prefetch or compiled.update_prefetch:
        return None
    parameters = []
    for name in compiled.positiontup:
        bound = compiled.binds[name]
        usual = _MISSING if bound.required else bound.effective_value
        parameters.append((bound.key, usual, bound.type.dialect_impl(dialect).bind_processor(dialect)))
    columns = _returned(statement)
    row = namedtuple("row", [column.key or "" for column in columns], rename=True) if columns else None
    out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Prepared(compiled.string, parameters, row, out)


def _returned(statement: Any) -> list[Any]:
    return list(
        statement.selected_columns if isinstance(statement, sa.Select) else statement.exported_columns
    )
