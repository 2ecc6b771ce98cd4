"""Connections to an SQLite file that are kept for reading.

Taking one from SQLAlchemy's pool, beginning and ending a transaction by its rules and giving it back costs
more than most reads do. A kept one is ready, and its transaction is one word to SQLite at each end.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from storage.engine.quick_connection import quick

T = TypeVar("T")

# Each keeps its own copy of the pages it has read. What is read often is little; SQLite's own 2 MB each would
# be the half of what the daemon's memory grows by.
_CACHE_KIB = 256

_FAULTS = (SQLAlchemyError, sqlite3.Error)


class Readers:
    """As many connections as ever read at the same time. Who reads next takes the one used last, whose pages
    are at hand. For several threads: each step on the deque is one.
    """

    def __init__(self, engine: Engine, most_idle: int) -> None:
        self._engine = engine
        self._idle: deque[_Reader] = deque()
        self._most_idle = most_idle

    def read(self, work: Callable[[Connection], T]) -> T:
        """What the work returns on one snapshot.

        Raises: sqlalchemy's and sqlite3's exceptions, and whatever the work itself raises.
        """
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = _Reader(self._engine)
        try:
            result = reader.read(work)
        except BaseException:
            reader.close()  # seldom, and who knows what state it is in
            raise
        if len(self._idle) < self._most_idle:
            self._idle.append(reader)
        else:
            reader.close()
        return result

    def close(self) -> None:
        """Lets go of those that nobody reads with."""
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


class _Reader:
    """One connection with its driver's own and the short way to it."""

    __slots__ = ("_connection", "_raw", "_short")
    _raw: Any

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        self._raw = self._connection.connection.driver_connection
        self._raw.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._short = quick(self._connection)
        self._connection.detach()  # kept for long, it would fill the pool's places

    def read(self, work: Callable[[Connection], T]) -> T:
        self._raw.execute("BEGIN")
        result = work(self._short)
        if self._connection.in_transaction():  # a statement went SQLAlchemy's way, which then began its own
            self._connection.commit()
        else:
            self._raw.commit()
        return result

    def close(self) -> None:
        with suppress(*_FAULTS):
            self._connection.close()
