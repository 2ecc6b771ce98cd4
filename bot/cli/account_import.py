"""`tweetserve accounts import|show`: fills the embedded account source and says what stands in it."""

import sys
from collections.abc import Callable
from pathlib import Path

from bot.backends.import_accounts import Progress, Report, import_folder
from bot.cli.opened import opened
from bot.cli.printing import put, put_json, put_table, say
from bot.errors import OperatorError
from storage import account_editions

_MOST_PROBLEMS_SHOWN = 20


def import_accounts(folder: Path) -> None:
    """Imports the folder, with progress on a terminal; says every mistake with its file and line.

    Raises: what `opened` raises; OperatorError where there are mistakes; EditionGivenUp, StorageTrouble.
    """
    with opened() as at:
        tell = _progress()
        report = import_folder(folder, at.database, at.brand_id, at.now(), tell)
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    if not report.imported:
        raise _wrong(report)
    for part, rows in report.rows.items():
        put(f"{part}: {rows}")
    say("The new accounts are in use.")


def show_editions(*, as_json: bool) -> None:
    """Lists the sets of accounts, the newest first. Raises: what `opened` raises."""
    with opened() as at:
        found = at.database.read(lambda c: account_editions.editions(c, at.brand_id))
    rows = [
        {
            "edition": str(row.edition),
            "source": row.source,
            "state": row.state,
            "customers": row.customers,
            "as_of": None if row.as_of is None else row.as_of.isoformat(),
        }
        for row in reversed(found)
    ]
    if as_json:
        put_json(rows)
        return
    put_table(
        ("edition", "source", "state", "customers", "as of"),
        [tuple("" if value is None else str(value) for value in row.values()) for row in rows],
        nothing="No accounts yet. Type: tweetserve accounts import FOLDER",
    )


def _progress() -> Callable[[Progress], None]:
    if not sys.stderr.isatty():
        return lambda _: None

    def show(progress: Progress) -> None:
        of = f" of {progress.rows_in_all}" if progress.rows_in_all else ""
        sys.stderr.write(f"\r\x1b[K{progress.step} {progress.file}: {progress.rows}{of} rows")
        sys.stderr.flush()

    return show


def _wrong(report: Report) -> OperatorError:
    """What is wrong, after each mistake has been said with its place."""
    for problem in report.problems[:_MOST_PROBLEMS_SHOWN]:
        say(str(problem))
    more = report.problems_found - min(len(report.problems), _MOST_PROBLEMS_SHOWN)
    if more:
        say(f"… and {more} more")
    found = "one mistake" if report.problems_found == 1 else f"{report.problems_found} mistakes"
    return OperatorError(
        "accounts-wrong",
        f"The account files have {found}.",
        "Nobody is affected: customers are answered from the accounts in use.",
        "Nothing was imported.",
        "Mend the files and import the folder again; docs/reference/account-files.md says what is expected.",
    )
