"""One daemon owns a database file; the next one is told who does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.engine.owner_lock import HeldByAnother, OwnerLock

HOLD = """
import sys
from pathlib import Path
from storage.engine.owner_lock import OwnerLock
OwnerLock(Path(sys.argv[1])).take()
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_daemon_is_told_which_process_holds_the_file(tmp_path: Path) -> None:
    with (
        OwnerLock(tmp_path / "x.db"),
        pytest.raises(HeldByAnother, match=f"process {os.getpid()} on") as held,
    ):
        OwnerLock(tmp_path / "x.db").take()

    assert held.value.pid == os.getpid()


def test_a_killed_daemon_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    daemon = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "taken\n"
    with pytest.raises(HeldByAnother, match=f"process {daemon.pid} on"):
        OwnerLock(path).take()

    daemon.kill()
    daemon.communicate()

    with OwnerLock(path):
        pass


def test_a_lock_given_up_can_be_taken(tmp_path: Path) -> None:
    first = OwnerLock(tmp_path / "x.db")
    first.take()
    first.give_up()

    with OwnerLock(tmp_path / "x.db"):
        pass
