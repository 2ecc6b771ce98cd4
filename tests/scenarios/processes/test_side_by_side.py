"""Several daemons on one PostgreSQL database: they share the work, and what one held passes on."""

from collections.abc import Callable, Iterator
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from storage.database import Database
from tests.scenarios.theatre import LocalX

SHORT = {"LEASE": "4", "X_CALL_TIMEOUT": "1.5", "COLLEAGUE_CHECK_FROM": "1 h"}


@pytest.fixture
def shared(served_url: str) -> Iterator[Database]:
    """The database that all processes share, as somebody with psql sees it."""
    with Database(served_url) as database:
        if database.is_sqlite:
            pytest.skip("one daemon owns an SQLite file; the others stand by (test_standing_by.py)")
        yield database


def ask(x: LocalX, people: list[Any], times: int, command: str = "#handsets") -> list[str]:
    return [person.posts(f"@BrightTel {command}") for _ in range(times) for person in people]


def answers(x: LocalX, posts: list[str]) -> list[int]:
    under: dict[str, int] = {}
    for one in x.posts():
        if one["author"] == "BrightTel" and one["in_reply_to"]:
            under[one["in_reply_to"]] = under.get(one["in_reply_to"], 0) + 1
    return [under.get(post, 0) for post in posts]


def all_answered(x: LocalX, posts: list[str]) -> Callable[[], bool]:
    return lambda: all(answers(x, posts))


def test_two_daemons_answer_everybody_once_in_the_order_asked(
    shared: Database, serve: Any, x: LocalX, ana: Any, ben: Any, mallory: Any
) -> None:
    serve(**SHORT), serve(**SHORT)
    posts = ask(x, [ana, ben, mallory], 12)

    x.until(all_answered(x, posts), within_seconds=60)

    assert answers(x, posts) == [1] * len(posts)
    order = [one["in_reply_to"] for one in x.posts() if one["in_reply_to"] in posts[::3]]
    assert order == posts[::3]


def test_emptying_procrastinates_tables_in_mid_flight_loses_nothing(
    shared: Database, serve: Any, x: LocalX, ana: Any, ben: Any, mallory: Any
) -> None:
    x.fault("POST /2/tweets", "slow", seconds=0.3, times=0)  # so that jobs wait, and are being done
    serve(**SHORT, SENDERS="2"), serve(**SHORT, SENDERS="2")
    posts: list[str] = []
    for _ in range(3):
        asked = ask(x, [ana, ben, mallory], 4)
        posts += asked
        x.until(lambda asked=asked: any(answers(x, asked)))
        shared.write(
            lambda c: c.execute(
                sa.text("TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_workers CASCADE")
            )
        )

    x.until(all_answered(x, posts), within_seconds=60)

    assert answers(x, posts) == [1] * len(posts)


def test_what_a_killed_daemon_held_and_its_looking_pass_on(
    shared: Database, serve: Any, x: LocalX, ana: Any, ben: Any, mallory: Any
) -> None:
    daemons = [serve(**SHORT), serve(**SHORT)]
    looking = next(one for one in daemons * 500 if one.has_said("mentions feed", 0.1))
    posts = ask(x, [ana, ben, mallory], 4)
    x.until(lambda: any(answers(x, posts)))

    looking.signal(SIGKILL)
    posts += ask(x, [ana, ben, mallory], 2, "#help")

    x.until(all_answered(x, posts), within_seconds=60)
    assert answers(x, posts) == [1] * len(posts)


def test_stopped_for_longer_than_its_lease_and_continued_it_says_nothing_twice(
    shared: Database, serve: Any, x: LocalX, ana: Any, ben: Any, mallory: Any
) -> None:
    daemons = [serve(**SHORT), serve(**SHORT)]
    looking = next(one for one in daemons * 500 if one.has_said("mentions feed", 0.1))
    posts = ask(x, [ana, ben, mallory], 4)
    x.until(lambda: any(answers(x, posts)))

    looking.signal(SIGSTOP)
    posts += ask(x, [ana, ben, mallory], 2, "#help")
    x.until(all_answered(x, posts), within_seconds=60)
    looking.signal(SIGCONT)
    posts += ask(x, [ana, ben, mallory], 2, "#android")

    x.until(all_answered(x, posts), within_seconds=60)
    looking.signal(SIGTERM)
    assert looking.ends(within_seconds=10) == 0
    assert answers(x, posts) == [1] * len(posts)


def test_a_worker_decides_and_sends_and_leaves_the_looking_to_others(
    shared: Database, serve: Any, run: Any, x: LocalX, stage_of: Any, mallory: Any, free_port: Any
) -> None:
    stage = stage_of()
    posts = ask(x, [mallory], 3)
    stage.looks()  # a daemon elsewhere sees them, and does nothing more
    looked = len(x.calls("GET", "/mentions"))
    port = free_port()
    url = stage.settings.database

    worker = run("run", "--only", "work", SANDBOX_URL=x.url, DATABASE_URL=url, DAEMON_PORT=str(port), **SHORT)

    x.until(all_answered(x, posts))
    assert len(x.calls("GET", "/mentions")) == looked
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).ok
    worker.signal(SIGTERM)
    assert worker.ends(within_seconds=10) == 0
