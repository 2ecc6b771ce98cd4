"""The files of deploy/, and the tools that judge them; where a tool is missing, its tests say which."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"

Judge = Callable[..., str]


def tool(name: str, package: str) -> Callable[..., str]:
    """Runs the tool and returns what it said; it must be content."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: Debian package {package}")

    def run(*arguments: str, cwd: Path = DEPLOY) -> str:
        ran = subprocess.run([found, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    return run


@pytest.fixture
def promtool() -> Judge:
    return tool("promtool", "prometheus")


@pytest.fixture
def systemd_analyze() -> Judge:
    return tool("systemd-analyze", "systemd")
