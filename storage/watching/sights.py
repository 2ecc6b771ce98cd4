"""What the watchdogs look at: who waits for an answer, promises, hand-overs, queues, money, the last reads.

Every query finds its rows by an index that holds only what is not over, so that old mentions slow nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.deliveries import PAUSED
from storage.engine import conditions
from storage.engine.rows import columns_for, literally
from storage.states import Purpose
from storage.tables import Delivery, Handover, Mention, Ticket
from storage.upkeep.upkeep_tables import LedgerDay, OwnPost

_mentions = table_of(Mention)
_deliveries = table_of(Delivery)
_tickets = table_of(Ticket)
_handovers = table_of(Handover)
_own_posts = table_of(OwnPost)
_days = table_of(LedgerDay)

AT_MOST = 500  # tickets or hand-overs told apart in one look


@dataclass(frozen=True)
class Waiting:
    """How many wait, and since when the longest of them."""

    count: int
    since_at: datetime | None


@dataclass(frozen=True)
class Promise:
    """An open ticket and when its answer was promised."""

    reference: str
    command: str
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Untaken:
    """An open hand-over in which no colleague has written since it was opened."""

    id: int
    person_id: str
    urgent: bool
    opened_at: datetime


_at = sa.bindparam("before", type_=_mentions.c.posted_at.type)
_known_since = sa.bindparam("known_before", type_=_mentions.c.received_at.type)
_asked_long_ago = sa.and_(
    _mentions.c.posted_at < _at,
    _mentions.c.received_at < _known_since,
    _mentions.c.author_id != sa.bindparam("left_out"),
)
_undecided = sa.select(sa.func.count(), sa.func.min(_mentions.c.posted_at)).where(
    _mentions.c.brand_id == sa.bindparam("brand"),
    literally(_mentions, conditions.OPEN_MENTION),
    _asked_long_ago,
)
# Those of unknown fate have a watchdog of their own.
_to_leave = sa.and_(
    _deliveries.c.brand_id == sa.bindparam("brand"),
    literally(_deliveries, "state IN ('queued', 'sending', 'later')"),
    literally(_deliveries, conditions.OPEN_DELIVERY),
    _deliveries.c.reason != PAUSED,
)
_unsent = (
    sa.select(sa.func.count(sa.distinct(_mentions.c.id)), sa.func.min(_mentions.c.posted_at))
    .select_from(_deliveries.join(_mentions, _mentions.c.id == _deliveries.c.mention_id))
    .where(_to_leave, _mentions.c.answered_at.is_(None), _asked_long_ago)
)
_promises = (
    sa.select(*columns_for(Promise, _tickets))
    .where(
        _tickets.c.brand_id == sa.bindparam("brand"),
        _tickets.c.state == "open",
        _tickets.c.due_at <= sa.bindparam("until", type_=_tickets.c.due_at.type),
    )
    .order_by(_tickets.c.due_at)
    .limit(AT_MOST)
)
_untaken = (
    sa.select(*columns_for(Untaken, _handovers))
    .where(
        _handovers.c.brand_id == sa.bindparam("brand"),
        literally(_handovers, conditions.OPEN_HANDOVER),
        _handovers.c.opened_at <= sa.bindparam("until", type_=_handovers.c.opened_at.type),
        ~sa.exists().where(
            _deliveries.c.brand_id == _handovers.c.brand_id,
            _deliveries.c.person_id == _handovers.c.person_id,
            _deliveries.c.purpose == Purpose.PERSON.value,
            _deliveries.c.created_at >= _handovers.c.opened_at,
        ),
        ~sa.exists().where(
            _own_posts.c.brand_id == _handovers.c.brand_id,
            _own_posts.c.person_id == _handovers.c.person_id,
            _own_posts.c.posted_at >= _handovers.c.opened_at,
        ),
    )
    .order_by(_handovers.c.id)
    .limit(AT_MOST)
)
_unsure = sa.select(sa.func.count(), sa.func.min(_deliveries.c.last_call_at)).where(
    _deliveries.c.brand_id == sa.bindparam("brand"),
    literally(_deliveries, "state = 'unsure'"),
    literally(_deliveries, conditions.OPEN_DELIVERY),
    _deliveries.c.last_call_at < sa.bindparam("before", type_=_deliveries.c.last_call_at.type),
)
_open_mentions = sa.select(sa.func.count()).where(
    _mentions.c.brand_id == sa.bindparam("brand"), literally(_mentions, conditions.OPEN_MENTION)
)
_open_deliveries = sa.select(sa.func.count()).where(_to_leave)
_dearest = sa.select(sa.func.max(_days.c.reserved_micro + _days.c.settled_micro)).where(
    _days.c.brand_id == sa.bindparam("brand"), _days.c.day >= sa.bindparam("since_day")
)


def waiting(
    connection: Connection, brand_id: str, *, asked_before: datetime, known_before: datetime, left_out: str
) -> Waiting:
    """Those who asked before then and have no answer, or not even a decision. Not: what a pause holds back.

    What we learnt of only after `known_before` is not counted, nor what the person `left_out` has asked.
    """
    values = {"brand": brand_id, "before": asked_before, "known_before": known_before, "left_out": left_out}
    undecided = connection.execute(_undecided, values).one()
    unsent = connection.execute(_unsent, values).one()
    since = [at for at in (undecided[1], unsent[1]) if at is not None]
    return Waiting(int(undecided[0]) + int(unsent[0]), min(since, default=None))


def promised(connection: Connection, brand_id: str, until: datetime) -> Sequence[Promise]:
    """The open tickets whose answer was promised by then, the first due first."""
    return [Promise(*row) for row in connection.execute(_promises, {"brand": brand_id, "until": until})]


def untaken(connection: Connection, brand_id: str, until: datetime) -> Sequence[Untaken]:
    """The hand-overs opened by then that no colleague has taken: in none of them has one written."""
    return [Untaken(*row) for row in connection.execute(_untaken, {"brand": brand_id, "until": until})]


def unsure(connection: Connection, brand_id: str, before: datetime) -> Waiting:
    """The deliveries of unknown fate whose last call was made before then."""
    count, since = connection.execute(_unsure, {"brand": brand_id, "before": before}).one()
    return Waiting(int(count), since)


def queue_length(connection: Connection, brand_id: str) -> int:
    """How much waits to be decided or to be sent."""
    undecided = connection.execute(_open_mentions, {"brand": brand_id}).scalar_one()
    return int(undecided) + int(connection.execute(_open_deliveries, {"brand": brand_id}).scalar_one())


def dearest_day(connection: Connection, brand_id: str, since: date) -> int:
    """What the dearest day since then has cost, in millionths of a USD."""
    found = connection.execute(_dearest, {"brand": brand_id, "since_day": since}).scalar()
    return int(found or 0)
