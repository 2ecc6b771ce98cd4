"""Starting: beside a sandbox of its own, and what is said when it cannot."""

import socket
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import requests

from tests.scenarios.theatre import LocalX


def address(bot: Any) -> str:
    return str(bot.says("Timeline page:")).split("Timeline page: ")[1].rstrip("/")


def control(url: str, method: str, path: str, **body: Any) -> Any:
    answer = requests.request(method, f"{url}/sandbox/{path}", json=body or None, timeout=10)
    assert answer.ok, answer.text
    return answer.json()


def test_without_keys_it_says_so_and_names_the_page(run: Any) -> None:
    bot = run()

    bot.says("No X keys")
    assert requests.get(address(bot), timeout=10).ok


def test_the_sandbox_ends_with_its_parent_however_that_ends(run: Any) -> None:
    bot = run()
    url = address(bot)
    with requests.get(f"{url}/sandbox/stream", stream=True, timeout=20) as stream:
        bot.signal(SIGKILL)
        bot.ends()

        for _ in stream.iter_content(1):
            pass  # until the sandbox is gone, and with it the line

    with socket.socket() as line:
        assert line.connect_ex(("127.0.0.1", int(url.rsplit(":", 1)[1]))) != 0


def test_the_story_goes_on_after_both_were_started_again(run: Any) -> None:
    bot = run(SANDBOX_PROFILE="bench")
    url = address(bot)
    bot.says("Serving")
    post = control(url, "POST", "posts", **{"as": "carys", "text": "@BrightTel #data"})["id"]
    bot.says("sent")
    bot.signal(SIGTERM)
    assert bot.ends(within_seconds=10) == 0

    again = run(SANDBOX_PROFILE="bench")
    url = address(again)
    again.says("Serving")
    control(url, "POST", "messages", **{"as": "carys", "text": "helo"})
    again.says("sent")

    seen = control(url, "GET", "timeline")
    assert [one["in_reply_to"] for one in seen["posts"] if one["author"] == "BrightTel"] == [post]
    assert sum("GB" in one["text"] for one in seen["messages"] if one["from"] == "BrightTel") == 1


def test_a_port_in_use_is_told_with_the_setting_to_change(run: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        daemon, sandbox = run(DAEMON_PORT=port), run(SANDBOX_PORT=port, DATABASE_URL="sqlite:///other.db")

        assert daemon.ends() == 1
        assert sandbox.ends() == 1
    assert "DAEMON_PORT" in daemon.said
    assert "SANDBOX_PORT" in sandbox.said
    assert "Traceback" not in daemon.said + sandbox.said


def test_all_wrong_settings_are_told_at_once_without_a_secret(run: Any) -> None:
    bot = run(MENTIONS_POLL="soon", X_API_KEY="very-secret", BRAND_TIMEZONE="Mars/Olympus")

    assert bot.ends() == 3
    assert "MENTIONS_POLL" in bot.said
    assert "BRAND_TIMEZONE" in bot.said
    assert "very-secret" not in bot.said
    assert "Traceback" not in bot.said


def test_some_keys_but_not_all_are_a_mistake(run: Any) -> None:
    bot = run(X_API_KEY="very-secret", X_API_SECRET="so-is-this")

    assert bot.ends() == 3
    assert "X_ACCESS_TOKEN" in bot.said
    assert "secret" not in bot.said.replace("SECRET", "")


def test_a_second_start_on_the_same_file_is_refused(run: Any) -> None:
    first = run()
    first.says("Serving")

    second = run()

    assert second.ends() == 1
    assert "Traceback" not in second.said
    assert "already" in second.said or "another" in second.said


def test_a_database_of_another_world_is_refused_in_words(
    run: Any, stage: Any, theatre: Any, tmp_path: Path, x: LocalX, served_url: str
) -> None:
    stage.kill()
    x.close()
    other = LocalX(theatre, tmp_path / "other.world")

    bot = run(SANDBOX_URL=other.url, DATABASE_URL=served_url.replace("+psycopg", ""))

    assert bot.ends() == 1
    assert "DATABASE_URL" in bot.said
    assert "Traceback" not in bot.said
    other.end()
    x._open()
