"""The database: what is written is durable, one failure takes nobody else along, and trouble has a name."""

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.database import Database, StorageTrouble, normal_url
from storage.engine.quick_connection import whole
from storage.upkeep import alarms, switches

on_sqlite = pytest.mark.skipif("TEST_POSTGRES_URL" in os.environ, reason="about SQLite's own ways")


def count(database: Database) -> int:
    return len(database.read(lambda connection: switches.off(connection, "100")))


def switch(name: str, noon):
    return lambda connection: switches.switch_off(connection, "100", name, "", noon)


def test_what_is_written_can_be_read_by_the_next_process(database, open_database, noon) -> None:
    database.write(switch("data", noon))

    assert count(open_database()) == 1


def test_a_failing_piece_of_work_takes_only_itself_back(database, noon) -> None:
    def fail(connection):
        switch("lost", noon)(connection)
        raise LookupError("on purpose")

    started = threading.Event()
    go_on = threading.Event()

    def hold(_connection):
        started.set()
        go_on.wait(10)

    with ThreadPoolExecutor(8) as pool:
        blocker = pool.submit(database.write, hold)  # so that the others gather behind it
        started.wait(10)
        good = [pool.submit(database.write, switch(f"c{n}", noon)) for n in range(5)]
        bad = pool.submit(database.write, fail)
        go_on.set()
        wait([blocker, *good, bad])

    assert [future.result() for future in good] == [True] * 5
    with pytest.raises(LookupError):
        bad.result()
    assert count(database) == 5


def test_a_rule_of_the_tables_stays_the_error_it_is(database) -> None:
    with pytest.raises(IntegrityError):
        database.write(lambda c: c.execute(sa.text("INSERT INTO windows (brand_id) VALUES ('100')")))


def test_a_piece_of_work_that_waits_for_another_is_refused(database) -> None:
    if not database.is_sqlite:
        pytest.skip("there is no writer thread on PostgreSQL")

    with pytest.raises(RuntimeError, match="may not wait"):
        database.write(lambda _: database.write(lambda __: None))


@on_sqlite
def test_a_reader_never_waits_for_the_writer(database, open_database, noon) -> None:
    other = open_database(group_commit=False)

    def read_meanwhile(connection):
        switch("data", noon)(connection)
        return count(other)

    assert database.write(read_meanwhile) == 0


READS = {
    "prebuilt": lambda connection: switches.off(connection, "100"),
    "as text": lambda connection: connection.execute(sa.text("SELECT command FROM switched_off")).all(),
    "the schema": lambda connection: sa.inspect(whole(connection)).get_table_names(),
}


@pytest.mark.parametrize("way", READS)
def test_a_read_sees_all_that_was_written_before_it(database, noon, way: str) -> None:
    database.read(READS[way])

    database.write(switch("data", noon))

    assert count(database) == 1
    assert count(database) == 1


def test_a_read_sees_one_state_though_others_write_meanwhile(database, open_database, noon) -> None:
    other = open_database()

    def twice(connection):
        before = len(switches.off(connection, "100"))
        other.write(switch("data", noon))
        return before, len(switches.off(connection, "100"))

    assert database.read(twice) == (0, 0)
    assert count(database) == 1


@pytest.mark.parametrize("way", READS)
def test_a_read_that_fails_stands_in_nobodys_way(database, noon, way: str) -> None:
    def fail(connection):
        READS[way](connection)
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        database.read(fail)
    database.write(switch("data", noon))

    assert count(database) == 1


@on_sqlite
def test_many_read_at_the_same_time(database, noon) -> None:
    database.write(switch("data", noon))
    all_here = threading.Barrier(30)

    def read(connection):
        all_here.wait(10)
        return len(switches.off(connection, "100"))

    with ThreadPoolExecutor(30) as pool:
        found = [pool.submit(database.read, read) for _ in range(30)]

    assert [one.result() for one in found] == [1] * 30
    assert count(database) == 1


@on_sqlite
def test_the_file_is_synced_at_every_commit_and_checks_its_references(database) -> None:
    said = database.read(
        lambda c: [
            c.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous", "foreign_keys")
        ]
    )

    assert said == ["wal", 2, 1]


@on_sqlite
def test_a_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "new.db"

    Database(f"sqlite:///{path}").close()

    assert path.stat().st_mode & 0o777 == 0o600


@on_sqlite
def test_a_locked_file_is_told_as_locked(open_database, database_url, noon) -> None:
    database = open_database(group_commit=False, busy_seconds=0.05)
    rival = sqlite3.connect(normal_url(database_url).database or "", isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageTrouble) as trouble:
        database.write(switch("data", noon))

    assert trouble.value.kind == "locked"
    rival.close()
    database.write(switch("data", noon))
    assert count(database) == 1


@on_sqlite
def test_a_full_file_loses_only_what_was_never_confirmed_and_goes_on_when_there_is_room(
    database, noon
) -> None:
    def narrow(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    database.write(narrow)  # the writer's own connection

    with pytest.raises(StorageTrouble) as trouble:
        database.write(lambda c: alarms.raise_(c, "100", "x", "y" * 300_000, noon))
    assert trouble.value.kind == "full"

    database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    assert database.write(switch("data", noon))
    assert count(database) == 1


@on_sqlite
def test_a_file_that_is_no_database_is_told_as_corrupt(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear customer, " * 500)

    with pytest.raises(StorageTrouble) as trouble, Database(f"sqlite:///{path}") as database:
        database.read(lambda c: c.exec_driver_sql("SELECT 1 FROM sqlite_master").all())

    assert trouble.value.kind == "corrupt"


def test_a_server_that_does_not_answer_is_told_as_unreachable() -> None:
    with (
        Database("postgresql://nobody@127.0.0.1:1/none") as database,
        pytest.raises(StorageTrouble) as trouble,
    ):
        database.read(lambda c: c.execute(sa.text("SELECT 1")))

    assert trouble.value.kind == "unreachable"


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="neither an SQLite file nor a PostgreSQL database"):
        normal_url(url)


WRITER = """
import sys
from datetime import UTC, datetime
from storage.database import Database
from storage.upkeep import switches
AT = datetime(2026, 1, 1, tzinfo=UTC)
with Database(sys.argv[1]) as database:
    for n in range(40):
        database.write(lambda c: switches.switch_off(c, "100", f"{sys.argv[2]}-{n}", "", AT))
"""


def test_two_processes_write_to_one_database(database, database_url) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, database_url, name]) for name in ("daemon", "cli")
    ]

    assert [process.wait(60) for process in processes] == [0, 0]
    assert count(database) == 80


def test_a_migration_may_take_its_time_where_other_transactions_may_not(database_url: str) -> None:
    with Database(database_url, idle_seconds=0.5) as hurried:
        if hurried.is_sqlite:
            pytest.skip("SQLite ends no idle transaction")
        with hurried.schema_transaction() as connection:
            migrating = connection.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar()
        usual = hurried.read(
            lambda c: c.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar()
        )

    assert (migrating, usual) == ("1min", "500ms")
