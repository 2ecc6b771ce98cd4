"""The sandbox as a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[3]
SECONDS = 20


@pytest.fixture
def spawn():
    running = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def address(process):
    line = process.stdout.readline()
    assert line.startswith("sandbox listening on http://127.0.0.1:"), process.stderr.read()
    return line.split()[-1]


def test_it_says_where_it_listens_keeps_its_world_and_ends_with_0(spawn, tmp_path):
    world = str(tmp_path / "w")
    first = spawn("--port", "0", "--profile", "x", "--world", world)
    base = address(first)
    posted = requests.post(base + "/sandbox/posts", json={"as": "ana", "text": "@BrightTel hi"}, timeout=5)
    identity = requests.get(base + "/sandbox/health", timeout=5).json()["world_id"]
    first.send_signal(signal.SIGKILL)
    first.wait(SECONDS)

    second = spawn("--port", "0", "--profile", "x", "--world", world)
    base = address(second)
    timeline = requests.get(base + "/sandbox/timeline", timeout=5).json()
    again = requests.get(base + "/sandbox/health", timeout=5).json()["world_id"]
    second.send_signal(signal.SIGTERM)

    assert [post["id"] for post in timeline["posts"]] == [posted.json()["id"]]
    assert again == identity
    assert second.wait(SECONDS) == 0
    assert second.stderr.read() == "profile x: X's own windows\n"


def test_a_port_in_use_is_reported_with_the_setting_to_change(spawn):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        process = spawn("--port", str(port))

        assert process.wait(SECONDS) == 1
    said = process.stderr.read()
    assert said.startswith(f"sandbox: cannot listen on 127.0.0.1:{port} (")
    assert "set SANDBOX_PORT to a free port" in said


def test_it_ends_when_its_parent_is_killed(tmp_path):
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'sandbox', '--port', '0', '--watch-parent'])\n"
        "child.wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
    )
    line = parent.stdout.readline()
    assert "listening" in line

    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(SECONDS)

    # The child holds the pipe: its end is read when the child is gone as well.
    assert parent.stdout.read() == ""
    parent.stdout.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(line.split()[-1] + "/sandbox/health", timeout=5)
