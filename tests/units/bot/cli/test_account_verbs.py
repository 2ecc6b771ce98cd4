"""What `accounts` promises: all of a folder or nothing, and every mistake with its place."""

import shutil
from pathlib import Path

import pytest

from bot.backends import demo_company


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo company's own files."""
    copied = tmp_path / "accounts"
    shutil.copytree(demo_company.FOLDER / "accounts", copied, ignore=shutil.ignore_patterns("*.py", "__*"))
    return copied


def test_a_folder_is_imported_and_listed(cli, started, folder: Path) -> None:
    ran = cli("accounts", "import", str(folder))
    (edition,) = cli("accounts", "show", "--json").rows

    assert ran.code == 0
    assert "customers: 32\n" in ran.out
    assert ran.err == "The new accounts are in use.\n"
    assert (edition["source"], edition["state"], edition["customers"]) == ("import", "current", 32)


def test_a_mistake_is_told_with_its_place_and_nothing_is_imported(cli, started, folder: Path) -> None:
    bills = (folder / "bills.csv").read_text().replace("C1001", "C9999", 1)
    (folder / "bills.csv").write_text(bills)

    ran = cli("accounts", "import", str(folder))

    assert ran.code == 1
    assert ran.err.splitlines()[0].startswith("bills.csv, line 2, ")
    assert ran.err.splitlines()[-5:] == [
        "The account files have 4 mistakes.",
        "Nobody is affected: customers are answered from the accounts in use.",
        "Nothing was imported.",
        "Mend the files and import the folder again; docs/reference/account-files.md says what is expected.",
        "[accounts-wrong]",
    ]
    assert cli("accounts", "show", "--json").rows == []


def test_a_folder_that_is_not_there_is_said_so(cli, started) -> None:
    ran = cli("accounts", "import", "nowhere")

    assert ran.code == 1
    assert ran.err.splitlines()[0] == "nowhere: expected a folder with account files"


def test_before_the_first_import_it_says_what_to_type(cli, started) -> None:
    assert cli("accounts", "show").err == "No accounts yet. Type: tweetserve accounts import FOLDER\n"
