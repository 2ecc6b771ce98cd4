"""A lead writes a command while customers ask: what is saved counts, and a mistake takes nothing down."""

from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from bot.app import watch_commands

CODE = '''"""#parking: where to park."""

from commands.api import Context, Plan, Request, Risk, command


@command("parking", risk=Risk.READ)
def parking(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("answer"))
'''
WORDS = "## en summary\nwhere to park\n\n## en answer\n{answer}\n"


class Desk:
    """The folder in which the lead writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def saves(self, answer: str, code: str = CODE) -> None:
        (self.folder / "parking.md").write_text(WORDS.replace("{answer}", answer), encoding="utf-8")
        (self.folder / "parking.py").write_text(code, encoding="utf-8")


@pytest.fixture
def lead(tmp_path: Path) -> Desk:
    folder = tmp_path / "own_commands"
    folder.mkdir()
    return Desk(folder)


@pytest.fixture
def stage(stage_of: Any, lead: Desk) -> Any:
    return stage_of(commands_folder=lead.folder)


@pytest.fixture
def watch(stage: Any) -> Any:
    structlog.reset_defaults()
    return watch_commands(stage.settings, stage.deciding.registry)


def test_a_new_command_works_without_a_restart(
    stage: Any, watch: Any, lead: Desk, x: Any, mallory: Any
) -> None:
    early = mallory.posts("@BrightTel #parking")
    stage.settles()

    lead.saves("Behind the shop.")
    watch.run()
    late, menu = mallory.posts("@BrightTel #parking"), mallory.posts("@BrightTel #help parking")
    stage.settles()

    assert stage.reason(early) == "no command"
    assert x.reply_to(late).startswith("Behind the shop.")
    assert "where to park" in x.reply_to(menu)


def test_a_saved_mistake_leaves_the_last_good_version_and_is_told_once(
    stage: Any, watch: Any, lead: Desk, x: Any, mallory: Any
) -> None:
    lead.saves("Behind the shop.")
    watch.run()

    with capture_logs() as events:
        lead.saves("In front of it now.", code="def torn(:\n")
        watch.run()
        lead.saves("In front of it!", code="def torn(:\n")
        watch.run()
    post, other = mallory.posts("@BrightTel #parking"), mallory.posts("@BrightTel #handsets")
    stage.settles()

    (wrong,) = [one for one in events if one["event"] == "command file wrong"]
    assert (wrong["code"], wrong["file"]) == ("command-cannot-load", "parking.py:1")
    assert "goes on with the last good version" in wrong["told"]
    assert x.reply_to(post).startswith("Behind the shop.")
    assert len(x.replies_to(other)) == 1


def test_once_mended_it_is_in_force_and_once_taken_away_it_is_gone(
    stage: Any, watch: Any, lead: Desk, x: Any, mallory: Any
) -> None:
    lead.saves("Behind the shop.", code="def torn(:\n")
    watch.run()
    lead.saves("In front of it.")
    watch.run()
    mended = mallory.posts("@BrightTel #parking")
    stage.settles()

    for file in lead.folder.iterdir():
        if file.is_file():
            file.unlink()
    watch.run()
    gone = mallory.posts("@BrightTel #parking")
    stage.settles()

    assert x.reply_to(mended).startswith("In front of it.")
    assert stage.reason(gone) == "no command"


def test_where_nothing_is_saved_nothing_is_read_again(stage: Any, watch: Any, lead: Desk) -> None:
    lead.saves("Behind the shop.")
    watch.run()
    before = stage.deciding.registry.current

    assert watch.run() is False

    assert stage.deciding.registry.current is before


def test_a_mistake_that_is_there_at_the_start_is_told(stage: Any, lead: Desk) -> None:
    structlog.reset_defaults()
    lead.saves("Behind the shop.", code="def torn(:\n")
    stage.deciding.registry.load((lead.folder,))

    with capture_logs() as events:
        watch_commands(stage.settings, stage.deciding.registry)

    assert [one["event"] for one in events] == ["command file wrong"]
