"""One daemon of the run: started, armed, killed, frozen, asked to end, and started again."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.crash_points import VARIABLE
from tests.torture.stage.local_world import clean_environment

NOBODY = 65534
SERVES = "Serving @"
_KEPT_LINES = 400
_FAKETIME = (
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
)


@dataclass(frozen=True, slots=True)
class Disguise:
    """How the daemon is run: as whom, and under which clock. `missing` says what this machine refuses."""

    prefix: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    clock_file: Path | None = None
    user: int | None = None
    missing: tuple[str, ...] = ()


def disguise(folder: Path) -> Disguise:
    """The least privileged way this machine lets us run it, with a clock that can be set if it can be."""
    prefix, user, missing = _unprivileged(folder)
    library = next((path for path in _FAKETIME if Path(path).exists()), None)
    if library is None:
        missing.append("clock jumps: libfaketime is not installed")
        return Disguise(tuple(prefix), {}, None, user, tuple(missing))
    clock = folder / "clock"
    clock.write_text("+0")
    environment = {
        "LD_PRELOAD": library,
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        # Its mending of timed waits makes each wait for the interpreter's lock end at once: a storm, in which
        # daemons do a tenth of their work.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
    }
    return Disguise(tuple(prefix), environment, clock, user, tuple(missing))


def _unprivileged(folder: Path) -> tuple[list[str], int | None, list[str]]:
    if os.getuid() != 0:
        return [], None, []
    tool = shutil.which("setpriv")
    if tool is None:
        return [], None, ["without privileges: setpriv is not installed"]
    bare = [tool, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    nobody = [*bare, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # Whom the interpreter's own folder is closed to, it may find another one's library.
    probe = [sys.executable, "-c", f"import bot.cli.main, os; assert os.__file__ == {os.__file__!r}"]
    folder.chmod(0o755)
    if _works([*nobody, *probe], folder):
        os.chown(folder, NOBODY, NOBODY)
        return nobody, NOBODY, []
    if _works([*bare, *probe], folder):  # still root by name, but with no right that a file does not give
        return bare, None, []
    return [], None, ["without privileges: this machine refuses to drop them"]


def _works(command: Sequence[str], folder: Path) -> bool:
    done = subprocess.run(command, cwd=folder, env=clean_environment(), capture_output=True, check=False)
    return done.returncode == 0


class Victim:
    """A daemon that is started as often as it ends."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str], worn: Disguise) -> None:
        self.name = name
        self._folder, self._settings, self._worn = folder, dict(settings), worn
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._listener: threading.Thread | None = None
        self.started_at = 0.0
        self.serving_at: float | None = None
        self.starts = 0

    def start(self, armed: str | None = None) -> None:
        """A new life, with one crash point armed or none."""
        self._forget_clock()  # of the life before, which may have ended by its own hand
        environment = clean_environment() | self._settings
        if armed is not None:
            environment[VARIABLE] = armed
        # Clothed in another clock last of all: its library shares memory with those who start under it.
        clock = [f"{name}={value}" for name, value in self._worn.environment.items()]
        console = str(Path(sys.executable).with_name("tweetserve"))
        command = [*self._worn.prefix, "nice", "-n", "5", "env", *clock, console]
        self.started_at, self.serving_at = time.monotonic(), None
        self.starts += 1
        self._lines.append(f"--- start {self.starts} of {self.name}, armed: {armed}")
        # A pipe, not a file: what is said must not fill the disk that an attack fills.
        self._process = subprocess.Popen(
            [*command, "run"],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stderr is not None
        for line in process.stderr:
            text = line.decode(errors="replace").rstrip()
            self._lines.append(text)
            if SERVES in text and process is self._process:
                self.serving_at = time.monotonic()
        process.stderr.close()

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    @property
    def is_frozen(self) -> bool:
        """Whether the kernel holds it stopped."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return state == "T"

    def signal(self, number: signal.Signals) -> None:
        if self.is_running:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends it as a loss of power would, and waits until it is gone."""
        self.signal(signal.SIGKILL)
        self.wait(30.0)

    def wait(self, seconds: float) -> int | None:
        """Its exit code, or None if it still runs then."""
        if self._process is None:
            return None
        try:
            code = self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        if self._listener is not None:
            self._listener.join(timeout=5.0)
        self._forget_clock()
        return code

    def _forget_clock(self) -> None:
        """The clock's library cleans up only after those who end in good order."""
        for left in Path("/dev/shm").glob(f"*faketime_s*_{self.pid}"):
            left.unlink(missing_ok=True)

    def said(self, last: int = 40) -> list[str]:
        """The last lines it said, through all its lives."""
        return list(self._lines)[-last:]
