"""The database is locked, read-only or full: the bot stops taking mentions, loses nothing, and goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from storage.database import StorageTrouble, TroubleKind


@pytest.fixture
def file(served_url: str) -> Path:
    if not served_url.startswith("sqlite:///"):
        pytest.skip("an SQLite file's troubles")
    return Path(served_url.removeprefix("sqlite:///"))


@pytest.fixture
def stage(file: Path, stage_of: Any) -> Any:
    """A bot that does not wait long for a locked database."""
    return stage_of(busy_seconds=0.05)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else holds the file's write lock."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def read_only(stage: Any) -> Iterator[None]:
    """The file cannot be written, as on a disk that was mounted so after a fault."""

    def forbid(raw: Any, *_: object) -> None:
        raw.execute("PRAGMA query_only = ON")

    def allow(raw: Any, *_: object) -> None:
        raw.execute("PRAGMA query_only = OFF")

    sa.event.listen(sa.Pool, "checkout", forbid)
    stage.database.write(lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    yield
    sa.event.remove(sa.Pool, "checkout", forbid)
    sa.event.listen(sa.Pool, "checkout", allow)
    with suppress(StorageTrouble):
        stage.database.write(lambda c: None)
    sa.event.remove(sa.Pool, "checkout", allow)


def test_while_it_is_locked_nothing_is_taken_and_afterwards_everything(
    file: Path, stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    with locked(file):
        stage.looks()
        assert not stage.knows(post)

    stage.settles()

    assert len(x.replies_to(post)) == 1
    stage.money_agrees()


def test_locked_between_a_call_and_its_record_the_answer_is_not_given_twice(
    file: Path, stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    finished = stage.calls(stage.claims())
    with locked(file), pytest.raises(StorageTrouble):
        stage.records(finished)

    stage.records(finished)
    stage.works()

    assert len(x.replies_to(post)) == 1
    assert stage.delivery(post).state == "sent"
    stage.money_agrees()


def test_locked_before_a_decision_is_written_it_is_written_later(
    file: Path, stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #refund")
    stage.looks()
    with locked(file), pytest.raises(StorageTrouble):
        stage.handles()

    stage.works()

    assert len(stage.tickets()) == 1
    assert len(x.replies_to(post)) == 1


def test_while_it_cannot_be_written_nothing_is_sent_and_afterwards_everything(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help")
    stage.looks()
    stage.handles()
    with read_only(stage):
        with pytest.raises(StorageTrouble) as trouble:
            stage.sends()
        assert trouble.value.kind is TroubleKind.READ_ONLY
        assert x.ours() == []

    stage.settles()

    assert len(x.replies_to(post)) == 1


def test_a_mention_for_which_there_is_no_room_is_taken_when_there_is(
    stage: Any, x: Any, mallory: Any
) -> None:
    post = mallory.posts("@BrightTel #help " + "and so on " * 2_000)
    stage.database.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1"))

    stage.looks()
    assert not stage.knows(post)
    stage.settles()

    assert len(x.replies_to(post)) == 1
    stage.waits(minutes=2)
    stage.money_agrees()
