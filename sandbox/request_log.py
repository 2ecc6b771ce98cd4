"""The calls of the API made so far: the last hundred thousand, numbered from 1."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from sandbox.world.snowflakes import iso

KEPT = 100_000
LONGEST_BODY = 12_000


@dataclass(slots=True)
class Entry:
    """One call; `status` is None while it is under way and after a cut."""

    n: int
    at_ms: int
    method: str
    path: str
    query: str
    body: str = ""
    status: int | None = None
    fault: str | None = None

    def shown(self) -> dict[str, Any]:
        """The entry as `/sandbox/requests` answers it."""
        return {
            "n": self.n,
            "at": iso(self.at_ms),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": self.body,
            "status": self.status,
            "fault": self.fault,
        }


class RequestLog:
    """Bounded: old entries go when twice the kept number is reached, so that adding stays cheap."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._count = 0

    def add(self, at_ms: int, method: str, path: str, query: str) -> Entry:
        """Notes a call that has just arrived."""
        self._count += 1
        entry = Entry(self._count, at_ms, method, path, query)
        self._entries.append(entry)
        if len(self._entries) >= 2 * KEPT:
            del self._entries[:KEPT]
        return entry

    def after(self, number: int, newest: int | None = None) -> list[dict[str, Any]]:
        """The entries with a greater number, oldest first; `newest` keeps only that many of the last."""
        if newest is not None:
            number = max(number, self._count - newest)
        first = self._entries[0].n if self._entries else 1
        return [entry.shown() for entry in islice(self._entries, max(number + 1 - first, 0), None)]


def readable(body: bytes, content_type: str) -> str:
    """A request's body for the log; files are only named by their size."""
    if content_type.startswith("multipart/") or len(body) > LONGEST_BODY:
        return f"<{len(body)} bytes>"
    return body.decode("utf-8", "replace")
