"""The daemon as a process: whatever hangs, it ends in good order and in time."""

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.upkeep import notices
from tests.units.bot.conftest import BRAND, ROOT

RUN = "import sys; from bot.cli.main import main; sys.exit(main(['run']))"


@pytest.fixture
def silent_address() -> Any:
    """Somewhere that takes calls and never says a word."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(15)
    yield listener
    listener.close()


def test_it_exits_with_0_within_10_s_though_an_address_to_ring_hangs(
    request: pytest.FixtureRequest,
    start_sandbox: Any,
    migrated_file: Path,
    tmp_path: Path,
    silent_address: socket.socket,
) -> None:
    file = tmp_path / "served.db"
    file.write_bytes(migrated_file.read_bytes())
    with Database(f"sqlite:///{file}") as database:
        database.write(
            lambda c: notices.ring(c, BRAND, "handover:1", "Somebody waits", "ana", datetime.now(UTC))
        )
    settings = {
        "DATABASE_URL": f"sqlite:///{file}",
        "SANDBOX_URL": start_sandbox().base_url,
        "DAEMON_PORT": "0",
        "PEOPLE_URLS": f"json://127.0.0.1:{silent_address.getsockname()[1]}/?rto=60",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | settings,
        stderr=subprocess.PIPE,
        text=True,
    )
    request.addfinalizer(process.kill)
    hanging, _ = silent_address.accept()

    process.send_signal(signal.SIGTERM)
    asked_at = time.monotonic()
    said = _words_until_its_end(process)
    hanging.close()

    assert process.returncode == 0
    assert time.monotonic() - asked_at < 10
    assert "stopped" in said
    assert "Traceback" not in said


def _words_until_its_end(process: subprocess.Popen[str]) -> str:
    try:
        return process.communicate(timeout=20)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[1]
