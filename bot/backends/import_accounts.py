"""Imports the company's accounts from a folder of files: all of them, or nothing.

Every file is checked before anything is written. Then the accounts are written beside those in use, in short
transactions, and take their place in one step; the old ones are cleared away last. A run that dies in between
leaves the accounts in use as they were, and the next run clears what it left.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.engine import Connection

from bot.backends.account_checks import AccountChecks, Stored
from bot.backends.account_files import ENDINGS, Problem, Row, rows_of
from bot.backends.account_formats import FORMATS, FileFormat
from storage import account_editions as editions

T = TypeVar("T")

ROWS_A_WRITE = 2000
_TELL_EVERY = 5000


class Writes(Protocol):
    """What an import needs of the database."""

    def write(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns, after it has been committed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come. `rows_in_all` is known once everything has been checked."""

    step: str  # "checking", "writing", "clearing"
    file: str
    rows: int
    rows_in_all: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. With a problem nothing was written and `edition` is None."""

    rows: dict[str, int]  # by kind of file: "customers", "lines", …
    problems: tuple[Problem, ...]
    problems_found: int  # more than `problems` holds when there are very many
    edition: int | None

    @property
    def imported(self) -> bool:
        """Whether the accounts are in use now."""
        return self.edition is not None


OnProgress = Callable[[Progress], None]


def import_folder(
    folder: Path, database: Writes, brand_id: str, now: datetime, on_progress: OnProgress = lambda _: None
) -> Report:
    """What came of importing the folder's files.

    Raises:
        EditionGivenUp: another import has begun meanwhile; the accounts in use are as they were.
        StorageTrouble: the database cannot be written; the accounts in use are as they were.
    """
    files, problems = account_files_in(folder)
    if problems:
        return Report({}, tuple(problems), len(problems), None)
    checks = AccountChecks()
    for form, file, _ in _checked(files, checks):
        if checks.rows[form.name] % _TELL_EVERY == 0:
            on_progress(Progress("checking", file, checks.rows.total(), None))
    checks.finish()
    if checks.problems:
        return _refused(checks)
    return _Writing(database, brand_id, now, on_progress).run(files, checks.rows.total())


def account_files_in(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """The folder's account files by kind, and what is wrong with the folder itself."""
    if not folder.is_dir():
        return {}, [Problem(str(folder), None, None, "expected a folder with account files")]
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    known = {form.name for form in FORMATS}
    for path in sorted(folder.iterdir()):
        name = path.stem.lower()
        if path.suffix.lower() not in ENDINGS:
            continue
        if name not in known:
            listed = ", ".join(sorted(known))
            problems.append(Problem(path.name, None, None, f"expected a file named as one of: {listed}"))
        elif name in files:
            problems.append(Problem(path.name, None, None, f"expected this or {files[name].name}, not both"))
        else:
            files[name] = path
    if "customers" not in files and not problems:
        problems.append(Problem("customers.csv", None, None, "expected this file; it lists the customers"))
    return files, problems


def checked_rows(files: dict[str, Path], checks: AccountChecks) -> Iterator[tuple[str, Stored]]:
    """Every row without a problem, by kind of file, as the database keeps it; problems go to `checks`."""
    for form, _, stored in _checked(files, checks):
        if stored is not None:
            yield form.name, stored


def _checked(
    files: dict[str, Path], checks: AccountChecks
) -> Iterator[tuple[FileFormat, str, Stored | None]]:
    for form in FORMATS:
        path = files.get(form.name)
        if path is None:
            continue
        for row in rows_of(path):
            if isinstance(row, Row):
                yield form, path.name, checks.take(form, path.name, row)
            else:
                checks.found(row)


def _refused(checks: AccountChecks) -> Report:
    return Report(dict(checks.rows), tuple(checks.problems), checks.problems_found, None)


class _Writing:
    """One edition being written."""

    def __init__(self, database: Writes, brand_id: str, now: datetime, on_progress: OnProgress) -> None:
        self._database = database
        self._brand_id = brand_id
        self._now = now
        self._on_progress = on_progress

    def run(self, files: dict[str, Path], rows_in_all: int) -> Report:
        edition = self._database.write(
            lambda conn: editions.begin_edition(
                conn, self._brand_id, source="import", as_of=None, now=self._now
            )
        )
        # Checked once more while writing: a file may have been changed since it was read.
        checks = AccountChecks()
        batch: list[Stored] = []
        part = ""
        for name, stored in checked_rows(files, checks):
            if batch and (name != part or len(batch) == ROWS_A_WRITE):
                self._store(edition, part, batch)
                self._on_progress(Progress("writing", part, checks.rows.total(), rows_in_all))
                batch = []
            part = name
            batch.append(stored)
        if batch:
            self._store(edition, part, batch)
        checks.finish()
        if checks.problems:
            self._database.write(lambda conn: editions.give_up_edition(conn, self._brand_id, edition))
            self._clear()
            return _refused(checks)
        self._publish(edition, checks.rows["customers"])
        self._clear()
        return Report(dict(checks.rows), (), 0, edition)

    def _store(self, edition: int, part: str, batch: list[Stored]) -> None:
        self._database.write(lambda conn: editions.store_part(conn, self._brand_id, edition, part, batch))

    def _publish(self, edition: int, customers: int) -> None:
        self._database.write(
            lambda conn: editions.publish_edition(
                conn, self._brand_id, edition, customers=customers, now=self._now
            )
        )

    def _clear(self) -> None:
        cleared = 0
        while found := self._database.write(lambda conn: editions.clear_past(conn, self._brand_id)):
            cleared += found
            self._on_progress(Progress("clearing", "customers", cleared, None))
