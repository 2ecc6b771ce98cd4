"""The journal: what was done, by whom, when; written in the transaction that did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.given_rows import insert_rows, packed
from storage.engine.rows import columns_for
from storage.upkeep.upkeep_tables import JournalEntry

_journal = table_of(JournalEntry)

BOT = "bot"


@dataclass(frozen=True)
class Entry:
    """One thing done. `what` is a verb and its object; `detail` holds no customer's text."""

    what: str
    mention_id: int | None = None
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    who: str = BOT


@dataclass(frozen=True)
class EntryRow:
    """One thing done, as it was written."""

    id: int
    at: datetime
    who: str
    what: str
    mention_id: int | None
    subject: str
    detail: dict[str, Any]


_write = insert_rows(_journal, ("brand_id", "at", "who", "what", "mention_id", "subject", "detail"))
_of_mention = (
    sa.select(*columns_for(EntryRow, _journal))
    .where(_journal.c.brand_id == sa.bindparam("brand"), _journal.c.mention_id == sa.bindparam("mention"))
    .order_by(_journal.c.id)
)


def write(connection: Connection, brand_id: str, entries: Sequence[Entry], now: datetime) -> None:
    """Writes these entries, in order, all at the same time."""
    if entries:
        rows = [(brand_id, now, e.who, e.what, e.mention_id, e.subject, dict(e.detail)) for e in entries]
        connection.execute(_write.on(connection), {"given": packed(rows)})


def of_mention(connection: Connection, brand_id: str, mention_id: int) -> list[EntryRow]:
    """What was done about a mention, in order."""
    rows = connection.execute(_of_mention, {"brand": brand_id, "mention": mention_id})
    return [EntryRow(*row) for row in rows]
