"""Alarms: what an operator should know, each raised once and ended once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import insert_once
from storage.engine.rows import columns_for, ids_in, literally
from storage.upkeep.upkeep_tables import Alarm, AlarmSubject

_alarms = table_of(Alarm)
_subjects = table_of(AlarmSubject)


@dataclass(frozen=True)
class AlarmRow:
    """An alarm that stands. `code` is a heading of docs/operate.md."""

    id: int
    code: str
    detail: str
    since_at: datetime
    until_at: datetime | None


@dataclass(frozen=True)
class Raised:
    """An alarm that stands now and did not before. `again`: it was over, but nobody had been told so yet."""

    id: int
    again: bool = False


_brand = _alarms.c.brand_id == sa.bindparam("brand")
_is_open = literally(_alarms, conditions.UNENDED)
_raise = insert_once(_alarms, "brand_id", "code", where=conditions.UNENDED, returning=[_alarms.c.id])
_at = sa.bindparam("at", type_=_alarms.c.until_at.type)
_which = _alarms.c.code == sa.bindparam("which")
_uncleared = literally(_alarms, conditions.UNCLEARED)
_others = _alarms.alias("others")
_none_open = ~sa.exists().where(
    _others.c.brand_id == sa.bindparam("brand"),
    _others.c.code == sa.bindparam("which"),
    literally(_others, conditions.UNENDED),
)
_newest_over = sa.select(sa.func.max(_alarms.c.id)).where(_brand, _which, _uncleared).scalar_subquery()
_reopen = (
    _alarms.update()
    .where(_alarms.c.id == _newest_over, _none_open)
    .values(until_at=None, detail=sa.bindparam("said"))
    .returning(_alarms.c.id)
)
_end = (
    _alarms.update()
    .where(_brand, _which, _is_open)
    .values(until_at=_at, all_clear_at=sa.bindparam("told_at", type_=_alarms.c.all_clear_at.type))
)
_end_earlier = _end.where(_alarms.c.since_at < sa.bindparam("before", type_=_alarms.c.since_at.type))
_standing = sa.select(*columns_for(AlarmRow, _alarms)).where(_brand, _is_open).order_by(_alarms.c.id)
_over = (
    sa.select(*columns_for(AlarmRow, _alarms))
    .where(
        _brand, _uncleared, _alarms.c.until_at <= sa.bindparam("over_since", type_=_alarms.c.until_at.type)
    )
    .order_by(_alarms.c.id)
)
_clear = (
    _alarms.update()
    .where(_brand, _alarms.c.id == sa.bindparam("alarm"), _uncleared)
    .values(all_clear_at=_at)
    .returning(_alarms.c.id)
)
_note_subject = insert_once(_subjects, "brand_id", "code", "subject", returning=[_subjects.c.subject])
_subjects_of = (
    sa.select(_subjects.c.subject)
    .where(_subjects.c.brand_id == sa.bindparam("brand"), _subjects.c.code == sa.bindparam("which"))
    .order_by(_subjects.c.since_at, _subjects.c.subject)
)
_forget_subjects = _subjects.delete().where(
    _subjects.c.brand_id == sa.bindparam("brand"),
    _subjects.c.code == sa.bindparam("which"),
    ids_in(_subjects.c.subject),
)


def raise_(connection: Connection, brand_id: str, code: str, detail: str, now: datetime) -> Raised | None:
    """Raises an alarm; None when it stands already.

    One that is over, and of whose end nobody was told, goes on as the same: what comes and goes rings once.
    """
    again = {"brand": brand_id, "which": code, "said": detail}
    reopened = connection.execute(_reopen, again).scalars().all()
    if reopened:
        return Raised(int(reopened[-1]), again=True)
    values = {"brand_id": brand_id, "code": code, "detail": detail, "since_at": now}
    made = connection.execute(_raise.on(connection), values).scalar()
    return None if made is None else Raised(int(made))


def end(connection: Connection, brand_id: str, code: str, now: datetime, *, quietly: bool = False) -> bool:
    """Ends an alarm; False when none of this code stands. `quietly`: nobody is to be told of it."""
    values = {"brand": brand_id, "which": code, "at": now, "told_at": now if quietly else None}
    return connection.execute(_end, values).rowcount > 0


def end_earlier(connection: Connection, brand_id: str, code: str, before: datetime, now: datetime) -> bool:
    """Ends an alarm that was raised before then; False when none of this code has stood so long."""
    values = {"brand": brand_id, "which": code, "before": before, "at": now, "told_at": None}
    return connection.execute(_end_earlier, values).rowcount > 0


def standing(connection: Connection, brand_id: str) -> list[AlarmRow]:
    """The alarms not ended yet, oldest first."""
    return [AlarmRow(*row) for row in connection.execute(_standing, {"brand": brand_id})]


def over_since(connection: Connection, brand_id: str, at: datetime) -> list[AlarmRow]:
    """The alarms that ended by then, and of whose end nobody was told yet; oldest first."""
    return [AlarmRow(*row) for row in connection.execute(_over, {"brand": brand_id, "over_since": at})]


def clear(connection: Connection, brand_id: str, alarm_id: int, now: datetime) -> bool:
    """Notes that people are told of its end; False if they were before, or if it stands again."""
    values = {"brand": brand_id, "alarm": alarm_id, "at": now}
    return connection.execute(_clear, values).scalar() is not None


def subjects(connection: Connection, brand_id: str, code: str) -> list[str]:
    """What the alarm stands for at present, the oldest first."""
    return list(connection.execute(_subjects_of, {"brand": brand_id, "which": code}).scalars())


def stand_for(
    connection: Connection, brand_id: str, code: str, now_standing: Sequence[str], now: datetime
) -> list[str]:
    """Makes these, and no others, what the alarm stands for; those that it did not stand for before."""
    gone = sorted(set(subjects(connection, brand_id, code)) - set(now_standing))
    if gone:
        connection.execute(_forget_subjects, {"brand": brand_id, "which": code, "ids": gone})
    new = []
    for subject in now_standing:
        values = {"brand_id": brand_id, "code": code, "subject": subject, "since_at": now}
        if connection.execute(_note_subject.on(connection), values).first() is not None:
            new.append(subject)
    return new
