"""In public nobody can tell whose X account is linked to a customer, whatever fails behind the answer."""

from pathlib import Path
from typing import Any

import pytest

from bot.desk import person_acts

WORDS = "# Words\n\n## en summary\ntries something\n"
CODE = '''"""#{name}: never gets as far as an answer."""

from commands.accounts import AccountsUnavailable
from commands.api import Context, Plan, Request, Risk, command


@command("{name}", risk=Risk.READ, needs_link=True)
def {name}(request: Request, context: Context) -> Plan:
    raise {error}("not now")
'''


@pytest.fixture
def stage(stage_of: Any, tmp_path: Path) -> Any:
    """The bot with two account commands that fail."""
    folder = tmp_path / "failing"
    folder.mkdir()
    for name, error in (("silent", "AccountsUnavailable"), ("breaks", "ZeroDivisionError")):
        (folder / f"{name}.py").write_text(CODE.format(name=name, error=error), encoding="utf-8")
        (folder / f"{name}.md").write_text(WORDS, encoding="utf-8")
    return stage_of(commands_folder=folder)


@pytest.fixture
def linked(stage: Any, x: Any) -> Any:
    """Somebody who is linked and has not agreed to messages."""
    person = x.person("delyth")
    person.posts("@BrightTel hello")
    stage.settles()
    customer = stage.file_of(x.known("ana"))["customer_id"]
    person_acts.link(stage.desk, person.id, customer, proof="seen in the shop", by="cleo")
    return person


def without_mark(text: str) -> str:
    return text.rpartition(" · ")[0]


@pytest.mark.parametrize("command", ["silent", "breaks"])
def test_who_is_linked_gets_the_same_public_words_as_who_is_not(
    stage: Any, x: Any, linked: Any, ben: Any, command: str
) -> None:
    one, other = linked.posts(f"@BrightTel #{command}"), ben.posts(f"@BrightTel #{command}")

    stage.settles()

    assert without_mark(x.reply_to(one)) == without_mark(x.reply_to(other))
    assert f"#{command}" in x.reply_to(one)


def test_what_failed_is_told_by_message_and_its_ticket_is_open(stage: Any, x: Any, linked: Any) -> None:
    linked.posts("@BrightTel #breaks")
    stage.settles()
    (ticket,) = stage.tickets()

    linked.writes("hello")
    stage.settles()

    assert ticket["reference"] in linked.message
    assert len(stage.tickets()) == 1


def test_silent_accounts_are_told_by_message(stage: Any, linked: Any) -> None:
    linked.posts("@BrightTel #silent")
    stage.settles()

    linked.writes("hello")
    stage.settles()

    assert "I cannot see account details just now" in linked.message
