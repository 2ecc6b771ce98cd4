"""Starts the sandbox as its own process and asks it for keys: what `run` does when there are none in `.env`.

Nothing of the sandbox is imported; it is spoken to over HTTP like the real X. It ends when this process ends.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import requests

from bot.errors import OperatorError
from bot.x.signed_session import Keys

PATIENCE_SECONDS = 30.0
_LISTENS = "sandbox listening on "
_PORT_TAKEN = re.compile(r"cannot listen on (?P<place>\S+) \((?P<reason>[^)]*)\): set SANDBOX_PORT")


@dataclass(frozen=True, slots=True)
class SandboxAccess:
    """Where a running sandbox listens, whose world it is, and the brand's keys to it."""

    base_url: str
    world_id: str
    profile: str
    brand_id: str
    keys: Keys


# It is no setting: a daemon that starts again in the same process leaves its sandbox to itself by this.
VARIABLE = "TWEETSERVE_SANDBOX"


class SandboxProcess:
    """A sandbox beside this process, started at once and stopped by `stop` or with this process."""

    def __init__(self, *, host: str, port: int, profile: str, world: Path) -> None:
        """Raises: OperatorError when it does not come up, with what it said."""
        command = [sys.executable, "-m", "sandbox", "--host", host, "--port", str(port)]
        command += ["--profile", profile, "--world", str(world), "--parent-pid", str(os.getpid())]
        # A file and not a pipe: nobody reads on, and a full pipe would stop the sandbox.
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # closed by stop
        # Its own group: a Ctrl-C at the terminal reaches the daemon alone, which ends the sandbox last.
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and our own arguments
            command, stdout=subprocess.PIPE, stderr=self._said, text=True, start_new_session=True
        )
        self._left_running = False
        self.base_url = self._address()

    @property
    def pid(self) -> int:
        return self._process.pid

    def leave_running(self) -> dict[str, str]:
        """Lets `stop` do nothing: the program that follows in this process adopts it by this environment."""
        self._left_running = True
        return {VARIABLE: f"{self.pid} {self.base_url}"}

    def stop(self) -> None:
        """Ends the sandbox in good order."""
        if self._left_running:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._said.close()

    def _address(self) -> str:
        assert self._process.stdout is not None
        watchdog = threading.Timer(PATIENCE_SECONDS, self._process.kill)
        watchdog.start()
        try:
            line = self._process.stdout.readline()
        finally:
            watchdog.cancel()
        if line.startswith(_LISTENS):
            return line.removeprefix(_LISTENS).strip()
        self._process.kill()
        self._process.wait()
        self._said.seek(0)
        said = self._said.read()
        self.stop()
        taken = _PORT_TAKEN.search(said)
        if taken is not None:
            raise OperatorError(
                code="port-in-use",
                what=f"The sandbox cannot use {taken['place']} ({taken['reason']}).",
                who="Nobody is served by this start.",
                now="The daemon does not start.",
                next_step="Stop the program that uses it, or set SANDBOX_PORT to a free port.",
            )
        raise OperatorError(
            code="sandbox-down",
            what=f"The sandbox did not come up: {said.strip() or 'it said nothing'}.",
            who="Nobody is served by this start.",
            now="The daemon does not start.",
            next_step="Mend what it names, or put X's keys into .env to serve the real X.",
        )


class AdoptedSandbox:
    """A sandbox that an earlier program in this process has started, and left running for this one."""

    def __init__(self, pid: int, base_url: str) -> None:
        self.pid, self.base_url = pid, base_url
        self._left_running = False

    @classmethod
    def find(cls) -> "AdoptedSandbox | None":
        """The one that the environment names, while it runs; None where there is none."""
        told = os.environ.pop(VARIABLE, "").split()
        if len(told) != 2 or not told[0].isdecimal():
            return None
        pid = int(told[0])
        try:
            ended, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None  # it is none of ours
        return None if ended else cls(pid, told[1])

    def leave_running(self) -> dict[str, str]:
        """As `SandboxProcess.leave_running`."""
        self._left_running = True
        return {VARIABLE: f"{self.pid} {self.base_url}"}

    def stop(self) -> None:
        """Ends the sandbox in good order."""
        if self._left_running:
            return
        os.kill(self.pid, signal.SIGTERM)
        ending = threading.Timer(5, os.kill, (self.pid, signal.SIGKILL))
        ending.start()
        os.waitpid(self.pid, 0)
        ending.cancel()


def sandbox_access(base_url: str) -> SandboxAccess:
    """What a sandbox at this address tells about itself. Raises: OperatorError when nothing answers there."""
    try:
        health, keys = _get(base_url, "health"), _get(base_url, "keys")
    except (requests.RequestException, ValueError) as silent:
        raise OperatorError(
            code="sandbox-down",
            what=f"No sandbox answers at {base_url} ({type(silent).__name__}).",
            who="Nobody real is affected: without keys only the sandbox is served.",
            now="Nothing was done.",
            next_step="Type: make run",
        ) from silent
    return SandboxAccess(
        base_url=base_url,
        world_id=str(health["world_id"]),
        profile=str(health["profile"]),
        brand_id=str(keys["user_id"]),
        keys=Keys(
            keys["api_key"],
            keys["api_secret"],
            keys["access_token"],
            keys["access_token_secret"],
        ),
    )


def _get(base_url: str, what: str) -> dict[str, Any]:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"{base_url}/sandbox/{what}", timeout=5)
        answer.raise_for_status()
        return dict(orjson.loads(answer.content))
