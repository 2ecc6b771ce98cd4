"""What `backup` and `restore` promise: whole copies on record, and nothing replaced that should not be."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import schema
from storage.database import Database
from storage.engine.owner_lock import OwnerLock
from storage.upkeep import alarms, backups, brand
from tests.conftest import POSTGRES
from tests.units.bot.cli.conftest import BRAND, NOON

only_sqlite = pytest.mark.skipif(bool(POSTGRES), reason="PostgreSQL has tools of its own for this")


@pytest.fixture
def saved(cli, busy_day: Database, tmp_path: Path) -> Path:
    """A backup of the busy day; afterwards an alarm rings that is not in it."""
    assert cli("backup", "--to", "saved.db").code == 0
    busy_day.write(lambda c: alarms.raise_(c, BRAND, "budget-reads", "", NOON))
    busy_day.close()
    return tmp_path / "saved.db"


def codes(cli) -> set[str]:
    return {row["code"] for row in cli("show", "alarms", "--json").rows}


@only_sqlite
def test_a_backup_is_made_while_the_database_is_in_use_and_put_on_record(cli, busy_day, tmp_path) -> None:
    ran = cli("backup")

    (made,) = (tmp_path / "backups").iterdir()
    assert ran.code == 0
    assert ran.out == f"{made}\n"
    assert busy_day.read(lambda c: backups.last_backup(c, BRAND)).place == str(made)
    assert made.name.startswith("tweetserve-20")


@only_sqlite
def test_a_folder_gets_a_file_named_after_the_time(cli, busy_day, tmp_path: Path) -> None:
    (tmp_path / "nightly").mkdir()

    cli("backup", "--to", "nightly")

    assert len(list((tmp_path / "nightly").glob("tweetserve-*.db"))) == 1


@only_sqlite
def test_the_same_file_is_replaced_by_the_next_backup(cli, saved: Path) -> None:
    ran = cli("backup", "--to", "saved.db")

    cli("restore", "saved.db")
    assert ran.code == 0
    assert "budget-reads" in codes(cli)


@only_sqlite
@pytest.mark.parametrize("given", ["tweetserve.db", "letter.txt"])
def test_a_backup_replaces_neither_the_database_nor_a_file_of_another_kind(
    cli, busy_day, tmp_path: Path, given: str
) -> None:
    (tmp_path / "letter.txt").write_text("Dear Ana")

    ran = cli("backup", "--to", given)

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[backup-in-the-way]"
    assert (tmp_path / "letter.txt").read_text() == "Dear Ana"
    assert cli("show", "tickets", "--json").rows


@only_sqlite
def test_a_restored_backup_is_what_it_was_and_the_replaced_database_is_kept(
    cli, saved: Path, tmp_path: Path
) -> None:
    assert "budget-reads" in codes(cli)

    ran = cli("restore", "saved.db")

    assert ran.code == 0
    assert "budget-reads" not in codes(cli)
    assert cli("show", "tickets", "--json").rows[0]["reference"] == "BT-7KQ2-4"
    kept = f"sqlite:///{tmp_path / 'tweetserve.db.replaced-1'}"
    assert f"kept: {tmp_path / 'tweetserve.db.replaced-1'}" in ran.err
    assert {row["code"] for row in cli("show", "alarms", "--json", DATABASE_URL=kept).rows} >= {
        "budget-reads"
    }


@only_sqlite
def test_a_second_restore_keeps_both_databases_that_it_replaces(cli, saved: Path, tmp_path: Path) -> None:
    cli("restore", "saved.db")
    cli("restore", "saved.db")

    kept = sorted(path.name for path in tmp_path.glob("*.replaced-?"))
    assert kept == ["tweetserve.db.replaced-1", "tweetserve.db.replaced-2"]


@only_sqlite
def test_where_no_database_stands_the_backup_becomes_it(cli, saved: Path, tmp_path: Path) -> None:
    (tmp_path / "tweetserve.db").unlink()

    ran = cli("restore", "saved.db")

    assert ran.code == 0
    assert cli("show", "tickets", "--json").rows


@only_sqlite
def test_nothing_is_replaced_while_a_daemon_owns_the_database(cli, saved: Path, tmp_path: Path) -> None:
    with OwnerLock(tmp_path / "tweetserve.db"):
        ran = cli("restore", "saved.db")

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[database-held]"
    assert "budget-reads" in codes(cli)


def garbled(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9_000)


def halved(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


@only_sqlite
@pytest.mark.parametrize("spoilt", [garbled, halved, emptied, removed])
def test_a_backup_that_is_not_whole_replaces_nothing(cli, saved: Path, spoilt, tmp_path: Path) -> None:
    spoilt(saved)

    ran = cli("restore", "saved.db")

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[backup-unusable]"
    assert "budget-reads" in codes(cli)
    assert list(tmp_path.glob("*.restoring*")) == []


@only_sqlite
def test_a_backup_of_another_x_replaces_nothing(cli, saved: Path) -> None:
    with Database(f"sqlite:///{saved}") as other:
        other.write(lambda c: c.execute(sa.text("UPDATE brands SET serves = 'real:api.x.com:7'")))

    ran = cli("restore", "saved.db")

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[serves-another]"
    assert "budget-reads" in codes(cli)


@only_sqlite
def test_a_backup_of_a_newer_version_replaces_nothing(cli, saved: Path) -> None:
    with Database(f"sqlite:///{saved}") as newer:
        newer.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))

    ran = cli("restore", "saved.db")

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[schema-newer]"
    assert "budget-reads" in codes(cli)


@only_sqlite
def test_a_database_of_an_older_version_is_backed_up_and_put_back_all_the_same(
    cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    with pytest.MonkeyPatch.context() as then:
        then.setattr(schema, "HEAD", "0006")
        with Database(old) as database:
            schema.migrate(database)

    backed_up = cli("backup", "--to", "saved.db", DATABASE_URL=old)
    restored = cli("restore", "saved.db", DATABASE_URL=old)

    assert (backed_up.code, restored.code) == (0, 0)
    assert "not on record" in backed_up.err
    assert cli("migrate", DATABASE_URL=old).out.strip().endswith(f"schema {schema.HEAD}")


@only_sqlite
def test_before_the_first_start_there_is_nothing_to_back_up(cli, tmp_path: Path) -> None:
    ran = cli("backup", DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")

    assert ran.code == 3
    assert not (tmp_path / "none.db").exists()


def test_a_backup_made_by_other_means_is_put_on_record(cli, started: Database, tmp_path: Path) -> None:
    (tmp_path / "night.dump").write_text("PGDMP")

    ran = cli("backup", "--to", "night.dump", "--made")

    assert ran.code == 0
    assert started.read(lambda c: backups.last_backup(c, BRAND)).place == str(tmp_path / "night.dump")


def test_a_backup_that_is_not_there_is_not_put_on_record(cli, started: Database) -> None:
    ran = cli("backup", "--to", "night.dump", "--made")

    assert ran.code == 1
    assert started.read(lambda c: backups.last_backup(c, BRAND)) is None


@pytest.mark.skipif(not POSTGRES, reason="TEST_POSTGRES_URL is not set")
@pytest.mark.parametrize("words", [("backup",), ("restore", "saved.db")])
def test_on_postgresql_its_own_tools_are_named(cli, started: Database, words: tuple[str, ...]) -> None:
    ran = cli(*words)

    assert ran.code == 1
    assert ran.err.splitlines()[-1] == "[backup-postgres]"


def test_of_several_backups_the_last_one_counts(started: Database) -> None:
    for place in ("first", "second"):
        started.write(lambda c, place=place: backups.note(c, BRAND, NOON, place))

    assert started.read(lambda c: backups.last_backup(c, BRAND)) == backups.BackupRow(NOON, "second")
    assert started.read(brand.only) is not None
