"""Turns this process into the sandbox. Nothing of the sandbox is imported: it is another program."""

import os
import sys
from pathlib import Path

from bot.settings_check import load_settings


def become_sandbox(
    *,
    port: int | None,
    profile: str | None,
    world: Path | None,
    host: str | None,
    parent_pid: int | None,
    watch_parent: bool,
) -> None:
    """Never returns. What is None comes from the settings. Raises: WrongSettings."""
    settings = load_settings()
    given = {
        "--host": host or settings.listen,
        "--port": settings.sandbox_port if port is None else port,
        "--profile": profile or settings.sandbox_profile,
        "--world": world or settings.world_file,
    }
    arguments = [sys.executable, "-m", "sandbox"]
    arguments += [str(part) for option in given.items() for part in option]
    arguments += ["--parent-pid", str(parent_pid)] if parent_pid else []
    arguments += ["--watch-parent"] if watch_parent else []
    sys.stdout.flush()
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter and our own module
