"""A database of its own on a PostgreSQL server, and what can be done to it."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.torture.attacks import NotRun

_LOCKED = ("mentions", "deliveries", "ledger")


class PostgresServer:
    """Made on `server_url`, whose user may create databases; dropped by `close`."""

    def __init__(self, server_url: str) -> None:
        self._name = f"tortured_{uuid.uuid4().hex[:12]}"
        made = make_url(server_url).set(drivername="postgresql")
        self._server = made.render_as_string(hide_password=False)
        self.url = made.set(database=self._name).render_as_string(hide_password=False)
        self._admin(sql.SQL("CREATE DATABASE {}"))
        self._held: psycopg.Connection[Any] | None = None

    def attacks(self) -> dict[str, tuple[int, Callable[[], None]]]:
        """What can be done to it: how often, and how; `relieve` takes each back."""
        return {
            "database locked": (5, self.lock),
            "database read-only": (3, self.forbid_writes),
            "connections cut": (5, self.cut),
        }

    def lock(self) -> None:
        held = psycopg.connect(self.url)
        tables = sql.SQL(", ").join(sql.Identifier(name) for name in _LOCKED)
        try:
            held.execute("SET lock_timeout = '2s'")
            held.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(tables))
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as busy:
            held.close()
            raise NotRun("somebody else held the tables") from busy
        self._held = held

    def forbid_writes(self) -> None:
        self._admin(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on"))
        self.cut()

    def cut(self) -> None:
        """Ends every connection to it, as a restart of the server does."""
        self._admin(
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {name}").format(
                name=sql.Literal(self._name)
            )
        )

    def relieve(self) -> None:
        """Takes everything back."""
        if self._held is not None:
            with suppress(psycopg.Error):  # it may have been cut too
                self._held.rollback()
            self._held.close()
            self._held = None
        self._admin(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only"))

    def close(self) -> None:
        self.relieve()
        self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)"))

    def _admin(self, statement: sql.SQL | sql.Composed) -> None:
        named = statement.format(sql.Identifier(self._name)) if isinstance(statement, sql.SQL) else statement
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(named)
