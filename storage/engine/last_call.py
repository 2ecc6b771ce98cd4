"""Which call to X left last, noted beside the SQLite file and not in it.

A database that does not know that call is older than it: somebody has put a backup back. So a start can tell
at no cost that its database is the one that was served from last.
"""

import os
from contextlib import suppress
from pathlib import Path

NO_CALL = (0, 0)
_WIDTH = 64  # always as long, written in place: a full disk cannot keep it from being written again


class LastCall:
    """The note beside one database file. `note` belongs to one thread at a time."""

    def __init__(self, database_file: Path) -> None:
        self.path = database_file.with_name(database_file.name + ".last-call")
        self._file: int | None = None

    def note(self, delivery_id: int, fence: int) -> None:
        """That this delivery leaves, under this fence, is on record. Raises: OSError."""
        if self._file is None:
            self._file = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        os.pwrite(self._file, f"{delivery_id} {fence}".ljust(_WIDTH - 1).encode() + b"\n", 0)

    def note_none(self) -> None:
        """That no call is known to have left, unless one is noted. Raises: OSError."""
        with suppress(FileExistsError):
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, "0 0".ljust(_WIDTH - 1).encode() + b"\n")
            finally:
                os.close(descriptor)

    def read(self) -> tuple[int, int] | None:
        """Delivery and fence of the last call; None: no call is noted, or the note cannot be read."""
        with suppress(OSError, ValueError):
            delivery_id, fence = self.path.read_text(encoding="ascii").split()
            return int(delivery_id), int(fence)
        return None

    def forget(self) -> None:
        """Nothing is known of any call any more. Raises: OSError."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Lets go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
