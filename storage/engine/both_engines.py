"""Statements that the two engines spell differently, chosen by the connection they run on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class PerEngine:
    """One statement in two spellings."""

    sqlite: sa.Executable
    postgresql: sa.Executable

    def on(self, connection: Connection) -> Any:
        """The spelling for this connection."""
        return self.sqlite if connection.dialect.name == "sqlite" else self.postgresql


def insert_once(
    table: sa.Table, *unique: str, where: str | None = None, returning: Sequence[sa.ColumnElement[Any]] = ()
) -> PerEngine:
    """An INSERT that does nothing where a row with the same `unique` columns stands already.

    `where` is the condition of the partial unique index, if it is one. `returning` gives the new rows only.
    """
    condition = None if where is None else sa.text(where)
    statements: list[Any] = []
    for insert in (sqlite.insert, postgresql.insert):
        statement: Any = insert(table).on_conflict_do_nothing(index_elements=unique, index_where=condition)
        statements.append(statement.returning(*returning) if returning else statement)
    return PerEngine(*statements)


def upsert(table: sa.Table, unique: Sequence[str], changes: dict[str, Any]) -> PerEngine:
    """An INSERT that makes `changes` to the row that stands there already.

    A change is a value or an expression; `EXCLUDED` stands for the value the INSERT brought, `ADDED` for the
    sum of that and what stands there.
    """
    return PerEngine(
        *(or_else(insert(table), table, unique, changes) for insert in (sqlite.insert, postgresql.insert))
    )


def or_else(insert: Any, table: sa.Table, unique: Sequence[str], changes: Mapping[str, Any] | None) -> Any:
    """An engine's INSERT that makes these changes to the row that stands there already, or none."""
    if not changes:
        return insert.on_conflict_do_nothing(index_elements=list(unique))
    brought = insert.excluded
    made = {name: _made(change, table.c[name], brought[name]) for name, change in changes.items()}
    return insert.on_conflict_do_update(index_elements=list(unique), set_=made)


EXCLUDED = object()
ADDED = object()


def _made(change: Any, stands: sa.ColumnElement[Any], brought: sa.ColumnElement[Any]) -> Any:
    if change is ADDED:
        return stands + brought
    return brought if change is EXCLUDED else change


def claiming(
    table: sa.Table,
    picked: sa.Select[Any],
    changes: dict[str, Any],
    returning: Sequence[sa.ColumnElement[Any]],
) -> PerEngine:
    """One UPDATE that changes the rows whose ids `picked` selects, and returns them; safe for many workers.

    SQLite has one writer at a time. On PostgreSQL the selected rows are locked, skipping those that others
    hold, in a materialized CTE: inlined, the planner may run a limited selection more than once.
    """
    embedded = table.update().where(table.c.id.in_(picked.scalar_subquery()))
    locked = picked.with_for_update(skip_locked=True, of=table).cte("picked").prefix_with("MATERIALIZED")
    served = table.update().where(table.c.id == locked.c.id)
    return PerEngine(
        embedded.values(changes).returning(*returning), served.values(changes).returning(*returning)
    )
