"""The processes that are measured: started in a folder of their own, watched from outside, ended for sure."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
# What a child needs of this process's environment; settings of whoever measures must not reach it.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
ROOT = Path(__file__).resolve().parents[1]


def passed_on() -> dict[str, str]:
    """The environment of a process that is measured, before its settings."""
    passed = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    return passed | {"PYTHONPATH": str(ROOT)}


class Ended(Exception):
    """A process that should serve has ended, or does not do what it should; with the end of what it said."""


class Process:
    """A child process whose words go to a file. As a context it is ended on leaving."""

    def __init__(self, name: str, command: list[str], folder: Path, settings: Mapping[str, str]) -> None:
        """Starts it in `folder`, so that no `.env` of the checkout is read."""
        self.name = name
        self._said = folder / f"{name}.log"
        with self._said.open("wb") as said:
            self._started_at = time.monotonic()
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=passed_on() | dict(settings),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Processor time it has used so far, in all its threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_mb(self) -> float:
        """Memory it holds now, in units of 1,000,000 bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def said(self) -> str:
        """The last of what it said."""
        return self._said.read_text(errors="replace")[-3_000:]

    def age_seconds(self) -> float:
        """Time since it was started."""
        return time.monotonic() - self._started_at

    def check(self) -> None:
        """Raises: Ended when it runs no more."""
        if self._process.poll() is not None:
            raise Ended(f"{self.name} ended with {self._process.returncode}:\n{self.said()}")

    def stop(self) -> None:
        """Ends it in good order, or by force after a while."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends it at once, as SIGKILL does."""
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def wait_until(ready: Callable[[], object], what: str, process: Process, seconds: float = 60.0) -> None:
    """Returns once `ready()` is true. Raises: Ended when the process ends first or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        process.check()
        if time.monotonic() > deadline:
            raise Ended(f"{process.name}: {what} did not come in {seconds:.0f} s:\n{process.said()}")
        time.sleep(0.01)
