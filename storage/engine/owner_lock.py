"""The lock that makes one daemon the owner of an SQLite file; the CLI never takes it.

The kernel lets go of it when its holder ends, however it ends, so no lock is ever left behind.
"""

import fcntl
import json
import os
import socket
from pathlib import Path


class HeldByAnother(Exception):
    """Another process serves from this database file."""

    def __init__(self, path: Path, pid: int | None, host: str) -> None:
        whose = f"process {pid} on {host}" if pid else "another process"
        super().__init__(f"{path} is in use by {whose}")
        self.path = path
        self.pid = pid
        self.host = host


class OwnerLock:
    """The lock file beside a database file, held from `take` until `give_up` or the end of the process."""

    def __init__(self, database_file: Path) -> None:
        self.database_file = database_file
        self.path = database_file.with_name(database_file.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Makes this process the owner.

        Raises: HeldByAnother, naming the process.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, host = _holder(descriptor)
            os.close(descriptor)
            raise HeldByAnother(self.database_file, pid, host) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode(), 0)
        self._file = descriptor

    def give_up(self) -> None:
        """Lets another process become the owner. The file stays: removing it would open a race."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> "OwnerLock":
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.give_up()


def _holder(descriptor: int) -> tuple[int | None, str]:
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
        return int(said["pid"]), str(said["host"])
    except (ValueError, KeyError, TypeError):
        return None, ""  # taken a moment ago, its name not written yet
