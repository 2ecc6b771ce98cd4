"""Column types whose values can only be what they say: aware UTC instants and closed sets of words."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

_WITHOUT_ZONE = len("2026-11-22 12:00:00.000000")


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, stored in UTC to the microsecond.

    SQLite has no time zone type: there it is text that sorts in time's order. A naive value is refused,
    because nobody can know what it meant.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.DateTime(timezone=False))
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Any:
        """By the short way on SQLite: a row has several instants, and the general way takes a regular
        expression.
        """
        return utc_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        """Likewise."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - the base class passes it
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_text(value: datetime | None) -> str | None:
    """An instant as SQLite's text columns hold it, so that it sorts among the others.

    Raises: ValueError for one without a zone.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {value!r}")
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def one_of(column: str, words: type[StrEnum], *, nullable: bool = False) -> sa.CheckConstraint:
    """A CHECK that the column holds one of the enum's words, so that no typo can become a state."""
    listed = _quoted([word.value for word in words])
    rule = f"{column} IN ({listed})"
    return sa.CheckConstraint(f"{column} IS NULL OR {rule}" if nullable else rule, name=f"{column}_is_known")


def _quoted(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def instant(*, nullable: bool = True) -> Any:
    """A column of an aware UTC instant."""
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def row_id() -> Any:
    """A primary key that the database counts up."""
    return Field(default=None, primary_key=True, sa_type=sa.BigInteger().with_variant(sa.Integer, "sqlite"))


def ref(table: str, *, nullable: bool = True) -> Any:
    """The id of a row of another table."""
    return Field(default=None, foreign_key=f"{table}.id", nullable=nullable, sa_type=sa.BigInteger)


def json_object() -> Any:
    """A column of a JSON object, empty unless said otherwise."""
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)


def milliseconds() -> Any:
    """A point of the lease clock (storage/upkeep/leases.py) or a span, in milliseconds; 0 unless said
    otherwise.
    """
    return Field(default=0, sa_type=sa.BigInteger, nullable=False)


def micro() -> Any:
    """Money as integer millionths of a USD; 0 unless said otherwise."""
    return Field(default=0, sa_type=sa.BigInteger, nullable=False)


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both engines.

    SQLite uses such an index only for a query that holds the very same condition with its literals, so the
    queries take it from `storage.engine.conditions`.
    """
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def table_of(model: type[SQLModel]) -> sa.Table:
    """The Core table behind a model, from which statements are built."""
    table: sa.Table = SQLModel.metadata.tables[str(model.__tablename__)]
    return table
