"""SQLite without what SQLAlchemy does anew for each statement: compiled once, then handed to the driver.

Of an answer's processor time a third went into SQLAlchemy's way from a prebuilt statement to the driver and
back, ten times what SQLite itself needs. Here that way is found once per statement: the SQL, where each
parameter stands, how each value is spelt, what a column holds that is not given. What does not fit is left
to SQLAlchemy, with the same results.
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
        self._out = [(place, spell) for place, spell in enumerate(out) if spell is not None]

    @property
    def returns(self) -> bool:
        return self._row is not None

    def given(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in their places. Raises: LookupError for one that is missing."""
        placed = []
        for name, usual, spell in self._in:
            value = values.get(name, usual)
            if value is _MISSING:
                raise LookupError(f"the parameter {name} is missing")
            if type(value) is _MadeAnew:
                value = value.make()
            placed.append(value if spell is None else spell(value))
        return placed

    def result(self, cursor: sqlite3.Cursor) -> QuickResult:
        """The rows in Python's own types."""
        if self._row is None:
            return QuickResult((), cursor.rowcount)
        found: Any = cursor.fetchall()
        if self._out and found:
            found = [list(row) for row in found]
            for row in found:
                for place, spell in self._out:
                    row[place] = spell(row[place])
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
        many = isinstance(values, list) and bool(values)
        prepared = _prepared(statement, (values[0] if many else values) or {}, self.dialect)
        if prepared is None or (many and prepared.returns):
            return self._connection.execute(statement, values)
        placed = [prepared.given(row) for row in values] if many else prepared.given(values or {})
        run = self._raw.executemany if many else self._raw.execute
        try:
            return prepared.result(run(prepared.sql, placed))
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


class _MadeAnew:
    """A column's default that is made for each row."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


# By the statement itself: those built once live as long as the program, others take their entries with them.
# By the names of the values too, which are the columns of an INSERT that names none.
_known: "WeakKeyDictionary[Any, dict[tuple[str, ...], _Prepared | None]]" = WeakKeyDictionary()


def _prepared(statement: Any, values: Mapping[str, Any], dialect: Dialect) -> _Prepared | None:
    ways = _known.get(statement)
    if ways is None:
        ways = _known[statement] = {}
    names = tuple(values) if isinstance(statement, sa.Insert) else ()
    if names not in ways:
        ways[names] = _prepare(statement, names, dialect)
    return ways[names]


def _prepare(statement: Any, names: tuple[str, ...], dialect: Dialect) -> _Prepared | None:
    """None: what this statement needs is done by SQLAlchemy alone."""
    if not isinstance(statement, (sa.Select, sa.Update, sa.Delete, sa.Insert)):
        return None
    compiled: Any = statement.compile(
        dialect=dialect, column_keys=list(names) if isinstance(statement, sa.Insert) else None
    )
    if compiled.post_compile_params or compiled.update_prefetch:
        return None
    defaults = {column.key: _usual(column.default) for column in compiled.insert_prefetch}
    parameters = []
    for name in compiled.positiontup:
        bound = compiled.binds[name]
        usual = defaults.get(bound.key, _MISSING if bound.required else bound.effective_value)
        parameters.append((bound.key, usual, bound.type.dialect_impl(dialect).bind_processor(dialect)))
    columns = _returned(statement)
    row = namedtuple("row", [column.key or "" for column in columns], rename=True) if columns else None
    out = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Prepared(compiled.string, parameters, row, out)


def _usual(default: Any) -> Any:
    return default.arg if default.is_scalar else _MadeAnew(lambda: default.arg(None))


def _returned(statement: Any) -> list[Any]:
    return list(
        statement.selected_columns if isinstance(statement, sa.Select) else statement.exported_columns
    )
