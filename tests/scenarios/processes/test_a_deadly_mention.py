"""A command of the brand ends the daemon's process for one text: nobody else waits for long."""

from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest

WORDS = "# Words\n\n## en summary\ntries something\n\n## en answer\nAll is well.\n"
DEADLY = '''"""#deadly: ends the process for one text."""

import os
import signal

from commands.api import Context, Plan, Request, Risk, command

WAYS = {
    "exit": lambda: os._exit(7),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


@command("deadly", risk=Risk.READ)
def deadly(request: Request, context: Context) -> Plan:
    for word in request.arguments:
        WAYS.get(word, lambda: None)()
    return Plan(public=context.words.public("answer"))
'''


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    folder = tmp_path / "commands"
    folder.mkdir()
    (folder / "deadly.py").write_text(DEADLY, encoding="utf-8")
    (folder / "deadly.md").write_text(WORDS, encoding="utf-8")
    return folder


@pytest.mark.parametrize("way", ["exit", "kill"])
def test_the_third_time_it_is_parked_and_the_rest_go_on(
    serve: Any, x: Any, stage_of: Any, commands: Path, ana: Any, mallory: Any, ben: Any, way: str
) -> None:
    poison = mallory.posts(f"@BrightTel #deadly {way}")
    beside = [ana.posts("@BrightTel #deadly"), ben.posts("@BrightTel #help")]

    def everybody_is_answered() -> bool:
        return all(len(x.replies_to(post)) == 1 for post in (poison, *beside))

    def starts() -> Any:
        # It may end before it says that it serves. Where several may, what was held waits for its lease.
        return serve(waits_for="", COMMANDS_FOLDER=str(commands), LEASE="4", X_CALL_TIMEOUT="1.5")

    for _ in range(3):
        assert starts().ends() != 0
    bot = starts()
    x.until(everybody_is_answered)
    bot.signal(SIGTERM)

    assert bot.ends(within_seconds=10) == 0
    assert "something went wrong on our side" in x.reply_to(poison)
    assert "All is well" in x.reply_to(beside[0])
    stage = stage_of()
    assert stage.mention(poison).state == "parked"
    (ticket,) = stage.tickets()
    assert (ticket["command"], ticket["reference"] in x.reply_to(poison)) == ("deadly", True)
