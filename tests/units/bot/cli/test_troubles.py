"""Whatever an operator can cause is told in four parts with a code, never as a stack trace."""

import sqlite3
from pathlib import Path

import pytest

from bot.cli.troubles import operator_error, tell
from bot.errors import OperatorError
from storage import schema
from storage.account_editions import EditionGivenUp
from storage.database import StorageTrouble, TroubleKind
from storage.engine.owner_lock import HeldByAnother
from storage.schema import NewerSchema, OlderSchema
from storage.upkeep.brand import ServesAnother

NOBODY_ELSE = "Whoever waits for an answer waits on, while the daemon has the same trouble."
NOTHING = "Nothing was done by this command."

TOLD = [
    (
        StorageTrouble(TroubleKind.LOCKED, "database is locked"),
        "database-locked",
        (
            "Another process holds the database for longer than we wait (database is locked).",
            NOBODY_ELSE,
            NOTHING,
            "Try again in a minute; if it stays so, look for a program that holds the file open: a backup, "
            "an editor, a second daemon.",
        ),
    ),
    (
        StorageTrouble(TroubleKind.READ_ONLY, "attempt to write a readonly database"),
        "database-read-only",
        (
            "The database takes no writes (attempt to write a readonly database).",
            NOBODY_ELSE,
            NOTHING,
            "Give this user write permission on the file and its folder, or on PostgreSQL point DATABASE_URL "
            "at the primary server.",
        ),
    ),
    (
        StorageTrouble(TroubleKind.FULL, "disk is full"),
        "database-full",
        (
            "There is no room left for the database (disk is full).",
            NOBODY_ELSE,
            NOTHING,
            "Free some space on its disk; the daemon goes on by itself.",
        ),
    ),
    (
        StorageTrouble(TroubleKind.UNREACHABLE, "connection refused"),
        "database-unreachable",
        (
            "The database cannot be reached (connection refused).",
            NOBODY_ELSE,
            NOTHING,
            "Check DATABASE_URL, and that the file can be opened or the server runs.",
        ),
    ),
    (
        StorageTrouble(TroubleKind.CORRUPT, "file is not a database"),
        "database-corrupt",
        (
            "The database is damaged, or is no database (file is not a database).",
            NOBODY_ELSE,
            NOTHING,
            "Stop the daemon, keep the file as it is, and restore the newest backup.",
        ),
    ),
    (
        NewerSchema("0009", "2.0"),
        "schema-newer",
        (
            "The database is of schema 0009, which a newer TweetServe has made.",
            NOBODY_ELSE,
            NOTHING,
            "Install TweetServe 2.0 or newer, or restore the backup from before the upgrade.",
        ),
    ),
    (
        OlderSchema(None),
        "schema-older",
        (
            "The tables are not ready: the database is empty, and this program needs schema "
            f"{schema.HEAD}: migrate it first.",
            NOBODY_ELSE,
            NOTHING,
            "Type: tweetserve migrate",
        ),
    ),
    (
        ServesAnother("sandbox:w1", "real:api.x.com:7"),
        "serves-another",
        (
            "This database remembers sandbox:w1, and the settings name real:api.x.com:7.",
            "Nobody is affected: nothing was sent or read.",
            "The database stays as it is, because what it remembers has no meaning on another X.",
            "Set DATABASE_URL to another database, or go back to the keys, X_BASE_URL or SANDBOX_WORLD it "
            "was made with.",
        ),
    ),
    (
        HeldByAnother(Path("var/demo.db"), 42, "host1"),
        "database-held",
        (
            "The database var/demo.db is in use by process 42 on host1.",
            "Nobody is affected: the daemon that runs goes on serving.",
            "Nothing was done.",
            "Stop it first, or set DATABASE_URL to another file.",
        ),
    ),
    (
        EditionGivenUp("edition 3 is past"),
        "import-overtaken",
        (
            "Another import of accounts has begun meanwhile.",
            "Nobody is affected: customers are answered from the accounts in use.",
            "This import was given up; the accounts in use are as they were.",
            "Wait for the other import, then type: tweetserve accounts show",
        ),
    ),
]


@pytest.mark.parametrize(("trouble", "code", "sentences"), TOLD, ids=[code for _, code, _ in TOLD])
def test_each_trouble_is_told_in_four_parts_and_a_code(trouble, code, sentences, capsys) -> None:
    exit_code = tell(trouble)

    lines = capsys.readouterr().err.splitlines()
    assert exit_code == 1
    assert lines[-1] == f"[{code}]"
    assert tuple(lines[:-1]) == sentences


def test_an_operator_error_is_told_as_it_is() -> None:
    error = OperatorError("some-code", "What.", "Who.", "Now.", "Next.")

    assert operator_error(error) is error


def test_a_fault_of_our_own_is_not_dressed_up_as_the_operators() -> None:
    with pytest.raises(ZeroDivisionError):
        tell(ZeroDivisionError())


def test_every_wrong_setting_is_named_at_once_and_ends_with_3(cli, database) -> None:
    ran = cli("show", "state", MENTIONS_POLL="soon", BRAND_TIMEZONE="Europe/Londn", X_API_KEY="secret-1")

    assert ran.code == 3
    assert ran.err.splitlines() == [
        "BRAND_TIMEZONE is 'Europe/Londn', but must be a name of the time zone database, "
        "for example Europe/London",
        "MENTIONS_POLL is 'soon', but must be 0 or a time such as 3, 90 s, 10 min or 24 h, for example 3",
        "X_API_SECRET, X_ACCESS_TOKEN, X_ACCESS_TOKEN_SECRET must be set too: the real X needs all four keys "
        "as X's developer portal shows them, for example in .env; without any key the sandbox is served",
        "[settings-wrong]",
    ]
    assert "secret-1" not in ran.err


def test_a_password_in_a_wrong_address_is_not_shown(cli) -> None:
    ran = cli("show", "state", DATABASE_URL="mysql://dora:pass-word@db.example/t")

    assert ran.err.splitlines()[0].startswith("DATABASE_URL is 'mysql://…@db.example/t', but must be ")


@pytest.mark.skipif("TEST_POSTGRES_URL" in __import__("os").environ, reason="an SQLite file's own troubles")
class TestAnSqliteFile:
    """What happens to files."""

    def test_a_file_that_is_no_database_is_said_to_be_none(self, cli, tmp_path: Path) -> None:
        (tmp_path / "letter.db").write_text("Dear Sir or Madam, " * 500)

        ran = cli("show", "state", DATABASE_URL="sqlite:///letter.db")

        assert ran.code == 1
        assert ran.err.splitlines()[-1] == "[database-corrupt]"

    def test_a_database_that_was_never_migrated_says_how_to(self, cli, tmp_path: Path) -> None:
        sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE t (x)").connection.close()

        ran = cli("show", "state", DATABASE_URL="sqlite:///empty.db")

        assert ran.err.splitlines()[-2:] == ["Type: tweetserve migrate", "[schema-older]"]
