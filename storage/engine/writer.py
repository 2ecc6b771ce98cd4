"""The one thread that writes to an SQLite file: what waits together is committed together.

With synchronous=FULL a commit waits for the disk, and that wait is nearly all of its cost. So all pieces of
work that have gathered during one commit share the next one, each in a savepoint of its own: a piece that
fails takes only itself back, and nobody is told *done* before the commit that holds the work has returned.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from storage.engine.quick_connection import quick
from storage.engine.trouble import trouble_in

Work = Callable[[Connection], Any]

# A writer that begins as a reader can be refused half-way, with nothing to wait for: it takes the lock first.
BEGIN_WRITING = "BEGIN IMMEDIATE"
GROUP_AT_MOST = 128  # bounds how long the first of a group waits for the last


@dataclass(frozen=True)
class _Piece:
    work: Work
    result: "Future[Any]"


class GroupWriter:
    """Runs pieces of work one after another, many to a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> "Future[Any]":
        """A future that holds the work's result once it is committed."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a piece of work for the writer may not wait for another one")
        if self._closed:
            raise RuntimeError("the database is closed")
        piece = _Piece(work, Future())
        self._waiting.put(piece)
        return piece.result

    def close(self) -> None:
        """Commits what waits and ends the thread."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        going_on = True
        while going_on:
            group, going_on = self._gather()
            if not group:
                continue
            try:
                connection = connection or self._engine.connect()
                _commit_together(connection, group)
            except Exception as error:  # noqa: BLE001 - told to everybody who waits, below
                _let_go(connection)
                connection = None
                _fail(group, error)
        _let_go(connection)

    def _gather(self) -> tuple[list[_Piece], bool]:
        first = self._waiting.get()
        if first is None:
            return [], False
        group = [first]
        with suppress(queue.Empty):
            while len(group) < GROUP_AT_MOST:
                piece = self._waiting.get_nowait()
                if piece is None:
                    return group, False
                group.append(piece)
        return group, True


def _commit_together(connection: Connection, group: list[_Piece]) -> None:
    """Raises: whatever keeps the group from being committed; then the connection is not to be used again."""
    raw: Any = connection.connection.driver_connection
    short = quick(connection)
    # By hand: SQLAlchemy's own beginning and end of a transaction cost more than SQLite's.
    raw.execute(BEGIN_WRITING)
    run = _run_alone if len(group) == 1 else _run_in_turn
    told = run(raw, short, group)
    if connection.in_transaction():  # a statement went SQLAlchemy's way, which then counts this as its own
        connection.commit()
    else:
        raw.commit()
    for piece, result, fault in told:
        if fault is None:
            piece.result.set_result(result)
        else:
            piece.result.set_exception(trouble_in(fault) or fault)


_Told = tuple[_Piece, Any, Exception | None]


def _run_alone(raw: Any, connection: Connection, group: list[_Piece]) -> list[_Told]:
    try:
        return [(group[0], group[0].work(connection), None)]
    except Exception as error:
        if not raw.in_transaction:
            raise  # SQLite took the whole transaction back (disk full, I/O error)
        raw.rollback()
        return [(group[0], None, error)]


def _run_in_turn(raw: Any, connection: Connection, group: list[_Piece]) -> list[_Told]:
    told: list[_Told] = []
    for piece in group:
        raw.execute("SAVEPOINT piece")
        try:
            told.append((piece, piece.work(connection), None))
        except Exception as error:
            if not raw.in_transaction:
                raise  # as above
            raw.execute("ROLLBACK TO piece")
            told.append((piece, None, error))
        raw.execute("RELEASE piece")
    return told


def _fail(group: list[_Piece], error: Exception) -> None:
    for piece in group:
        if not piece.result.done():
            piece.result.set_exception(trouble_in(error) or error)


def _let_go(connection: Connection | None) -> None:
    if connection is not None:
        with suppress(sa.exc.SQLAlchemyError):
            connection.invalidate()
            connection.close()
