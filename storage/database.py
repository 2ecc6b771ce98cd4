"""The way into the database: short writes that are durable when they return, and reads that block nobody.

SQLite in WAL with synchronous=FULL is the default; PostgreSQL is the same code with another URL. All work is
a function of a connection. It must be short, must never call X, and must be harmless when run again after it
failed.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from storage.engine.quick_connection import quick
from storage.engine.readers import Readers
from storage.engine.trouble import StorageTrouble as StorageTrouble
from storage.engine.trouble import TroubleKind as TroubleKind
from storage.engine.trouble import trouble_in
from storage.engine.writer import BEGIN_WRITING, GroupWriter

T = TypeVar("T")
Work = Callable[[Connection], T]

_WRITES = (
    "tweetserve_writes"  # an execution option: this connection's transactions take the write lock at once
)
_TROUBLES = (SQLAlchemyError, sqlite3.Error)
_IDLE = "idle_in_transaction_session_timeout"
_MIGRATING_IDLE = "60s"
_TRIES = 3  # PostgreSQL: how often a write that lost a deadlock, or a dead pooled connection, is run


class Database:
    """One database, by its URL.

    `group_commit`: on SQLite one thread of this process does all its writing, many pieces to a commit (the
    daemon). Without it each write is its own short transaction (the CLI). PostgreSQL has no use for it.
    """

    def __init__(
        self,
        url: str,
        *,
        group_commit: bool = False,
        busy_seconds: float = 10.0,
        idle_seconds: float = 10.0,
        pool_size: int = 12,
    ) -> None:
        """`busy_seconds`: how long a lock is waited for. `idle_seconds` (PostgreSQL): after so long
        a transaction in which nothing happens is taken back. Its process was stopped or its machine is gone;
        what it has locked, others need.
        """
        self.url = normal_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.path = Path(self.url.database or "") if self.is_sqlite else None
        self._options = _postgres_options(self.url, busy_seconds, idle_seconds)
        self._engine = (
            _sqlite_engine(self.url, busy_seconds, pool_size)
            if self.is_sqlite
            else _postgres_engine(self.url, self._options, pool_size)
        )
        # A snapshot per read, not per statement: an account and its bill are read by several.
        self._reading = (
            self._engine
            if self.is_sqlite
            else self._engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._readers = Readers(self._engine, pool_size) if self.is_sqlite else None
        self._writer = GroupWriter(self._engine) if group_commit and self.is_sqlite else None

    @property
    def conninfo(self) -> str:
        """A PostgreSQL database as its own libraries take it, password and all."""
        plain = self.url.set(drivername="postgresql").difference_update_query(["options"])
        written = plain.render_as_string(hide_password=False)
        # By hand: SQLAlchemy writes a space as +, which libpq takes for one.
        return f"{written}{'&' if plain.query else '?'}options={quote(self._options)}"

    def write(self, work: Work[T]) -> T:
        """The work's result, after COMMIT; when it raises, nothing of it stays.

        Raises: StorageTrouble, and whatever the work itself raises.
        """
        if self._writer is not None:
            return self._writer.submit(work).result()  # type: ignore[no-any-return]  # a future of any work
        return self._write_alone(work)

    def submit(self, work: Work[T]) -> "Future[T]":
        """A future of what `write` would return: several submitted together share a commit on SQLite."""
        if self._writer is not None:
            return self._writer.submit(work)
        future: Future[T] = Future()
        try:
            future.set_result(self._write_alone(work))
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
            future.set_exception(error)
        return future

    def read(self, work: Work[T]) -> T:
        """The work's result, from one snapshot; it never waits for writers.

        Raises: StorageTrouble, and whatever the work itself raises.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                if self._readers is not None:
                    return self._readers.read(work)
                with self._transaction(self._reading, "BEGIN") as connection:
                    return work(connection)
            except _TROUBLES as error:
                if not (tries_left and _connection_was_dead(error)):
                    raise trouble_in(error) or error from error
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def schema_transaction(self) -> Iterator[Connection]:
        """One transaction that takes the write lock at once: for migrations.

        Raises: StorageTrouble, and whatever goes wrong in it.
        """
        try:
            with self._transaction(self._engine, BEGIN_WRITING) as connection:
                if not self.is_sqlite:  # a migration reads its files while the transaction is open
                    connection.execute(sa.text(f"SET LOCAL {_IDLE} = '{_MIGRATING_IDLE}'"))
                yield connection
        except _TROUBLES as error:
            raise trouble_in(error) or error from error

    def close(self) -> None:
        """Commits what waits and lets go of every connection."""
        if self._writer is not None:
            self._writer.close()
        if self._readers is not None:
            self._readers.close()
        self._engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self, engine: Engine, begin: str) -> Iterator[Connection]:
        with engine.connect() as connection, connection.begin():
            if self.is_sqlite:
                # By hand, not by an event: SQLAlchemy asks a listener's engine for its listeners at every
                # statement.
                raw: Any = connection.connection.driver_connection
                raw.execute(begin)
            yield connection

    def _write_alone(self, work: Work[T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._transaction(self._engine, BEGIN_WRITING) as connection:
                    return work(quick(connection) if self.is_sqlite else connection)
            except _TROUBLES as error:
                if not (tries_left and not self.is_sqlite and _may_run_again(error)):
                    raise trouble_in(error) or error from error
        raise AssertionError("the last try returns or raises")


def normal_url(url: str) -> URL:
    """The URL with the driver this program uses.

    Raises: ValueError for a database that is neither SQLite nor PostgreSQL.
    """
    made = make_url(url)
    backend = made.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return made.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and made.database not in (None, "", ":memory:"):
        return made.set(drivername="sqlite+pysqlite")
    raise ValueError(f"neither an SQLite file nor a PostgreSQL database: {made.render_as_string()}")


def _sqlite_engine(url: URL, busy_seconds: float, pool_size: int) -> Engine:
    _create_privately(Path(url.database or ""))
    engine = sa.create_engine(
        url,
        connect_args={
            "timeout": busy_seconds,
            "check_same_thread": False,
            "isolation_level": None,
            "cached_statements": 32,  # of each connection; Python's 128 take 12 MB more and save no time
        },
        poolclass=sa.QueuePool,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=30,
        hide_parameters=True,  # an error's text must not carry what customers wrote
        pool_use_lifo=True,  # few connections then do the work, and only they fill their page caches
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _create_privately(path: Path) -> None:
    # Customers' words stand in it: readable by this user alone, from the first byte on.
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StorageTrouble(TroubleKind.UNREACHABLE, f"{path}: {error.strerror}") from error


def _prepare_sqlite(raw: Any, _record: object) -> None:
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA temp_store = MEMORY")


def _postgres_options(url: URL, busy_seconds: float, idle_seconds: float) -> str:
    """What is asked of the server for each connection, beside what the operator asks in the URL."""
    given = url.query.get("options", "")
    options = (
        f"{given if isinstance(given, str) else ' '.join(given)} -c timezone=UTC -c synchronous_commit=on "
        f"-c lock_timeout={int(busy_seconds * 1000)} "
        f"-c {_IDLE}={int(idle_seconds * 1000)}"
    )
    return options.strip()


def _postgres_engine(url: URL, options: str, pool_size: int) -> Engine:
    return sa.create_engine(
        url.difference_update_query(["options"]),
        connect_args={"connect_timeout": 5, "options": options, "application_name": "tweetserve"},
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=30,
        hide_parameters=True,
    )


def _connection_was_dead(error: Exception) -> bool:
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated


def _may_run_again(error: Exception) -> bool:
    # A dead connection is tried again only when a statement found it so: then nothing was committed. A commit
    # that was cut off may have happened, and carries no statement.
    if _connection_was_dead(error):
        return isinstance(error, sa.exc.DBAPIError) and error.statement is not None
    trouble = trouble_in(error)
    return trouble is not None and getattr(getattr(error, "orig", None), "sqlstate", "") in ("40P01", "40001")
