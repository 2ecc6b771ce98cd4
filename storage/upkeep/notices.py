"""Notices: each ring at the people who answer, sent once, whatever raised it how often."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import claiming, insert_once
from storage.engine.rows import columns_for
from storage.states import NoticeState
from storage.upkeep.upkeep_tables import Notice

_notices = table_of(Notice)


@dataclass(frozen=True)
class NoticeRow:
    """A notice to send; `about` names what it is about: "handover:12"."""

    id: int
    about: str
    title: str
    text: str
    tries: int
    created_at: datetime


_ring = insert_once(_notices, "brand_id", "about", returning=[_notices.c.id])
_claim = claiming(
    _notices,
    sa.select(_notices.c.id)
    .where(
        _notices.c.brand_id == sa.bindparam("brand"),
        _notices.c.state == NoticeState.WAITING.value,
        _notices.c.due_ms <= sa.bindparam("now_ms"),
    )
    .order_by(_notices.c.id)
    .limit(sa.bindparam("at_most")),
    {"tries": _notices.c.tries + 1, "due_ms": sa.bindparam("until_ms")},
    columns_for(NoticeRow, _notices),
)
_this = sa.and_(_notices.c.brand_id == sa.bindparam("brand"), _notices.c.id == sa.bindparam("notice"))
_move = _notices.update().where(_this).values(state=sa.bindparam("to_state"))
_later = _notices.update().where(_this).values(due_ms=sa.bindparam("next_ms"))
_due_at_once = (
    _notices.update()
    .where(
        _notices.c.brand_id == sa.bindparam("brand"),
        _notices.c.state == NoticeState.WAITING.value,
        _notices.c.due_ms != 0,
    )
    .values(due_ms=0)
)
_failed = (
    sa.select(sa.func.count())
    .select_from(_notices)
    .where(_notices.c.brand_id == sa.bindparam("brand"), _notices.c.state == NoticeState.FAILED.value)
)


def ring(connection: Connection, brand_id: str, about: str, title: str, text: str, now: datetime) -> bool:
    """Asks for people to be told; False when they were told, or will be, about the same thing."""
    values = {"brand_id": brand_id, "about": about, "title": title, "text": text, "created_at": now}
    return connection.execute(_ring.on(connection), values).first() is not None


def claim(
    connection: Connection, brand_id: str, *, now_ms: int, lease_ms: int, at_most: int
) -> list[NoticeRow]:
    """Notices to send now, oldest first; one that is neither `sent` nor `failed` after the lease comes
    again.
    """
    values = {"brand": brand_id, "now_ms": now_ms, "until_ms": now_ms + lease_ms, "at_most": at_most}
    rows = connection.execute(_claim.on(connection), values)
    return sorted((NoticeRow(*row) for row in rows), key=lambda notice: notice.id)


def sent(connection: Connection, brand_id: str, notice_id: int) -> None:
    """The people were told."""
    values = {"brand": brand_id, "notice": notice_id, "to_state": NoticeState.SENT.value}
    connection.execute(_move, values)


def failed(connection: Connection, brand_id: str, notice_id: int) -> None:
    """They could not be reached, and it is not tried again."""
    values = {"brand": brand_id, "notice": notice_id, "to_state": NoticeState.FAILED.value}
    connection.execute(_move, values)


def try_later(connection: Connection, brand_id: str, notice_id: int, next_ms: int) -> None:
    """They could not be reached; not before `next_ms` again."""
    connection.execute(_later, {"brand": brand_id, "notice": notice_id, "next_ms": next_ms})


def failures(connection: Connection, brand_id: str) -> int:
    """How many notices never reached anybody."""
    return int(connection.execute(_failed, {"brand": brand_id}).scalar_one())


def forget_lease_clock(connection: Connection, brand_id: str) -> None:
    """Makes all that waits due at once: the host has started anew, and its lease clock with it."""
    connection.execute(_due_at_once, {"brand": brand_id})
