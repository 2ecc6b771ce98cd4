"""The sandbox as a process of its own, and what people, faults and the judge do with its controls."""

import http.client
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson

ROOT = Path(__file__).resolve().parents[3]
BRAND = "BrightTel"
_LISTENS = re.compile(r"sandbox listening on http://([^:\s]+):(\d+)")
_PATIENCE_SECONDS = 60.0
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


def clean_environment() -> dict[str, str]:
    """What a child needs of this process's environment; no setting of whoever runs this reaches it."""
    passed = {key: os.environ[key] for key in _PASSED_ON if key in os.environ}
    return passed | {"PYTHONPATH": str(ROOT)}


class LocalWorld:
    """A local X that misbehaves on request, and remembers all that was said and charged."""

    def __init__(self, folder: Path, profile: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--profile", profile, "--watch-parent"]
        self._said = folder / "sandbox.log"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [*command, "--world", str(folder / "torture.world")],
                cwd=folder,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        host, port = self._address()
        self.base_url = f"http://{host}:{port}"
        self._connection = http.client.HTTPConnection(host, int(port), timeout=_PATIENCE_SECONDS)

    def _address(self) -> tuple[str, str]:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (found := _LISTENS.search(self._said.read_text())) is None:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the sandbox did not come up: {self._said.read_text()}")
            time.sleep(0.02)
        return found[1], found[2]

    def ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """The answer of a control. Raises: RuntimeError when it refuses."""
        sent = orjson.dumps(body) if body else None
        self._connection.request(method, f"/sandbox/{path}", sent, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:300]!r}")
        return dict(orjson.loads(content))

    def person(self, username: str, **about: Any) -> None:
        """A new account."""
        self.ask("POST", "people", username=username, **about)

    def post(self, username: str, text: str) -> str:
        """Somebody's post; its id."""
        return str(self.ask("POST", "posts", **{"as": username, "text": text})["id"])

    def message(self, username: str, text: str) -> str:
        """Somebody's message to the brand; its id."""
        return str(self.ask("POST", "messages", **{"as": username, "text": text})["id"])

    def edit(self, post: str, text: str) -> str:
        """A new version of a post; its id."""
        return str(self.ask("PUT", f"posts/{post}", text=text)["id"])

    def delete(self, post: str) -> None:
        self.ask("DELETE", f"posts/{post}")

    def fault(self, **about: Any) -> str:
        """Asks for a fault; its id."""
        return str(self.ask("POST", "faults", **about)["id"])

    def heal(self) -> None:
        """Ends all faults."""
        self.ask("DELETE", "faults")

    def timeline(self, after: str = "0") -> dict[str, Any]:
        return self.ask("GET", f"timeline?{urlencode({'after': after})}")

    def bill(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "bill")["lines"])

    def calls(self, after: int = 0) -> list[dict[str, Any]]:
        """The calls of the API, oldest first."""
        return list(self.ask("GET", f"requests?after={after}")["requests"])

    def advance(self, seconds: float) -> None:
        """Lets X's time go on; the machine's stays."""
        self.ask("POST", "clock", advance_seconds=seconds)

    def stop(self) -> None:
        self._connection.close()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
