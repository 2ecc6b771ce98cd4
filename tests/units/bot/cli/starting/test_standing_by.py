"""Standing by: in one line, with an end in good order, and over as soon as the file is free."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.starting.standing_by import StandBy
from storage.engine.owner_lock import HeldByAnother, OwnerLock


class Heard:
    """What was told, and what is done once the first sentence was."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.then = lambda: None

    def __call__(self, sentence: str) -> None:
        self.sentences.append(sentence)
        if len(self.sentences) == 1:
            self.then()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


@pytest.fixture
def owner(file: Path) -> Iterator[OwnerLock]:
    """Whoever serves the file already."""
    with OwnerLock(file) as lock:
        yield lock


def test_a_free_file_is_taken_without_a_word(file: Path) -> None:
    heard = Heard()
    stand_by = StandBy(OwnerLock(file), tell=heard)

    assert stand_by.wait()
    assert not stand_by.has_waited
    assert heard.sentences == []
    with pytest.raises(HeldByAnother):
        OwnerLock(file).take()


def test_a_taken_file_is_waited_for_and_then_taken(file: Path, owner: OwnerLock) -> None:
    heard = Heard()
    stand_by = StandBy(OwnerLock(file), tell=heard)
    said_when_ready: list[str] = []

    def ends() -> None:
        said_when_ready.append(stand_by.why_not_ready())
        threading.Timer(0.5, owner.give_up).start()

    heard.then = ends

    assert stand_by.wait()
    assert stand_by.has_waited
    assert said_when_ready[0].startswith(f"standby: {file} is in use by process ")
    first, last = heard.sentences  # one line while it waits, however often it looked
    assert first.startswith(f"Standing by: {file} is in use by process ")
    assert first.endswith("This daemon takes over when that one is gone.")
    assert last == "The daemon that served is gone: this one takes over."
    assert stand_by.why_not_ready() == "the daemon is starting"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_leaves_the_file_to_whoever_has_it(
    file: Path, owner: OwnerLock, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    heard = Heard()
    stand_by = StandBy(OwnerLock(file), tell=heard)
    heard.then = lambda: signal.raise_signal(number)

    assert not stand_by.wait()
    assert heard.sentences[-1] == "Asked to stop while standing by."
    assert signal.getsignal(number) is before
