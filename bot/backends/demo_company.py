"""Loads the demo company BrightTel into a database that is used without keys.

Its files are dated around one reference day. Loading moves every day by as much as lies between that day and
today, so that bills are due and bundles expire at the same distance whenever the demo is run.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.engine import Connection

from bot.backends.account_checks import AccountChecks, Stored
from bot.backends.import_accounts import Writes, account_files_in, checked_rows
from storage import account_editions as editions
from storage.initial_links import InitialLink, link_initially
from storage.states import ConsentKind

REFERENCE_DAY = date(2026, 11, 15)
FOLDER = Path(__file__).parent / "demo"
SOURCE = "demo"
_HOW = "demo data"
_WORDING = "demo-1"
_KINDS = {kind.value: kind for kind in ConsentKind}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An X account of the demo and the customer it belongs to."""

    id: str
    username: str
    lang: str
    customer_id: str
    linked: bool
    consents: tuple[ConsentKind, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the demo did: nothing, where it was done for today already."""

    customers: int
    links: int


@cache
def demo_people() -> tuple[DemoPerson, ...]:
    """Everybody in the demo's people file, in its order."""
    rows = yaml.safe_load((FOLDER / "people.yaml").read_text(encoding="utf-8"))
    return tuple(
        DemoPerson(
            id=row["id"],
            username=row["username"],
            lang=row["lang"],
            customer_id=row["customer"],
            linked=row["link"],
            consents=tuple(_KINDS[kind] for kind in row["consents"]),
        )
        for row in rows
    )


def load_demo(database: Writes, brand_id: str, now: datetime) -> Loaded:
    """Puts BrightTel's accounts as of today in use, and at the very first time its links and consents too.

    Accounts that were imported are left alone. Links are never loaded a second time, so an unlink or a stop
    stays. All of it happens in one transaction, and running it again the same day does nothing.
    """
    today = now.date()
    parts = _parts(today)
    loaded = database.write(lambda conn: _load(conn, brand_id, now, today, parts))
    while database.write(lambda conn: editions.clear_past(conn, brand_id)):
        pass
    return loaded


def _load(
    conn: Connection, brand_id: str, now: datetime, today: date, parts: dict[str, list[Stored]]
) -> Loaded:
    before = editions.editions(conn, brand_id)
    in_use = editions.current_edition(conn, brand_id)
    if in_use is not None and (in_use.source != SOURCE or in_use.as_of == today):
        return Loaded(0, 0)
    edition = editions.begin_edition(conn, brand_id, source=SOURCE, as_of=today, now=now)
    for part, rows in parts.items():
        editions.store_part(conn, brand_id, edition, part, rows)
    customers = len(parts["customers"])
    editions.publish_edition(conn, brand_id, edition, customers=customers, now=now)
    was_loaded = any(row.source == SOURCE for row in before)
    return Loaded(customers, 0 if was_loaded else _link(conn, brand_id, now))


def _link(conn: Connection, brand_id: str, now: datetime) -> int:
    links = [
        InitialLink(person.id, person.username, person.lang, person.customer_id, person.consents)
        for person in demo_people()
        if person.linked
    ]
    return link_initially(conn, brand_id, links, how=_HOW, wording=_WORDING, now=now)


def _parts(today: date) -> dict[str, list[Stored]]:
    files, problems = account_files_in(FOLDER / "accounts")
    checks = AccountChecks()
    parts: defaultdict[str, list[Stored]] = defaultdict(list)
    for part, stored in checked_rows(files, checks):
        parts[part].append(_moved(stored, today - REFERENCE_DAY))
    checks.finish()
    problems += checks.problems
    if problems:
        raise ValueError("the demo's own files are wrong:\n" + _listed(problems))
    return parts


def _moved(stored: Stored, by: timedelta) -> Stored:
    return {name: value + by if isinstance(value, date) else value for name, value in stored.items()}


def _listed(problems: Iterable[object]) -> str:
    return "\n".join(str(problem) for problem in problems)
