"""Rows of tables as frozen dataclasses, whose fields are the columns of the same names."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, cast

import sqlalchemy as sa


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
    """The column is one of a list given at run time; the statement is compiled once whatever its length."""
    return column.in_(sa.bindparam(parameter, expanding=True))


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
