"""Errors that an operator can act on: a code, and four sentences that say all there is to know.

Not for customers (commands/refusals.py) and not for what X answers (bot/x/outcomes.py). Every code is a
heading of docs/operate.md.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command of the CLI ends."""

    DONE = 0
    COULD_NOT = 1
    WRONG_USAGE = 2
    NOT_CONFIGURED = 3


@dataclass(frozen=True, slots=True)
class Sentences:
    """What happened · who is affected · what the bot does now · what you can do. Each ends with a full
    stop.
    """

    what: str
    who: str
    now: str
    next_step: str

    def lines(self) -> tuple[str, str, str, str]:
        return (self.what, self.who, self.now, self.next_step)

    def __str__(self) -> str:
        return " ".join(self.lines())


class OperatorError(Exception):
    """Something that only an operator can put right; shown as it is, without a stack trace."""

    def __init__(
        self,
        code: str,
        what: str,
        who: str,
        now: str,
        next_step: str,
        *,
        exit_code: ExitCode = ExitCode.COULD_NOT,
    ) -> None:
        self.code = code
        self.sentences = Sentences(what, who, now, next_step)
        self.exit_code = exit_code
        super().__init__(f"{self.sentences} [{code}]")
