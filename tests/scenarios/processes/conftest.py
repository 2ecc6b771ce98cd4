"""`tweetserve run` as a process of its own, before a sandbox that the story can see into."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from tests.scenarios.theatre import LocalX

START = "import sys; from bot.cli.main import main; sys.exit(main())"
QUICK = {
    "MENTIONS_POLL": "0.1",
    "DM_POLL_IDLE": "0.3",
    "DM_POLL_EXPECTING": "0.1",
    "X_LAG": "0.2",
    "OPENING_HOURS": "always",
    "PERSON_LIMIT": "0",
}


class RunningBot:
    """A process, and what it says."""

    def __init__(self, arguments: list[str], folder: Path, settings: dict[str, str]) -> None:
        known = {name.upper() for name in Settings.model_fields}
        clean = {name: value for name, value in os.environ.items() if name not in known}
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=folder,
            env=clean | settings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: list[str] = []
        self._said = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._said:
                self._lines.append(line)
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    @property
    def said(self) -> str:
        with self._said:
            return "".join(self._lines)

    def says(self, words: str, within_seconds: float = 60.0, *, times: int = 1) -> str:
        """The first line with these words, once so many lines had them."""
        with self._said:
            heard = self._said.wait_for(
                lambda: sum(words in line for line in self._lines) >= times, within_seconds
            )
            assert heard, "".join(self._lines)
            return next(line.strip() for line in self._lines if words in line)

    def has_said(self, words: str, within_seconds: float) -> bool:
        """Whether there is a line with these words, after so long at most."""
        with self._said:
            return self._said.wait_for(lambda: any(words in line for line in self._lines), within_seconds)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ends(self, within_seconds: float = 30.0) -> int:
        """The exit code."""
        code = self._process.wait(timeout=within_seconds)
        self._listener.join()
        return code

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port that nobody listens on."""

    def pick() -> int:
        with socket.socket() as picked:
            picked.bind(("127.0.0.1", 0))
            return int(picked.getsockname()[1])

    return pick


@pytest.fixture
def run(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Callable[..., RunningBot]]:
    """Starts `tweetserve run` on a database of its own; what is not said is as usual, but quicker."""
    running: list[RunningBot] = []

    def start(*arguments: str, **settings: str) -> RunningBot:
        usual = QUICK | {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
            "DAEMON_PORT": str(free_port()),
            "SANDBOX_PORT": "0",
        }
        running.append(RunningBot(list(arguments) or ["run"], tmp_path, usual | settings))
        return running[-1]

    yield start
    for one in running:
        one.kill()


@pytest.fixture
def serve(run: Callable[..., RunningBot], x: LocalX, served_url: str) -> Callable[..., RunningBot]:
    """The same before the story's own X, without its windows."""
    x.restart("bench")

    def start(*, waits_for: str = "Serving @BrightTel", **settings: Any) -> RunningBot:
        database = served_url.replace("+psycopg", "")  # operators name no driver
        bot = run(SANDBOX_URL=x.url, DATABASE_URL=database, **settings)
        if waits_for:
            bot.says(waits_for)
        return bot

    return start
