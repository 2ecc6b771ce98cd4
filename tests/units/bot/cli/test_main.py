"""The command itself: help that answers at once, usage, migrate, and the sandbox as another program."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage import schema

ROOT = Path(__file__).resolve().parents[4]
# typer itself looks at pydantic, which takes 0.05 s
HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "pydantic_settings",
    "tweepy",
    "jinja2",
    "rich",
    "requests",
    "apprise",
    "babel",
)


@pytest.mark.parametrize("arguments", [["--help"], ["show", "--help"], ["act", "--help"], ["say", "--help"]])
def test_help_imports_nothing_heavy(arguments) -> None:
    """What makes it answer within half a second, on any machine."""
    code = (
        "import sys; from bot.cli.main import main; "
        f"assert main({arguments!r}) == 0; "
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )

    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "HEAVY []"


def test_every_command_says_what_it_does_and_shows_an_example(cli) -> None:
    groups = {
        "": "run sandbox doctor say migrate",
        "show": "mentions mention tickets state",
        "accounts": "import",
    }

    for group, names in groups.items():
        for name in names.split():
            ran = cli(*filter(None, (group, name)), "--help")
            assert ran.code == 0
            assert "Example: tweetserve" in " ".join(ran.out.split())


def test_an_unknown_command_is_wrong_usage(cli) -> None:
    ran = cli("dance")

    assert ran.code == 2
    assert "No such command 'dance'" in ran.err


def test_migrate_makes_the_tables_and_says_each_step(cli, tmp_path: Path) -> None:
    url = "sqlite:///new/tweetserve.db"

    first = cli("migrate", DATABASE_URL=url)
    second = cli("migrate", DATABASE_URL=url)

    assert (first.code, second.code) == (0, 0)
    assert first.out == f"new/tweetserve.db: schema {schema.HEAD}\n"
    assert first.err.splitlines()[0] == "schema 0001"
    assert second.out == f"new/tweetserve.db: schema {schema.HEAD}, as it was\n"


def test_the_sandbox_starts_as_another_program_with_the_settings_places(tmp_path: Path) -> None:
    environment = {**os.environ, "SANDBOX_WORLD": str(tmp_path / "the.world"), "SANDBOX_PROFILE": "x"}
    command = [sys.executable, "-c", "from bot.cli.main import main; main()", "sandbox", "--port", "0"]

    process = subprocess.Popen(
        command, cwd=tmp_path, env={**environment, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    ended = process.wait(timeout=10)
    process.stdout.close()

    assert line.startswith("sandbox listening on http://127.0.0.1:")
    assert (tmp_path / "the.world").exists()
    assert ended == 0
