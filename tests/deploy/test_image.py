"""The Containerfile: what it copies is enough to serve, and nothing is copied that must not be."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.deploy.conftest import DEPLOY, ROOT

FILE = DEPLOY / "Containerfile"
PATIENCE_SECONDS = 60
START = "import sys; from bot.cli.main import main; sys.exit(main())"


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", FILE.read_text(), flags=re.MULTILINE))
    pairs = [line.partition(" ") for line in text.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in pairs]


def copied() -> list[tuple[str, str]]:
    """What is copied, and where to within the image's folder."""
    found = []
    for word, rest in instructions():
        if word == "COPY":
            *sources, target = shlex.split(rest)
            found += [(source, target) for source in sources]
    return found


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder that holds what the image would, as far as it comes from here."""
    app = tmp_path / "app"
    app.mkdir()
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for source, target in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, app / target, ignore=leave)
        else:
            shutil.copy(ROOT / source, app / target)
    return app


@pytest.fixture
def serving(image: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The image's program, started as the image starts it, with nothing of this checkout in reach."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {name.upper() for name in Settings.model_fields}
    clean = {name: value for name, value in os.environ.items() if name not in known}
    ours = {"PYTHONPATH": str(image), "DAEMON_PORT": str(port), "SANDBOX_PORT": "0"}
    command = json.loads(dict(instructions())["CMD"])
    process = subprocess.Popen(
        [sys.executable, "-c", START, *command], cwd=image, env=clean | ours, stderr=subprocess.DEVNULL
    )
    yield process, port
    process.kill()
    process.wait()


def healthy(port: int) -> bool:
    (check,) = [rest for word, rest in instructions() if word == "HEALTHCHECK"]
    command = json.loads(check.partition("CMD ")[2])
    environment = os.environ | {"DAEMON_PORT": str(port)}
    return (
        subprocess.run([sys.executable, *command[1:]], env=environment, stderr=subprocess.DEVNULL).returncode
        == 0
    )


def test_everything_that_is_copied_exists_and_is_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--", *(source for source, _ in copied())],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip

    for source, _ in copied():
        assert any(path == source or path.startswith(f"{source}/") for path in tracked), source


def test_secrets_and_customers_words_never_come_into_an_image() -> None:
    left_out = (ROOT / ".containerignore").read_text().splitlines()

    assert {".env", "var", ".git"} <= set(left_out)
    assert not {source.split("/")[0] for source, _ in copied()} & {".", ".env", "var", ".git"}


def test_the_program_runs_as_nobody_in_particular_and_keeps_its_database_in_a_volume() -> None:
    told = dict(instructions())

    assert told["USER"] == "tweetserve"
    assert told["VOLUME"] == "/app/var"
    assert told["WORKDIR"] == "/app"


def test_every_version_comes_from_the_lock() -> None:
    runs = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]

    assert all("--require-hashes" in run or "--no-deps" in run for run in runs)
    assert any("--requirement requirements.lock" in run for run in runs)


def test_what_the_image_holds_is_enough_to_serve(
    serving: tuple[subprocess.Popen[bytes], int], image: Path
) -> None:
    process, port = serving
    deadline = time.monotonic() + PATIENCE_SECONDS
    ready = f"http://127.0.0.1:{port}/readyz"

    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(ready, timeout=2) as answer:
                assert answer.status == 200
                break
        except OSError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.2)
    else:
        pytest.fail("it did not get ready")

    assert healthy(port)
    assert (image / "var" / "demo.db").exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    assert not healthy(port)
