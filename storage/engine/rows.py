"""Rows of tables as frozen dataclasses, whose fields are the columns of the same names."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


def columns_for(row_type: type[Any], *tables: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """The columns that fill the dataclass, in its fields' order; each is taken from the first table that has
    it.

    Select or return exactly these, and `row_type(*row)` is the row.
    """
    found: list[sa.ColumnElement[Any]] = []
    for field in fields(row_type):
        table = next((table for table in tables if field.name in table.c), None)
        if table is None:
            raise LookupError(f"no table has the column {row_type.__name__}.{field.name}")
        found.append(table.c[field.name])
    return found


def ids_in(column: sa.ColumnElement[Any], parameter: str = "ids") -> sa.ColumnElement[bool]:
    """The column is one of a list given at run time, which may be empty.

    The list is one parameter, so that the statement has one text whatever the list's length: it is compiled
    once, and SQLite keeps one prepared form of it and not one for each length.
    """
    return _OneOf(column, sa.bindparam(parameter, type_=_List(column.type)))


class _List(sa.types.TypeDecorator[Any]):
    """A list as one parameter: a JSON text on SQLite, an array on PostgreSQL."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, of: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        array = sa.Text() if dialect.name == "sqlite" else sa.ARRAY(self.of)
        return dialect.type_descriptor(array)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return orjson.dumps(list(value)).decode() if dialect.name == "sqlite" else list(value)


class _OneOf(sa.sql.functions.FunctionElement[bool]):
    """Whether the first clause is among the values of the second."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy's own signature
        """Itself: it is a condition already, and SQLAlchemy's `… = 1` around it would hide it from
        indexes.
        """
        return self


@compiles(_OneOf, "sqlite")
def _on_sqlite(element: _OneOf, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    found, given = compiler.process(column, **options), compiler.process(values, **options)
    return f"{found} IN (SELECT value FROM json_each({given}))"  # noqa: S608 - compiled parts


@compiles(_OneOf, "postgresql")
def _on_postgresql(element: _OneOf, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(values, **options)})"


def checked_brand(table: sa.Table) -> sa.ColumnElement[bool]:
    """The row is of the brand: for rows found by their own ids.

    Written so that no index can serve it. SQLite knows nothing of how many rows there are, and takes "all of
    this brand" for a shorter way than a list of forty ids.
    """
    return sa.func.coalesce(table.c.brand_id, "") == sa.bindparam("brand")


def literally(table: sa.FromClause, condition: str) -> sa.ColumnElement[bool]:
    """A condition of `storage.engine.conditions` on one table of a query, word for word: so its index is
    taken.
    """
    name = cast("sa.Table", table).name  # an alias has one as well
    return cast("sa.ColumnElement[bool]", sa.text(f"{name}.{condition}"))


def in_batches(ids: Sequence[Any], size: int = 500) -> list[Sequence[Any]]:
    """The list in slices that an IN-query takes on both engines."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
