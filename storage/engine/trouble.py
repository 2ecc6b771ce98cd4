"""What can be wrong with the database itself, told apart by what an operator can do about it.

    StorageTrouble            the family; `kind` says which, `detail` what the engine said
      SchemaTrouble           the tables are not the ones this program knows (storage/schema.py)

A fault in our own statement is not trouble: it stays the exception it is.
"""

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout


class TroubleKind(StrEnum):
    """Each kind has its own next step, under its own heading of docs/operate.md."""

    LOCKED = "locked"  # another process holds the database for longer than we wait
    READ_ONLY = "read_only"  # the file or the server takes no writes
    FULL = "full"  # no room on the disk
    UNREACHABLE = "unreachable"  # the file cannot be opened or read, the server does not answer
    CORRUPT = "corrupt"  # the file is damaged, or is no database


class StorageTrouble(Exception):
    """The database cannot do what was asked, for a reason outside this program.

    After a write that ended so on PostgreSQL it is unknown whether it was committed: whoever goes on must
    look.
    """

    def __init__(self, kind: TroubleKind, detail: str) -> None:
        super().__init__(f"the database is {kind.value.replace('_', '-')}: {detail}")
        self.kind = kind
        self.detail = detail


def trouble_in(error: BaseException) -> StorageTrouble | None:
    """The trouble an engine's error tells of; None when the error is our own statement's fault."""
    if isinstance(error, StorageTrouble):
        return error
    if isinstance(error, PoolTimeout):
        return StorageTrouble(TroubleKind.LOCKED, "all connections are in use")
    original = error.orig if isinstance(error, DBAPIError) else error
    kind = None
    if isinstance(original, sqlite3.Error):
        kind = _of_sqlite(original)
    elif classes := _postgres_classes(original):
        kind = _of_postgres(getattr(original, "sqlstate", None), classes)
    return None if kind is None else StorageTrouble(kind, str(original).strip())


# Source: https://www.sqlite.org/rescode.html (2026-11): the low byte is the primary code.
_SQLITE = {
    sqlite3.SQLITE_BUSY: TroubleKind.LOCKED,
    sqlite3.SQLITE_LOCKED: TroubleKind.LOCKED,
    sqlite3.SQLITE_PROTOCOL: TroubleKind.LOCKED,
    sqlite3.SQLITE_READONLY: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_PERM: TroubleKind.READ_ONLY,
    sqlite3.SQLITE_FULL: TroubleKind.FULL,
    sqlite3.SQLITE_CANTOPEN: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_IOERR: TroubleKind.UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: TroubleKind.CORRUPT,
    sqlite3.SQLITE_NOTADB: TroubleKind.CORRUPT,
}


def _of_sqlite(error: sqlite3.Error) -> TroubleKind | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _SQLITE.get(code & 0xFF)


# Source: https://www.postgresql.org/docs/15/errcodes-appendix.html (2026-11).
_POSTGRES = {
    "55P03": TroubleKind.LOCKED,  # lock_not_available
    "57014": TroubleKind.LOCKED,  # query_canceled, by our own statement time-out
    "40P01": TroubleKind.LOCKED,  # deadlock_detected
    "40001": TroubleKind.LOCKED,  # serialization_failure
    "25006": TroubleKind.READ_ONLY,  # read_only_sql_transaction
    "53100": TroubleKind.FULL,  # disk_full
    "53300": TroubleKind.UNREACHABLE,  # too_many_connections
    "3D000": TroubleKind.UNREACHABLE,  # no such database
}


def _postgres_classes(error: BaseException | None) -> set[str]:
    """The names of the driver's classes that the error belongs to; empty when it is none of psycopg's.

    By name, because importing the driver takes 10 MB that a daemon on SQLite has no use for.
    """
    return {base.__name__ for base in type(error).__mro__ if base.__module__.partition(".")[0] == "psycopg"}


def _of_postgres(state: str | None, classes: set[str]) -> TroubleKind | None:
    if state is None:  # nothing came back from the server
        is_connection = classes & {"OperationalError", "InterfaceError"}
        return TroubleKind.UNREACHABLE if is_connection else None
    if state in _POSTGRES:
        return _POSTGRES[state]
    if state[:2] in ("08", "28", "57"):  # connection, refused log-in, server shutting down
        return TroubleKind.UNREACHABLE
    if state[:2] == "XX":  # internal error, damaged data or index
        return TroubleKind.CORRUPT
    return TroubleKind.FULL if state[:2] in ("53", "58") else None
