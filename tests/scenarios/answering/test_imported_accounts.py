"""The company's own accounts: imported while the bot runs, and answered from."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.backends.import_accounts import import_folder
from bot.desk import person_acts


@pytest.fixture
def served_url(database_url: str) -> str:
    """An empty database."""
    return database_url


@pytest.fixture
def stage(stage_of: Any, x: Any) -> Any:
    """With keys nobody is known from the start."""
    return stage_of(**x.keys())


@pytest.fixture
def imports(stage: Any, x: Any, tmp_path: Path) -> Callable[[str], bool]:
    """Imports one customer who has used so much of the month's data; whether that went well."""
    month_ends = (x.now() + timedelta(days=9)).date().isoformat()
    folder = tmp_path / "accounts"
    folder.mkdir()

    def import_them(used: str) -> bool:
        files = {
            "customers.csv": "customer_id,name,language\nC1,Ana Ruiz,en\n",
            "lines.csv": "customer_id,line_id,number,label,plan,upgrade_on\nC1,L1,07700 900101,,Plus,\n",
            "usage.csv": (
                "customer_id,name,kind,line_ids,only_in,sponsored,allowance,used,ends_on,renews\n"
                f"C1,Plus 20 GB,data,L1,,no,20 GB,{used},{month_ends},yes\n"
            ),
        }
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return import_folder(folder, stage.database, stage.brand_id, stage.clock.now()).imported

    return import_them


def test_an_import_switches_the_account_commands_on_without_a_restart(
    stage: Any, imports: Any, ana: Any
) -> None:
    before = ana.posts("@BrightTel #data")
    stage.settles()

    assert imports("7.5 GB")
    stage.passes(seconds=6)
    person_acts.link(stage.desk, ana.id, "C1", proof="passport seen", by="cleo")
    ana.writes("#data")
    stage.settles()

    assert stage.reason(before) == "command switched off"
    assert "12.5" in ana.message
    assert "of 20" in ana.message


def test_the_next_import_is_answered_from_at_once_and_a_wrong_one_changes_nothing(
    stage: Any, imports: Any, ana: Any
) -> None:
    ana.posts("@BrightTel hello")
    stage.settles()
    imports("7.5 GB")
    person_acts.link(stage.desk, ana.id, "C1", proof="passport seen", by="cleo")
    stage.passes(seconds=6)

    assert not imports("a lot")
    ana.writes("#data")
    stage.settles()
    assert imports("19 GB")
    ana.writes("#data")
    stage.settles()

    assert "12.5" in ana.got[0]
    assert "1 GB" in ana.got[1]
