"""Starting: beside a sandbox of its own, and what is said when it cannot."""

import socket
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from storage import schema
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


@pytest.fixture
def newer(stage: Any, open_database: Any) -> Iterator[None]:
    """A newer version of the program has been at the database; afterwards it has not."""
    stage.kill()
    database = open_database()
    found = database.read(schema.found_revision)

    def becomes(revision: str, *steps: str) -> None:
        sentences = [f"UPDATE alembic_version SET version_num = '{revision}'", *steps]
        database.write(lambda c: [c.execute(sa.text(sentence)) for sentence in sentences])

    becomes("9999", "INSERT INTO schema_steps (revision, needs_version) VALUES ('9999', '7.5.0')")
    yield
    becomes(found, "DELETE FROM schema_steps WHERE revision = '9999'")


@pytest.mark.usefixtures("newer")
def test_a_database_of_a_newer_version_is_refused_with_the_version_it_needs(
    run: Any, x: LocalX, served_url: str
) -> None:
    bot = run(SANDBOX_URL=x.url, DATABASE_URL=served_url.replace("+psycopg", ""))

    assert bot.ends() == 1
    assert "TweetServe 7.5.0 or newer" in bot.said
    assert "schema-newer" in bot.said
    assert "Traceback" not in bot.said


def test_keys_may_stand_in_files_and_are_shown_nowhere(
    run: Any, x: LocalX, mallory: Any, tmp_path: Path
) -> None:
    keys = x.keys()
    in_files = {}
    for name in ("x_api_key", "x_api_secret", "x_access_token", "x_access_token_secret"):
        file = tmp_path / name
        file.write_text(keys[name] + "\n", encoding="utf-8")
        in_files[f"{name.upper()}_FILE"] = str(file)
    mallory.posts("@BrightTel #help")

    bot = run(**in_files, X_BASE_URL=keys["x_base_url"], PRIVACY_URL=keys["privacy_url"], LOG_LEVEL="debug")

    bot.says("Serving @BrightTel")
    bot.says("sent")
    assert not any(value in bot.said for name, value in keys.items() if "key" in name or "token" in name)
