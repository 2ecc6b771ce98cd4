"""The daemon as a process: it serves, it is killed, it stops in good order."""

import random
import signal
from pathlib import Path
from typing import Any

import requests

AWKWARD = Path(__file__).parents[2] / "units" / "bot" / "awkward_commands"


def answers(x: Any, post: str) -> int:
    return len(x.replies_to(post))


def test_it_answers_in_public_and_in_private_by_itself(serve: Any, x: Any, ana: Any, free_port: Any) -> None:
    port = free_port()
    serve(DAEMON_PORT=str(port))
    public, _ = ana.posts("@BrightTel #help"), ana.posts("@BrightTel #data")

    x.until(lambda: answers(x, public) == 1 and len(ana.got) == 1)

    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=5).ok
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).ok
    assert "tweetserve_" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text


def test_who_is_invited_need_not_wait_for_the_idle_look(serve: Any, x: Any, carys: Any) -> None:
    serve(DM_POLL_IDLE="600", DM_POLL_EXPECTING="0.1")
    post = carys.posts("@BrightTel #data")
    x.until(lambda: answers(x, post) == 1)

    carys.writes("helo")

    x.until(lambda: len(carys.got) == 1)


def test_asked_to_stop_it_finishes_the_call_in_flight_and_exits_with_zero(
    serve: Any, x: Any, stage_of: Any, mallory: Any
) -> None:
    x.restart("bench")
    bot = serve()
    x.fault("POST /2/tweets", "slow", seconds=1)
    post = mallory.posts("@BrightTel #help")
    bot.says("decided")

    bot.signal(signal.SIGTERM)
    assert bot.ends(within_seconds=10) == 0

    stage = stage_of()
    stage.settles()
    assert answers(x, post) == 1
    assert stage.delivery(post).state == "sent"
    assert stage.delivery(post).attempts == 1


def test_asked_to_stop_it_gives_back_what_a_hanging_command_holds(
    serve: Any, x: Any, stage_of: Any, mallory: Any
) -> None:
    watcher = stage_of()
    bot = serve(COMMANDS_FOLDER=str(AWKWARD), COMMAND_DEADLINE="600")
    post = mallory.posts("@BrightTel #hangs")
    assert any(watcher.knows(post) and watcher.mention(post).state == "handling" for _ in range(20_000))

    bot.signal(signal.SIGTERM)
    assert bot.ends(within_seconds=10) == 0

    row = watcher.mention(post)
    assert (row.state, row.reason) == ("waiting", None)
    assert x.ours() == []


def test_a_second_signal_ends_it_at_once(serve: Any, x: Any, mallory: Any) -> None:
    bot = serve()
    x.fault("POST /2/tweets", "hang")
    mallory.posts("@BrightTel #help")
    assert any(x.calls("POST", "/2/tweets") for _ in range(2_000))  # looked at again and again

    bot.signal(signal.SIGTERM)
    bot.says("stopping")
    bot.signal(signal.SIGTERM)

    assert bot.ends(within_seconds=2) == 128 + signal.SIGTERM


def test_killed_at_random_moments_everybody_has_exactly_one_answer(
    serve: Any, x: Any, stage_of: Any, ana: Any, ben: Any, mallory: Any
) -> None:
    chance = random.Random(7)
    posts: list[str] = []
    short = {"LEASE": "4", "X_CALL_TIMEOUT": "1.5"}  # where several may serve, what was held waits so long
    bot = serve(**short)
    for _ in range(2):
        asked = [who.posts("@BrightTel #handsets") for who in (ana, ben, mallory) for _ in range(3)]
        posts += asked
        wanted = chance.randrange(1, len(asked))
        x.until(lambda asked=asked, wanted=wanted: sum(answers(x, post) for post in asked) >= wanted)
        bot.signal(signal.SIGKILL)
        bot.ends()
        bot = serve(**short)

    x.until(lambda: all(answers(x, post) == 1 for post in posts))
    bot.signal(signal.SIGTERM)
    assert bot.ends(within_seconds=10) == 0
    stage = stage_of()
    stage.waits(minutes=2)
    stage.waits(minutes=2)
    stage.reads_messages()

    assert [answers(x, post) for post in posts] == [1] * len(posts)
    stage.money_agrees()
