"""Armed, a point ends or freezes the process where it was told to; not armed, it is nothing."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot import crash_points
from bot.crash_points import NO_STOP, Armed, CrashPoint

REACH_ALL = (
    "from bot.crash_points import CrashPoint, reach\nfor point in CrashPoint: reach(point)\nprint('alive')"
)


class Happened:
    """What an armed point did, and in which order."""

    def __init__(self) -> None:
        self.what: list[str] = []

    def armed(self, told: str) -> Armed:
        return Armed(told, end=lambda: self.what.append("killed"), freeze=lambda: self.what.append("stopped"))


@pytest.fixture
def happened() -> Happened:
    return Happened()


def run(told: str | None) -> "subprocess.CompletedProcess[str]":
    environment = {} if told is None else {crash_points.VARIABLE: told}
    return subprocess.run(
        [sys.executable, "-c", REACH_ALL],
        env=environment | {"PYTHONPATH": str(Path(crash_points.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_process_that_is_not_armed_passes_every_point() -> None:
    assert run(None).stdout == "alive\n"


def test_an_armed_process_notes_the_point_and_kills_itself_there(tmp_path: Path) -> None:
    noted = tmp_path / "noted"

    ended = run(f"call-sent:1:kill:{noted}")

    assert (ended.returncode, ended.stdout) == (-9, "")
    assert noted.read_text().split()[:2] == ["call-sent", "kill"]


def test_only_the_counted_passing_of_the_named_point_counts(happened: Happened, tmp_path: Path) -> None:
    armed = happened.armed(f"claimed:3:kill:{tmp_path / 'noted'}")

    for point in (CrashPoint.CLAIMED, CrashPoint.DECIDED, CrashPoint.CLAIMED, CrashPoint.DECIDED):
        armed.reach(point)
    assert happened.what == []

    armed.reach(CrashPoint.CLAIMED)
    armed.reach(CrashPoint.CLAIMED)
    assert happened.what == ["killed"]


def test_a_process_is_frozen_only_when_no_call_is_leaving(happened: Happened, tmp_path: Path) -> None:
    armed = happened.armed(f"claimed:1:stop:{tmp_path / 'noted'}")
    checking, go_on = threading.Event(), threading.Event()

    def sends() -> None:
        armed.reach(CrashPoint.CALL_CHECKING)
        checking.set()
        go_on.wait()
        happened.what.append("left")
        armed.reach(CrashPoint.CALL_SENT)

    sender = threading.Thread(target=sends)
    sender.start()
    checking.wait()
    frozen = threading.Thread(target=armed.reach, args=(CrashPoint.CLAIMED,))
    frozen.start()
    go_on.set()
    sender.join()
    frozen.join()

    assert happened.what == ["left", "stopped"]


@pytest.mark.parametrize("point", sorted(NO_STOP))
def test_nobody_is_frozen_between_the_last_look_and_the_first_byte(point: CrashPoint) -> None:
    with pytest.raises(ValueError, match="cannot stop"):
        Armed(f"{point}:1:stop:/dev/null")


@pytest.mark.parametrize(
    "told", ["nowhere:1:kill:/f", "claimed:often:kill:/f", "claimed:1:hug:/f", "claimed:1"]
)
def test_what_names_no_point_or_no_deed_is_refused(told: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says it in its own words
        Armed(told)
