"""The world's file: one JSON array per line, `[kind, payload]`, only ever appended to.

Each line is handed to the operating system before the request that caused it is answered, so a killed sandbox
loses nothing that anybody was told. Nothing is forced to the disk: a power cut may cost the last seconds.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import orjson


class WorldFileError(Exception):
    """The world's file cannot be used; the message says why and what to do."""


class WorldFile:
    """An append-only list of events; without a path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._descriptor = -1
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            os.close(self._descriptor)
            raise WorldFileError(
                f"another sandbox is using the world {path}: stop it, or set SANDBOX_WORLD to another file"
            ) from busy

    def events(self) -> Iterator[tuple[str, object]]:
        """All events so far, oldest first. A torn last line (killed in mid-write) is cut off the file.

        Raises: WorldFileError when a line before the last is not readable.
        """
        if self.path is None:
            return
        good = 0
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    kind, payload = orjson.loads(line)
                except (ValueError, TypeError) as wrong:
                    if lines.read(1):
                        raise WorldFileError(f"{self.path}, line {number}: not a world file") from wrong
                    break
                if not line.endswith(b"\n"):
                    break
                good += len(line)
                yield kind, payload
        os.ftruncate(self._descriptor, good)

    def append(self, kind: str, payload: object) -> None:
        """Adds one event at the end."""
        if self._descriptor >= 0:
            os.write(self._descriptor, orjson.dumps([kind, payload]) + b"\n")

    def close(self) -> None:
        """Lets go of the file and its lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
