"""Copies of an SQLite database: made while it is in use, checked, and put in its place.

A copy carries a mark in its header. Whoever starts on it can tell that X knows more than it does, however it
came to stand there: by `tweetserve restore`, or by `cp`.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import Connection

from storage.engine.trouble import StorageTrouble, TroubleKind, trouble_in

# SQLite leaves this number to its users. Source: https://www.sqlite.org/pragma.html#pragma_user_version
_MARK = 0x7E57C0  # "a copy"; a database in service carries 0
_PAGES_AT_ONCE = 2_000  # 8 MB: often enough to show progress
_BUSY_SECONDS = 30.0
SIDE_FILES = ("-wal", "-shm")

Progress = Callable[[int, int], None]  # pages left, pages in all


def make_copy(source: Path, target: Path, progress: Progress = lambda _left, _all: None) -> None:
    """Makes `target` a whole copy of one moment of `source`, which others may go on writing.

    It stands under its name only once it is complete, checked and on the disk. A file that stood there is
    replaced.

    Raises: StorageTrouble.
    """
    part = target.with_name(target.name + ".part")
    with _in_our_words():
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # customers' words stand in it
        try:
            _fill(part, source, progress)
            check(part)
            os.replace(part, target)
            _settle_on_disk(target.parent)
        finally:
            part.unlink(missing_ok=True)


def _fill(part: Path, source: Path, progress: Progress) -> None:
    with closing(_opened(source, "ro")) as reading, closing(_opened(part, "rw")) as writing:
        # One snapshot for all pages: without it each write of the daemon would begin the copy anew.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(writing, pages=_PAGES_AT_ONCE, progress=lambda _, left, of_all: progress(left, of_all))
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
        writing.execute("PRAGMA synchronous = FULL")
        writing.execute(f"PRAGMA user_version = {_MARK}")
        writing.commit()


def check(path: Path) -> None:
    """Returns when the file is a whole SQLite database.

    Raises: StorageTrouble.
    """
    with _in_our_words(), closing(_opened(path, "ro")) as reading:
        found = [str(row[0]) for row in reading.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise StorageTrouble(TroubleKind.CORRUPT, f"{path}: {found[0]}")
        broken = reading.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise StorageTrouble(TroubleKind.CORRUPT, f"{path}: a row of {broken[0]} points nowhere")


def is_ours(path: Path) -> bool:
    """Whether the file is an SQLite database with tables of this program's. It is not written to."""
    with suppress(sqlite3.Error), closing(_opened(path, "ro")) as reading:
        found = reading.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        return found is not None
    return False


def put_in_place(copy: Path, place: Path, kept: Path) -> None:
    """Makes the copy the database at `place`. What stood there is kept under the name `kept`.

    Nobody may have `place` in use. Killed at any moment, one of the two stands there whole.

    Raises: StorageTrouble.
    """
    with _in_our_words():
        if place.exists():
            _take_log_in(place)
            os.link(place, kept)
        for ending in SIDE_FILES:  # what a damaged database could not take in must not be read into the copy
            with suppress(FileNotFoundError):
                place.with_name(place.name + ending).rename(kept.with_name(kept.name + ending))
        os.replace(copy, place)
        _settle_on_disk(place.parent)


def _take_log_in(place: Path) -> None:
    # A damaged file is kept as it is, its log beside it.
    with suppress(sqlite3.Error), closing(_opened(place, "rw")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def is_copy(connection: Connection) -> bool:
    """Whether this SQLite database came from a backup and was not served from since."""
    return bool(connection.exec_driver_sql("PRAGMA user_version").scalar() == _MARK)


def is_no_copy_any_more(connection: Connection) -> None:
    """It is served from, and what that calls for is on record in the same transaction."""
    connection.exec_driver_sql("PRAGMA user_version = 0")


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=_BUSY_SECONDS)


def _settle_on_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise trouble_in(error) or error from error
    except OSError as error:
        kind = TroubleKind.FULL if error.errno in _FULL else TroubleKind.UNREACHABLE
        raise StorageTrouble(kind, f"{error.filename}: {error.strerror}") from error


_FULL = (28, 122)  # ENOSPC, EDQUOT
