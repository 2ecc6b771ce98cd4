"""The mentions as they stand: found by id, by edit chain, by person; and what people do to them by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.rows import checked_brand, columns_for, ids_in
from storage.states import MentionKind, MentionState, Reason
from storage.tables import Mention, MentionBody

_mentions = table_of(Mention)
_bodies = table_of(MentionBody)

LEAST_X_ID = 10**15  # no id of a post of the last ten years is smaller, and no row's number as large
NO_BODY = ("", "{}")  # what is left of one that was forgotten


@dataclass(frozen=True)
class MentionRow:
    """A mention as it stands. `state` and `reason` are words of storage.states."""

    id: int
    x_id: str
    kind: str
    author_id: str
    conversation_key: str
    position: int
    in_reply_to_id: str | None
    edit_root_id: str
    posted_at: datetime
    received_at: datetime
    decided_at: datetime | None
    answered_at: datetime | None
    state: str
    reason: str | None
    commands: str
    priority: int
    tries: int
    fence: int
    ticket_id: int | None
    handover_id: int | None


bodies_of = sa.select(_bodies.c.mention_id, _bodies.c.text, _bodies.c.x_json).where(
    ids_in(_bodies.c.mention_id)
)
_rows = sa.select(*columns_for(MentionRow, _mentions))
_by_id = _rows.where(checked_brand(_mentions), ids_in(_mentions.c.id))
_by_x_id = _rows.where(_mentions.c.brand_id == sa.bindparam("brand"), ids_in(_mentions.c.x_id))
_of_chain = _rows.where(
    _mentions.c.brand_id == sa.bindparam("brand"), ids_in(_mentions.c.edit_root_id)
).order_by(_mentions.c.position)
_newest = (
    _rows.where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.author_id == sa.bindparam("author"),
    )
    .order_by(_mentions.c.posted_at.desc(), _mentions.c.id.desc())
    .limit(1)
)
_newest_post = (
    _rows.where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.author_id == sa.bindparam("author"),
        _mentions.c.kind == MentionKind.POST.value,
    )
    .order_by(_mentions.c.posted_at.desc(), _mentions.c.id.desc())
    .limit(1)
)
_answered = (
    _mentions.update()
    .where(ids_in(_mentions.c.id), _mentions.c.answered_at.is_(None))
    .values(answered_at=sa.bindparam("at", type_=_mentions.c.answered_at.type))
)
_unanswered = (
    _mentions.update()
    .where(checked_brand(_mentions), ids_in(_mentions.c.id), _mentions.c.answered_at.is_(None))
    .values(reason=sa.bindparam("why"))
)
_again = (
    _mentions.update()
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.id == sa.bindparam("mention"),
        _mentions.c.state != MentionState.HANDLING.value,
    )
    .values(
        state=MentionState.WAITING.value,
        reason=None,
        decided_at=None,
        tries=0,
        due_ms=0,
        fence=_mentions.c.fence + 1,
    )
)
_set_aside = (
    _mentions.update()
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.id == sa.bindparam("mention"),
        _mentions.c.state != MentionState.DONE.value,
    )
    .values(
        state=MentionState.DONE.value,
        reason=sa.bindparam("why"),
        decided_at=sa.bindparam("at", type_=_mentions.c.decided_at.type),
        fence=_mentions.c.fence + 1,
        lease_owner="",
    )
)


def find(connection: Connection, brand_id: str, ids: Sequence[int]) -> dict[int, MentionRow]:
    """The mentions with these row ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(ids)})
    return {row[0]: MentionRow(*row) for row in rows}


def find_x(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, MentionRow]:
    """The mentions with these X ids."""
    rows = connection.execute(_by_x_id, {"brand": brand_id, "ids": list(x_ids)})
    return {row[1]: MentionRow(*row) for row in rows}


def find_named(connection: Connection, brand_id: str, given: str) -> MentionRow | None:
    """The mention that a person names: by its X id, or by the small number that logs carry, its row's."""
    found = find_x(connection, brand_id, [given]).get(given)
    if found is None and given.isdecimal() and int(given) < LEAST_X_ID:
        return find(connection, brand_id, [int(given)]).get(int(given))
    return found


def chains(connection: Connection, brand_id: str, roots: Sequence[str]) -> dict[str, list[MentionRow]]:
    """All stored versions of these edit chains, oldest first."""
    found: dict[str, list[MentionRow]] = {}
    for row in connection.execute(_of_chain, {"brand": brand_id, "ids": list(roots)}):
        mention = MentionRow(*row)
        found.setdefault(mention.edit_root_id, []).append(mention)
    return found


def body(connection: Connection, mention_id: int) -> tuple[str, str]:
    """What a mention said: its text, and X's JSON; two empty values once it is forgotten."""
    row = connection.execute(bodies_of, {"ids": [mention_id]}).first()
    return NO_BODY if row is None else (row[1], row[2])


def newest_of(connection: Connection, brand_id: str, author_id: str) -> MentionRow | None:
    """The last post or message of this person to us."""
    row = connection.execute(_newest, {"brand": brand_id, "author": author_id}).first()
    return None if row is None else MentionRow(*row)


def newest_post_of(connection: Connection, brand_id: str, author_id: str) -> MentionRow | None:
    """The last public post of this person to us."""
    row = connection.execute(_newest_post, {"brand": brand_id, "author": author_id}).first()
    return None if row is None else MentionRow(*row)


def answered(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Notes when X took the first delivery of these mentions' answers."""
    if ids:
        connection.execute(_answered, {"ids": list(ids), "at": now})


def deleted(connection: Connection, brand_id: str, ids: Sequence[int]) -> None:
    """Notes that these mentions are gone from X, unless they were answered before."""
    left_unanswered(connection, brand_id, ids, Reason.DELETED)


def left_unanswered(connection: Connection, brand_id: str, ids: Sequence[int], why: Reason) -> None:
    """Notes why these mentions, decided before, get no answer after all; not where one has arrived."""
    connection.execute(_unanswered, {"brand": brand_id, "ids": list(ids), "why": why.value})


def take_again(connection: Connection, brand_id: str, mention_id: int) -> bool:
    """Puts a decided or parked mention back in the queue, by a person's wish; False while it is being
    handled.
    """
    return connection.execute(_again, {"brand": brand_id, "mention": mention_id}).rowcount == 1


def set_aside(connection: Connection, brand_id: str, mention_id: int, reason: Reason, now: datetime) -> bool:
    """Closes a mention without the bot's answer; False if it was closed already. A worker on it loses its
    claim.
    """
    values = {"brand": brand_id, "mention": mention_id, "why": reason.value, "at": now}
    return connection.execute(_set_aside, values).rowcount == 1
