"""What `doctor` finds: one checked thing, as a line for people or a row of JSON."""

from dataclasses import dataclass
from typing import Any

from bot.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing. `ok` None: it could not be looked at, or need not be; `found` says why."""

    check: str
    ok: bool | None
    found: str
    next_step: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"check": self.check, "ok": self.ok, "found": self.found, "next": self.next_step}


def from_error(check: str, error: OperatorError) -> Finding:
    """A NO with what an operator error says."""
    return Finding(check, False, f"{error.sentences.what} [{error.code}]", error.sentences.next_step)
