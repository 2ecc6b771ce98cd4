"""A copy is whole though others write meanwhile, is known for a copy, and takes the place of a database."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import Database, StorageTrouble, TroubleKind
from storage.engine import sqlite_copies


@pytest.fixture
def live(migrated_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "live.db"
    shutil.copy(migrated_file, path)
    return path


@pytest.fixture
def written(live: Path) -> Iterator[sqlite3.Connection]:
    """The same database in use, with pairs of rows that are always written together."""
    with closing(sqlite3.connect(live, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE pairs (side TEXT, number INTEGER, padding TEXT)")
        yield connection


def write_pair(connection: sqlite3.Connection, number: int) -> None:
    connection.execute("BEGIN")
    for side in ("left", "right"):
        connection.execute("INSERT INTO pairs VALUES (?, ?, ?)", (side, number, "x" * 2_000))
    connection.execute("COMMIT")


def sides(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT side, count(*) FROM pairs GROUP BY side ORDER BY side")
        return [count for _, count in found]


def test_what_is_in_the_log_alone_is_in_the_copy(
    written: sqlite3.Connection, live: Path, tmp_path: Path
) -> None:
    write_pair(written, 1)

    sqlite_copies.make_copy(live, tmp_path / "copy.db")

    assert sides(tmp_path / "copy.db") == [1, 1]


def test_a_copy_is_of_one_moment_though_the_database_is_written_to_all_the_time(
    written: sqlite3.Connection, live: Path, tmp_path: Path
) -> None:
    for number in range(3_000):
        write_pair(written, number)
    copying, written_meanwhile = threading.Event(), []

    def write_on(left: int, _: int) -> None:
        copying.set()
        write_pair(written, 10_000 + left)
        written_meanwhile.append(left)

    sqlite_copies.make_copy(live, tmp_path / "copy.db", write_on)

    assert len(written_meanwhile) > 1
    assert sides(tmp_path / "copy.db") == [3_000, 3_000]
    assert sides(live) == [3_000 + len(written_meanwhile)] * 2


def test_a_copy_is_one_file_that_nobody_else_may_read(live: Path, tmp_path: Path) -> None:
    sqlite_copies.make_copy(live, tmp_path / "kept" / "copy.db")

    (only,) = (tmp_path / "kept").iterdir()
    assert only.stat().st_mode & 0o777 == 0o600


def test_a_copy_is_known_for_one_until_it_is_served_from(live: Path, tmp_path: Path) -> None:
    sqlite_copies.make_copy(live, tmp_path / "copy.db")

    with Database(f"sqlite:///{live}") as database:
        assert not database.read(sqlite_copies.is_copy)
    with Database(f"sqlite:///{tmp_path / 'copy.db'}") as database:
        assert database.read(sqlite_copies.is_copy)
        database.write(sqlite_copies.is_no_copy_any_more)
        assert not database.read(sqlite_copies.is_copy)


def test_the_mark_of_a_copy_stays_when_what_it_calls_for_could_not_be_recorded(
    live: Path, tmp_path: Path
) -> None:
    sqlite_copies.make_copy(live, tmp_path / "copy.db")

    with Database(f"sqlite:///{tmp_path / 'copy.db'}") as database:

        def fail(connection: object) -> None:
            sqlite_copies.is_no_copy_any_more(connection)  # type: ignore[arg-type]
            raise LookupError

        with pytest.raises(LookupError):
            database.write(fail)

        assert database.read(sqlite_copies.is_copy)


def test_a_damaged_database_is_not_copied_and_the_older_copy_stays(live: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    sqlite_copies.make_copy(live, copy)
    before = copy.read_bytes()
    with live.open("r+b") as damaged:
        damaged.seek(4096 * 3)
        damaged.write(b"\xff" * 4096 * 4)

    with pytest.raises(StorageTrouble) as told:
        sqlite_copies.make_copy(live, copy)

    assert told.value.kind is TroubleKind.CORRUPT
    assert copy.read_bytes() == before
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear customer, " * 100)

    with pytest.raises(StorageTrouble) as told:
        sqlite_copies.check(tmp_path / "letter.txt")

    assert told.value.kind is TroubleKind.CORRUPT
    assert not sqlite_copies.is_ours(tmp_path / "letter.txt")


def test_what_is_replaced_is_kept_with_all_that_its_log_held(
    written: sqlite3.Connection, live: Path, tmp_path: Path
) -> None:
    sqlite_copies.make_copy(live, tmp_path / "copy.db")
    write_pair(written, 1)
    written.close()

    sqlite_copies.put_in_place(tmp_path / "copy.db", live, tmp_path / "replaced.db")

    assert sides(live) == []
    assert sides(tmp_path / "replaced.db") == [1, 1]


def test_the_log_of_a_damaged_database_is_not_read_into_what_replaces_it(
    written: sqlite3.Connection, live: Path, tmp_path: Path
) -> None:
    sqlite_copies.make_copy(live, tmp_path / "copy.db")
    write_pair(written, 1)
    log = live.with_name("live.db-wal").read_bytes()
    written.close()
    live.write_bytes(b"no database at all" * 300)
    live.with_name("live.db-wal").write_bytes(log)

    sqlite_copies.put_in_place(tmp_path / "copy.db", live, tmp_path / "replaced.db")

    assert sides(live) == []
    assert (tmp_path / "replaced.db").read_bytes().startswith(b"no database at all")
    assert (tmp_path / "replaced.db-wal").exists()
