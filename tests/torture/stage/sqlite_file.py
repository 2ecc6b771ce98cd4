"""An SQLite file on a small disk of its own, and what can be done to it."""

import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.torture.attacks import NotRun


class SqliteFile:
    """An SQLite file that can be locked, forbidden, and, on a disk of its own, starved of room."""

    def __init__(self, folder: Path, user: int | None) -> None:
        self._disk = folder / "disk"
        self._disk.mkdir()
        self._mounted = _mount(self._disk)
        self._user = user
        if user is not None:
            os.chown(self._disk, user, user)
        self.path = self._disk / "tortured.db"
        self.url = f"sqlite:///{self.path}"
        self._held: sqlite3.Connection | None = None

    def attacks(self) -> dict[str, tuple[int, Callable[[], None]]]:
        """What can be done to it: how often, and how; `relieve` takes each back."""
        return {
            "database locked": (5, self.lock),
            "disk full": (4, self.fill),
            "database read-only": (3, self.forbid_writes),
        }

    def lock(self) -> None:
        if not self.path.with_name(self.path.name + "-shm").exists():
            raise NotRun("no daemon had the database open")
        held = sqlite3.connect(self.path, isolation_level=None, timeout=2.0)
        try:
            held.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as busy:
            held.close()
            raise NotRun("the database was locked already") from busy
        self._held = held

    def fill(self) -> None:
        if not self._mounted:
            raise NotRun("this machine lets us mount no disk of our own")
        ballast = os.open(self._disk / "ballast", os.O_CREAT | os.O_WRONLY)
        for size in (16_000_000, 1_000_000, 65_536, 4_096):
            with suppress(OSError):
                while True:
                    os.posix_fallocate(ballast, os.fstat(ballast).st_size, size)
        os.close(ballast)

    def forbid_writes(self) -> None:
        for file in self._files():
            file.chmod(0o444)

    def relieve(self) -> None:
        """Takes everything back."""
        if self._held is not None:
            self._held.rollback()
            self._held.close()
            self._held = None
        (self._disk / "ballast").unlink(missing_ok=True)
        for file in self._files():
            file.chmod(0o600)
            if self._user is not None:
                os.chown(file, self._user, self._user)

    def close(self) -> None:
        self.relieve()
        if self._mounted:
            subprocess.run(["umount", "--lazy", str(self._disk)], check=False)

    def _files(self) -> list[Path]:
        return [file for file in self._disk.glob("tortured.db*") if file.suffix != ".lock"]


def _mount(place: Path) -> bool:
    """Whether a small disk in memory hangs there now."""
    if os.getuid() != 0:
        return False
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256m,mode=700", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
