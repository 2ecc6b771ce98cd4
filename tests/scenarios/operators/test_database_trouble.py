"""The running daemon on a locked, full or read-only database: it says so, and answers when that is over."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from bot.health import HealthServer
from bot.readings import TROUBLE_LASTS
from tests.scenarios.theatre import LocalX
from tests.scenarios.whole_bot import Stage

MOST_PAGES = 1_073_741_823  # SQLite's own limit where none is set


class RunningStage:
    """The bot with all its threads, and what its own address says."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._health = HealthServer("127.0.0.1", 0, stage.serving.shared.metrics)
        self._health.start()
        self._daemon = stage.serving.as_daemon(self._health)
        self._daemon.start()

    def ready(self) -> tuple[int, str]:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"http://127.0.0.1:{self._health.port}/readyz", timeout=5)
        return answer.status_code, answer.text.strip()

    def until_it_says(self, status: int, words: str) -> None:
        """Returns when /readyz answers so."""
        deadline, pause = time.monotonic() + 30, threading.Event()
        while (said := self.ready()) != (status, words):
            assert time.monotonic() < deadline, said
            pause.wait(0.05)

    def stop(self) -> None:
        self._daemon.stop()


@pytest.fixture
def file(served_url: str) -> Path:
    if not served_url.startswith("sqlite:///"):
        pytest.skip("an SQLite file's troubles; PostgreSQL's are its administrator's")
    return Path(served_url.removeprefix("sqlite:///"))


@pytest.fixture
def running(file: Path, x: LocalX, stage_of: Callable[..., Stage]) -> Iterator[RunningStage]:
    """A daemon that looks often and does not wait long for a locked database."""
    x.restart("bench")
    running = RunningStage(stage_of(busy_seconds=0.1, mentions_poll="0.1", dm_poll_idle="24 h"))
    yield running
    running.stop()


@contextmanager
def locked(stage: Stage) -> Iterator[None]:
    """Another program holds the file's write lock."""
    assert stage.database.path is not None
    other = sqlite3.connect(stage.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@contextmanager
def _with(stage: Stage, begins: str, ends: str) -> Iterator[None]:
    """Every connection of the bot, the writer's among them, is set so; and afterwards set back."""
    state = begins

    def set_it(raw: Any, *_: object) -> None:
        raw.execute(state)

    sa.event.listen(stage.database._engine, "checkout", set_it)
    stage.database.write(lambda c: c.exec_driver_sql(begins))
    try:
        yield
    finally:
        # Whoever fails lets go of its connection: the writer's next one is set back.
        state = ends


def read_only(stage: Stage) -> AbstractContextManager[None]:
    """The file takes no writes, as on a disk that was mounted so after a fault."""
    return _with(stage, "PRAGMA query_only = ON", "PRAGMA query_only = OFF")


def full(stage: Stage) -> AbstractContextManager[None]:
    """The file cannot grow."""
    return _with(stage, "PRAGMA max_page_count = 1", f"PRAGMA max_page_count = {MOST_PAGES}")


@pytest.mark.parametrize(
    ("in_trouble", "said"),
    [
        (locked, "the database is locked"),
        (full, "the database is full"),
        (read_only, "the database is read-only"),
    ],
)
def test_in_trouble_it_says_so_takes_nothing_and_afterwards_answers_each_mention_once(
    running: RunningStage, x: LocalX, mallory: Any, ana: Any, in_trouble: Any, said: str
) -> None:
    first = mallory.posts("@BrightTel #help")
    x.until(lambda: len(x.replies_to(first)) == 1)
    with in_trouble(running.stage):
        posts = [ana.posts("@BrightTel #help " + "and so on " * 2_000), mallory.posts("@BrightTel #android")]
        running.until_it_says(503, said)
        taken = [post for post in posts if running.stage.knows(post)]

    for post in posts:
        x.until(lambda post=post: len(x.replies_to(post)) > 0)
    running.stage.passes(seconds=TROUBLE_LASTS.total_seconds())
    running.until_it_says(200, "ready")
    assert taken == []
    assert [len(x.replies_to(post)) for post in [first, *posts]] == [1, 1, 1]
