"""A command of the brand fails or hangs: the customer gets a holding reply, the others their answers."""

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

WORDS = "# Words\n\n## en summary\ntries something\n\n## en answer\nHere it is.\n"
BREAKS = '''"""#breaks: fails each time."""

from commands.api import Context, Plan, Request, Risk, command


@command("breaks", risk=Risk.READ)
def breaks(request: Request, context: Context) -> Plan:
    raise ZeroDivisionError("the secret of the trace")
'''
WAITS = '''"""#waits: waits for what does not come until the story lets go."""

import threading

from commands.api import Context, Plan, Request, Risk, command

let_go = threading.Event()


@command("waits", risk=Risk.READ)
def waits(request: Request, context: Context) -> Plan:
    let_go.wait(60)
    return Plan(public=context.words.public("answer"))
'''


@pytest.fixture
def awkward(tmp_path: Path) -> Iterator[Path]:
    """A folder of commands as nobody wishes for them."""
    for name, code in (("breaks", BREAKS), ("waits", WAITS)):
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
        (tmp_path / f"{name}.md").write_text(WORDS, encoding="utf-8")
    (tmp_path / "torn.py").write_text("def torn(:\n", encoding="utf-8")
    yield tmp_path
    gc.collect()


@pytest.fixture
def stage(stage_of: Any, awkward: Path) -> Iterator[Any]:
    stage = stage_of(commands_folder=awkward)
    yield stage
    waits = stage.deciding.registry.current.commands["waits"].declared.function
    waits.__globals__["let_go"].set()


def test_who_asks_a_command_that_fails_gets_a_holding_reply_and_a_ticket(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #breaks")

    stage.settles()

    (ticket,) = stage.tickets()
    assert "something went wrong on our side" in x.reply_to(post)
    assert ticket["reference"] in x.reply_to(post)
    assert "secret" not in x.reply_to(post)
    assert ticket["command"] == "breaks"


def test_the_trace_is_in_the_log(stage: Any, mallory: Any, capsys: pytest.CaptureFixture[str]) -> None:
    mallory.posts("@BrightTel #breaks")

    stage.settles()

    assert "the secret of the trace" in capsys.readouterr().out


def test_one_that_hangs_is_abandoned_after_its_deadline_and_nobody_waits_for_it(
    stage: Any, x: Any, ana: Any, mallory: Any
) -> None:
    slow, quick = mallory.posts("@BrightTel #waits"), ana.posts("@BrightTel #help")
    stage.settles()
    assert len(x.replies_to(quick)) == 1
    assert x.replies_to(slow) == []

    stage.passes(seconds=6)
    stage.settles()

    assert "something went wrong on our side" in x.reply_to(slow)
    assert len(stage.tickets()) == 1


def test_killed_while_a_command_hangs_the_mention_is_decided_again(stage: Any, x: Any, mallory: Any) -> None:
    slow = mallory.posts("@BrightTel #waits")
    stage.settles()

    stage.restart()
    stage.settles()
    stage.passes(seconds=6)
    stage.settles()

    assert len(x.replies_to(slow)) == 1
    assert len(stage.tickets()) == 1


def test_a_fault_beside_a_good_answer_spoils_only_its_own_part(stage: Any, x: Any, mallory: Any) -> None:
    post = mallory.posts("@BrightTel #handsets nimbus 5 #breaks")

    stage.settles()

    assert "Nimbus 5" in x.reply_to(post)
    assert stage.tickets()[0]["reference"] in x.reply_to(post)


def test_asked_by_message_the_holding_reply_comes_there(stage: Any, x: Any, mallory: Any) -> None:
    mallory.writes("#breaks")

    stage.settles()

    assert stage.tickets()[0]["reference"] in mallory.message


def test_a_file_that_cannot_be_read_takes_no_other_command_down(stage: Any, x: Any, mallory: Any) -> None:
    torn, post = mallory.posts("@BrightTel #torn"), mallory.posts("@BrightTel #help")

    stage.settles()

    assert stage.reason(torn) == "no command"
    assert len(x.replies_to(post)) == 1
