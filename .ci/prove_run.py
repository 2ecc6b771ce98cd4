"""Proves that `make run` comes up on this machine and answers one posted mention, and ends on SIGTERM."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def call(address: str, body: dict[str, str] | None = None) -> dict[str, object]:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        return dict(json.load(answer))


def wait_for(what: str, found: "object", deadline: float) -> object:
    while time.monotonic() < deadline:
        try:
            result = found()  # type: ignore[operator]
        except OSError:
            result = None
        if result:
            return result
        time.sleep(0.2)
    raise SystemExit(f"no {what} within {PATIENCE_SECONDS} seconds")


def main() -> None:
    port, began = free_port(), time.monotonic()
    deadline = began + PATIENCE_SECONDS
    with tempfile.TemporaryDirectory() as folder:
        ours = {
            "SANDBOX_PORT": str(port),
            "DAEMON_PORT": str(free_port()),
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'proof.db'}",
        }
        daemon = subprocess.Popen(["make", "run"], env={**os.environ, **ours}, start_new_session=True)
        try:
            sandbox = f"http://127.0.0.1:{port}/sandbox"
            wait_for("sandbox", lambda: call(f"{sandbox}/health").get("ok"), deadline)
            asked = call(f"{sandbox}/posts", {"as": "ana", "text": "@BrightTel #help"})["id"]

            def answer() -> object:
                posts = call(f"{sandbox}/timeline")["posts"]
                return [post for post in posts if post["in_reply_to"] == asked]  # type: ignore[attr-defined]

            found = wait_for("answer", answer, deadline)
            print(f"make run answered after {time.monotonic() - began:.1f} s: {found[0]['text']}")  # type: ignore[index]
        finally:
            os.killpg(daemon.pid, signal.SIGTERM)
            code = daemon.wait(timeout=15)
    print(f"make run ended with code {code} on SIGTERM")
    # make itself reports a terminated recipe; what counts is that everything ended in time
    if code not in (0, 2, -signal.SIGTERM):
        sys.exit(1)


if __name__ == "__main__":
    main()
