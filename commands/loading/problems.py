"""What is wrong with a command's files, told to whoever edits them in four parts and a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ProblemCode(StrEnum):
    """The headings of docs/operate.md under which each problem is explained."""

    CANNOT_LOAD = "command-cannot-load"
    NO_WORDS = "command-without-words"
    WORDS_UNREADABLE = "words-unreadable"
    SECTION_MISSING = "words-section-missing"
    SECTION_UNUSED = "words-section-unused"
    NOT_DECLARED = "command-not-declared"
    BAD_HASHTAG = "command-bad-hashtag"
    TAKEN_HASHTAG = "command-hashtag-taken"
    MAKES_PUBLIC = "command-makes-private-public"
    EXAMPLE_FAILS = "command-example-fails"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what happened, who is affected, what the bot does now, what you can do.

    `line` counts from 1; None where the whole file is meant. A warning takes no command down.
    """

    code: ProblemCode
    file: Path
    line: int | None
    what: str
    who: str
    now: str
    you_can: str
    warning: bool = False

    @property
    def place(self) -> str:
        """`data.md:12`."""
        return self.file.name if self.line is None else f"{self.file.name}:{self.line}"

    def __str__(self) -> str:
        return f"{self.place}: {self.what} {self.who} {self.now} {self.you_can} [{self.code}]"


class Mistake(Exception):
    """What is wrong in a file, before it is known whom it affects."""

    def __init__(self, code: ProblemCode, file: Path, line: int | None, what: str, you_can: str) -> None:
        super().__init__(what)
        self.code = code
        self.file = file
        self.line = line
        self.what = what
        self.you_can = you_can

    def told(self, name: str, *, kept: bool) -> Problem:
        """The problem for a lead. `kept`: the last good version of the command goes on answering."""
        return Problem(
            code=self.code,
            file=self.file,
            line=self.line,
            what=self.what,
            who=_who(name, kept=kept),
            now=_now(name, kept=kept),
            you_can=self.you_can,
        )

    def warned(self, name: str) -> Problem:
        """The mistake as a warning."""
        return Problem(
            code=self.code,
            file=self.file,
            line=self.line,
            what=self.what,
            who="No customer is affected.",
            now=f"#{name} answers.",
            you_can=self.you_can,
            warning=True,
        )


def _who(name: str, *, kept: bool) -> str:
    if kept:
        return f"Customers who ask #{name} do not see your change yet."
    return f"Customers who ask #{name} get no answer from it."


def _now(name: str, *, kept: bool) -> str:
    if kept:
        return "The bot goes on with the last good version; all other commands work."
    return f"The bot leaves #{name} out; all other commands work."


def warnings(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Those that take no command down."""
    return tuple(problem for problem in problems if problem.warning)
