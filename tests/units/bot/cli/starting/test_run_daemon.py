"""The daemon as a process: whatever hangs, it ends in good order and in time."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime
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
    listener.settimeout(60)  # a busy machine may take its time to start the daemon
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
    sandbox = start_sandbox()
    x_says = datetime.fromisoformat(sandbox.call("GET", "health")["now"])
    with Database(f"sqlite:///{file}") as database:
        database.write(lambda c: notices.ring(c, BRAND, "handover:1", "Somebody waits", "ana", x_says))
    settings = {
        "DATABASE_URL": f"sqlite:///{file}",
        "SANDBOX_URL": sandbox.base_url,
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


REAL_X = {
    **dict.fromkeys(("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET"), "k-secret"),
    "PRIVACY_URL": "https://brand.example/p",
    "X_BASE_URL": "http://127.0.0.1:1",  # nothing ever listens there
}


def test_a_daemons_port_in_use_is_said_before_anything_is_begun(cli: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = cli("run", DAEMON_PORT=port, DATABASE_URL="sqlite:///new.db", SANDBOX_PORT="0")

    lines = ran.err.splitlines()
    assert ran.code == 1
    assert lines[0].startswith(f"Port {port} on 127.0.0.1 cannot be used (")
    assert lines[-2:] == [
        "Stop the program that uses it, or set DAEMON_PORT to a free port.",
        "[port-in-use]",
    ]
    assert not (tmp_path / "new.db").exists()
    assert not (tmp_path / "new.db.world").exists()


def test_a_sandboxs_port_in_use_is_said_with_its_own_setting_and_leaves_nothing_running(cli: Any) -> None:
    threads = threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = cli("run", SANDBOX_PORT=port, DAEMON_PORT="0", DATABASE_URL="sqlite:///new.db")

    assert ran.code == 1
    assert ran.err.splitlines()[-5:] == [
        f"The sandbox cannot use 127.0.0.1:{port} (Address already in use).",
        "Nobody is served by this start.",
        "The daemon does not start.",
        "Stop the program that uses it, or set SANDBOX_PORT to a free port.",
        "[port-in-use]",
    ]
    assert threading.active_count() == threads


def test_a_first_start_without_x_says_whom_it_asks_and_in_words_why_it_ends(cli: Any) -> None:
    ran = cli("run", DAEMON_PORT="0", DATABASE_URL="sqlite:///new.db", **REAL_X)

    said = ran.err.splitlines()
    asking = said.index("Asking X at http://127.0.0.1:1 whose keys these are ...")
    assert ran.code == 1
    assert said[asking + 1].startswith(
        "X did not say whose keys these are: X could not be reached, or did not answer in time ("
    )
    assert said[-2:] == ["Type: tweetserve doctor", "[x-unknown-account]"]
    assert "Later(" not in ran.err
    assert "k-secret" not in ran.err


def test_a_mere_worker_on_an_sqlite_file_is_refused_in_words(cli: Any, tmp_path: Path) -> None:
    ran = cli("run", "--only", "work", DAEMON_PORT="0", DATABASE_URL="sqlite:///new.db")

    assert ran.code == 2
    assert ran.err.splitlines()[-5:] == [
        "The database is the SQLite file new.db, which one daemon owns.",
        "Nobody is affected: whatever daemon runs goes on serving.",
        "No worker is started.",
        "Set DATABASE_URL to the PostgreSQL database that all machines share, or start another daemon "
        "to stand by: tweetserve run",
        "[only-work-needs-postgresql]",
    ]
    assert not (tmp_path / "new.db").exists()
