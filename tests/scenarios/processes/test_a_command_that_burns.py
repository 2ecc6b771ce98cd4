"""A command of the brand computes for ever: the daemon starts again, and at the third time it is off."""

from pathlib import Path
from signal import SIGTERM
from typing import Any

import pytest
import requests

WORDS = "# Words\n\n## en summary\ntries something\n\n## en answer\nAll is well.\n"
BURNS = '''"""#burns: computes for ever where it is asked to."""

from commands.api import Context, Plan, Request, Risk, command


@command("burns", risk=Risk.READ)
def burns(request: Request, context: Context) -> Plan:
    while "forever" in request.arguments:
        pass
    return Plan(public=context.words.public("answer"))
'''
QUICK = {"COMMAND_DEADLINE": "0.3", "LEASE": "4", "X_CALL_TIMEOUT": "1.5"}


@pytest.fixture
def commands(tmp_path: Path) -> str:
    folder = tmp_path / "commands"
    folder.mkdir()
    (folder / "burns.py").write_text(BURNS, encoding="utf-8")
    (folder / "burns.md").write_text(WORDS, encoding="utf-8")
    (folder / "torn.py").write_text("def torn(:\n", encoding="utf-8")
    return str(folder)


def test_it_starts_again_in_good_order_and_the_third_time_the_command_is_off(
    serve: Any, x: Any, stage_of: Any, commands: str, mallory: Any, ana: Any
) -> None:
    bot = serve(COMMANDS_FOLDER=commands, **QUICK)
    burning, between = [], []
    for starts in (1, 2, 3):
        burning.append(mallory.posts("@BrightTel #burns forever"))
        bot.says("starting again", times=starts)
        bot.says("Serving @BrightTel", times=starts + 1)
        between.append(ana.posts("@BrightTel #help"))
        x.until(lambda: len(x.replies_to(between[-1])) == 1)
    late = ana.posts("@BrightTel #burns")
    last = ana.posts("@BrightTel #handsets")
    x.until(lambda: len(x.replies_to(last)) == 1)
    bot.signal(SIGTERM)

    assert bot.ends(within_seconds=10) == 0
    stage = stage_of()
    stage.waits(minutes=2)
    stage.waits(minutes=2)
    stage.reads_messages()
    assert [len(x.replies_to(post)) for post in burning] == [1, 1, 1]
    assert [stage.mention(post).tries for post in burning] == [1, 1, 1]
    assert [ticket["command"] for ticket in stage.tickets()] == ["burns"]
    assert stage.reason(late) == "command switched off"
    assert "command-burns-cpu" in stage.alarms()
    stage.money_agrees()


def test_asked_to_stop_while_it_starts_again_it_ends(serve: Any, commands: str, x: Any, mallory: Any) -> None:
    bot = serve(COMMANDS_FOLDER=commands, **QUICK)
    mallory.posts("@BrightTel #burns forever")
    bot.says("starting again")

    bot.signal(SIGTERM)

    # In good order, or before the new program has anything to bring in order.
    assert bot.ends(within_seconds=10) in (0, -SIGTERM)


def test_the_sandbox_beside_it_goes_on_and_still_ends_with_it(run: Any, commands: str) -> None:
    bot = run(COMMANDS_FOLDER=commands, SANDBOX_PROFILE="bench", **QUICK)
    url = bot.says("Timeline page:").split("Timeline page: ")[1].rstrip("/")
    bot.says("Serving @BrightTel")

    def asks(who: str, text: str) -> str:
        body = {"as": who, "text": text}
        return str(requests.post(f"{url}/sandbox/posts", json=body, timeout=10).json()["id"])

    asks("mallory", "@BrightTel #burns forever")
    bot.says("Timeline page:", times=2)
    bot.says("Serving @BrightTel", times=2)
    sent_before = bot.said.count('"sent"')
    asks("ana", "@BrightTel #help")
    bot.says('"sent"', times=sent_before + 1)
    bot.signal(SIGTERM)

    assert bot.ends(within_seconds=10) == 0
    assert "torn.py" in bot.says("command-cannot-load")
    assert bot.said.count(f"Timeline page: {url}/") == 2
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/sandbox/health", timeout=5)
