"""The outbox: what is to be sent, in the order of its lanes, each row known to be under way before its call
leaves.

Within a lane (one person, one channel) nothing leaves before what was enqueued earlier is settled. A claim
marks a row *sending* and raises its fence; the outcome counts only while that fence still stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.dispatching.row_jobs import RowJob, Task, defer, withdraw
from storage.engine import conditions
from storage.engine.both_engines import claiming
from storage.engine.given_rows import insert_rows, packed, with_rows
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.inbox import BEGINNING, END_OF_TIME_MS
from storage.scarcity import turns
from storage.states import Channel, DeliveryState, Purpose
from storage.tables import Delivery

_deliveries = table_of(Delivery)

# A delivery of unknown fate that a person must decide no longer holds up its lane.
FOR_A_PERSON = "a person decides"


@dataclass(frozen=True)
class NewDelivery:
    """One post or message to send; `text` is final. `state` may also be LATER or DROPPED, with a reason."""

    person_id: str
    channel: Channel
    purpose: Purpose
    text: str = field(repr=False)
    mention_id: int | None = None
    command: str = ""
    priority: int = 5
    mark: str = ""
    reply_to_id: str | None = None
    despite_stop: bool = False
    instead: Mapping[str, Any] = field(default_factory=dict)
    state: DeliveryState = DeliveryState.QUEUED
    reason: str = ""
    carries_privacy: bool = False
    asked_at: datetime | None = None  # when the person wrote what it answers; None: it is asked for now

    @property
    def lane(self) -> str:
        """Deliveries of one lane leave in the order in which they were enqueued."""
        return f"{self.person_id}:{self.channel.value}"


@dataclass(frozen=True)
class ClaimedDelivery:
    """A delivery that this worker alone may send, or look for, until the lease ends."""

    id: int
    mention_id: int | None
    person_id: str
    channel: str
    purpose: str
    command: str
    lane: str
    priority: int
    turn: int
    asked_at: datetime
    text: str = field(repr=False)
    mark: str
    reply_to_id: str | None
    despite_stop: bool
    instead: dict[str, Any]
    reason: str  # of one of unknown fate: why it is
    attempts: int
    looks: int
    unknown_fate: bool  # an earlier attempt may have reached X
    remarked: bool
    carries_privacy: bool
    created_at: datetime
    first_call_at: datetime | None
    last_call_at: datetime | None
    lease_until_ms: int
    fence: int

    @property
    def rank(self) -> tuple[int, int, datetime, int]:
        """Sorts those who go first to the front; see storage/scarcity/turns.py."""
        return self.priority, self.turn, self.asked_at, self.id


@dataclass(frozen=True)
class Outcome:
    """What became of a claimed delivery: its next state and what goes with it."""

    delivery_id: int
    fence: int
    state: DeliveryState
    reason: str = ""
    x_id: str | None = None
    sent_at: datetime | None = None
    not_before_at: datetime | None = None  # LATER: X's time
    due_ms: int = 0  # UNSURE: the next look; QUEUED: the next try
    looks: int = 0
    unknown_fate: bool = False  # once true it stays true
    text: str | None = field(default=None, repr=False)  # other words from now on, which carry `mark`
    mark: str | None = None
    never_left: bool = False  # the call was certainly not made: it was no attempt


# Each is a column of its name; those for which a place in the order is found are not among them.
_told = tuple(one.name for one in fields(NewDelivery) if one.name not in ("priority", "asked_at"))
_of_new = attrgetter("lane", *_told)
_enqueue = insert_rows(
    _deliveries,
    ("brand_id", "created_at", "priority", "turn", "asked_at", "lane", *_told),
    returning=[_deliveries.c.id],
)
_brand = _deliveries.c.brand_id == sa.bindparam("brand")
_earlier = _deliveries.alias("earlier")
_nothing_before = ~sa.exists().where(
    _earlier.c.brand_id == _deliveries.c.brand_id,
    _earlier.c.lane == _deliveries.c.lane,
    _earlier.c.id < _deliveries.c.id,
    literally(_earlier, conditions.OPEN_DELIVERY),
    _earlier.c.reason != FOR_A_PERSON,
)
_taken = {
    "fence": _deliveries.c.fence + 1,
    "lease_owner": sa.bindparam("owner"),
    "lease_until_ms": sa.bindparam("until_ms"),
}
_claimed_columns = columns_for(ClaimedDelivery, _deliveries)
_now = sa.bindparam("now", type_=_deliveries.c.created_at.type)
_claim = claiming(
    _deliveries,
    sa.select(_deliveries.c.id)
    .where(
        _brand,
        literally(_deliveries, "state = 'queued'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.channel == sa.bindparam("on_channel"),
        _deliveries.c.due_ms <= sa.bindparam("now_ms"),
        _deliveries.c.created_at >= sa.bindparam("enqueued_since", type_=_deliveries.c.created_at.type),
        _nothing_before,
    )
    .order_by(*turns.ORDER)
    .limit(sa.bindparam("at_most")),
    _taken
    | {
        "state": DeliveryState.SENDING.value,
        "reason": "",
        "attempts": _deliveries.c.attempts + 1,
        "looks": 0,
        "first_call_at": sa.func.coalesce(_deliveries.c.first_call_at, _now),
        "last_call_at": _now,
    },
    _claimed_columns,
)
_claim_unsure = claiming(
    _deliveries,
    sa.select(_deliveries.c.id)
    .where(
        _brand,
        literally(_deliveries, "state = 'unsure'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.reason != FOR_A_PERSON,
        _deliveries.c.due_ms <= sa.bindparam("now_ms"),
    )
    .order_by(_deliveries.c.id)
    .limit(sa.bindparam("at_most")),
    _taken | {"due_ms": sa.bindparam("until_ms")},  # nobody else looks for it meanwhile
    _claimed_columns,
)
_record = with_rows(
    {
        "delivery": _deliveries.c.id.type,
        "held_fence": _deliveries.c.fence.type,
        "to_state": _deliveries.c.state.type,
        "why": _deliveries.c.reason.type,
        "known_as": _deliveries.c.x_id.type,
        "at": _deliveries.c.sent_at.type,
        "not_before": _deliveries.c.not_before_at.type,
        "next_ms": _deliveries.c.due_ms.type,
        "looked": _deliveries.c.looks.type,
        "was_unknown": sa.Boolean(),
        "new_text": _deliveries.c.text.type,
        "new_mark": _deliveries.c.mark.type,
        "unmade": _deliveries.c.attempts.type,
    },
    lambda given: (
        _deliveries.update()
        .where(
            _deliveries.c.id == given.c.delivery,
            _deliveries.c.fence == given.c.held_fence,
            literally(_deliveries, "state IN ('sending', 'unsure')"),
        )
        .values(
            state=given.c.to_state,
            reason=given.c.why,
            x_id=sa.func.coalesce(given.c.known_as, _deliveries.c.x_id),
            sent_at=given.c.at,
            not_before_at=given.c.not_before,
            due_ms=given.c.next_ms,
            looks=given.c.looked,
            unknown_fate=sa.or_(_deliveries.c.unknown_fate, given.c.was_unknown),
            text=sa.func.coalesce(given.c.new_text, _deliveries.c.text),
            mark=sa.func.coalesce(given.c.new_mark, _deliveries.c.mark),
            remarked=sa.or_(_deliveries.c.remarked, given.c.new_mark.is_not(None)),
            attempts=_deliveries.c.attempts - given.c.unmade,
            lease_owner="",
        )
        .returning(_deliveries.c.id)
    ),
)
_extend = (
    _deliveries.update()
    .where(_deliveries.c.id == sa.bindparam("delivery"), _deliveries.c.fence == sa.bindparam("held_fence"))
    .values(lease_until_ms=sa.bindparam("until_ms"))
)
_sweep = (
    _deliveries.update()
    .where(
        _brand,
        literally(_deliveries, "state = 'sending'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.lease_until_ms < sa.bindparam("lapsed_ms"),
    )
    .values(
        state=DeliveryState.UNSURE.value,
        reason="the process that was sending it stopped",
        unknown_fate=True,
        looks=0,
        fence=_deliveries.c.fence + 1,
        due_ms=sa.bindparam("now_ms"),
        lease_owner="",
    )
    .returning(_deliveries.c.id)
)
_look_at_once = (
    _deliveries.update()
    .where(_brand, literally(_deliveries, conditions.OPEN_DELIVERY), _deliveries.c.due_ms != 0)
    .values(due_ms=0)
)
_hurry = (
    _deliveries.update()
    .where(checked_brand(_deliveries), ids_in(_deliveries.c.id), literally(_deliveries, "state = 'queued'"))
    .values(due_ms=0)
)
_wake = (
    _deliveries.update()
    .where(
        _brand,
        literally(_deliveries, "state = 'later'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.not_before_at <= _now,
    )
    .values(state=DeliveryState.QUEUED.value, reason="", not_before_at=None, due_ms=0)
)


def enqueue(connection: Connection, brand_id: str, new: Sequence[NewDelivery], now: datetime) -> list[int]:
    """Stores what is to be sent; its ids, in the order given, which is also the order of each lane."""
    if not new:
        return []
    coming = [turns.Coming(one.lane, one.channel, one.priority) for one in new]
    places = turns.places(connection, brand_id, coming)
    rows = [
        (brand_id, now, *place, one.asked_at or now, *_of_new(one))
        for one, place in zip(new, places, strict=True)
    ]
    # Counted up in the rows' order; in which order they are returned, no engine promises.
    ids = sorted(connection.execute(_enqueue.on(connection), {"given": packed(rows)}).scalars())
    queued = [(row_id, d) for row_id, d in zip(ids, new, strict=True) if d.state is DeliveryState.QUEUED]
    defer(connection, Task.SEND, [RowJob(row_id, d.lane, d.priority) for row_id, d in queued])
    return ids


def claim(
    connection: Connection,
    brand_id: str,
    owner: str,
    channel: Channel,
    *,
    now: datetime,
    now_ms: int,
    lease_ms: int,
    at_most: int,
    enqueued_since: datetime = BEGINNING,
) -> list[ClaimedDelivery]:
    """Marks up to `at_most` deliveries of a channel *sending*, in the order of their ranks, one per lane.

    Only for calls that leave at once: what a crash leaves behind in this state must be looked up at X. What
    was enqueued before `enqueued_since` is left queued, and what stands behind it in its lane.
    """
    values = {
        "brand": brand_id,
        "owner": owner,
        "on_channel": channel.value,
        "now": now,
        "now_ms": now_ms,
        "until_ms": now_ms + lease_ms,
        "at_most": at_most,
        "enqueued_since": enqueued_since,
    }
    claimed = [ClaimedDelivery(*row) for row in connection.execute(_claim.on(connection), values)]
    withdraw(connection, Task.SEND, [delivery.id for delivery in claimed])
    return sorted(claimed, key=lambda delivery: delivery.rank)


def claim_unsure(
    connection: Connection, brand_id: str, owner: str, *, now_ms: int, lease_ms: int, at_most: int
) -> list[ClaimedDelivery]:
    """Takes deliveries of unknown fate whose next look is due; they stay *unsure* and are nobody else's
    meanwhile.
    """
    values = {
        "brand": brand_id,
        "owner": owner,
        "now_ms": now_ms,
        "until_ms": now_ms + lease_ms,
        "at_most": at_most,
    }
    rows = connection.execute(_claim_unsure.on(connection), values)
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda d: d.id)


def record(connection: Connection, outcomes: Sequence[Outcome]) -> set[int]:
    """Writes what became of claimed deliveries; the ids of those that were still the caller's to write.

    For any other the row is left alone: somebody has taken it over, and will find out what X did.
    """
    if not outcomes:
        return set()
    rows = [
        (
            o.delivery_id,
            o.fence,
            o.state.value,
            o.reason,
            o.x_id,
            o.sent_at,
            o.not_before_at,
            o.due_ms,
            o.looks,
            o.unknown_fate,
            o.text,
            o.mark,
            int(o.never_left),
        )
        for o in outcomes
    ]
    return set(connection.execute(_record.on(connection), {"given": packed(rows)}).scalars())


def extend(connection: Connection, fences: Mapping[int, int], until_ms: int) -> None:
    """Lengthens the leases of claimed deliveries."""
    if fences:
        connection.execute(
            _extend,
            [
                {"delivery": delivery, "held_fence": fence, "until_ms": until_ms}
                for delivery, fence in fences.items()
            ],
        )


def sweep(connection: Connection, brand_id: str, now_ms: int, *, everyone: bool = False) -> list[int]:
    """Turns what was *sending* under a lapsed lease into *unsure*, to be looked up now; its ids.

    `everyone`: all that is being sent, whatever its lease: for the start of the only process on this
    database.
    """
    values = {"brand": brand_id, "now_ms": now_ms, "lapsed_ms": END_OF_TIME_MS if everyone else now_ms}
    return sorted(connection.execute(_sweep, values).scalars())


def forget_lease_clock(connection: Connection, brand_id: str) -> None:
    """Makes everything due at once: the host has started anew, and with it the clock these times were read
    from.
    """
    connection.execute(_look_at_once, {"brand": brand_id})


def hurry(connection: Connection, brand_id: str, ids: Sequence[int]) -> None:
    """Makes those of these deliveries that are queued due at once."""
    connection.execute(_hurry, {"brand": brand_id, "ids": list(ids)})


def wake(connection: Connection, brand_id: str, now: datetime) -> int:
    """Queues again what was held until a time that has come; how many."""
    return connection.execute(_wake, {"brand": brand_id, "now": now}).rowcount
