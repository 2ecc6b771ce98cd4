"""The outbox: what is to be sent, in the order of its lanes, each row known to be under way before its call
leaves.

Within a lane (one person, one channel) nothing leaves before what was enqueued earlier is settled. A claim
marks a row *sending* and raises its fence; the outcome counts only while that fence still stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import PerEngine, claiming
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.inbox import END_OF_TIME_MS
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
    remarked: bool = False
    carries_privacy: bool = False

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
    remarked: bool = False  # likewise
    never_left: bool = False  # the call was certainly not made: it was no attempt


_enqueue = _deliveries.insert().returning(_deliveries.c.id, sort_by_parameter_order=True)
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
        _nothing_before,
    )
    .order_by(_deliveries.c.priority, _deliveries.c.id)
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
_was = sa.bindparam("was_unknown", type_=sa.Boolean)
_held_rows = sa.select(_deliveries.c.id, _deliveries.c.fence).where(
    ids_in(_deliveries.c.id), literally(_deliveries, "state IN ('sending', 'unsure')")
)
_held = PerEngine(_held_rows, _held_rows.with_for_update())
_record = (
    _deliveries.update()
    .where(_deliveries.c.id == sa.bindparam("delivery"))
    .values(
        state=sa.bindparam("to_state"),
        reason=sa.bindparam("why"),
        x_id=sa.func.coalesce(sa.bindparam("known_as", type_=sa.String), _deliveries.c.x_id),
        sent_at=sa.bindparam("at", type_=_deliveries.c.sent_at.type),
        not_before_at=sa.bindparam("not_before", type_=_deliveries.c.not_before_at.type),
        due_ms=sa.bindparam("next_ms"),
        looks=sa.bindparam("looked"),
        unknown_fate=sa.or_(_deliveries.c.unknown_fate, _was),
        remarked=sa.or_(_deliveries.c.remarked, sa.bindparam("has_new_mark", type_=sa.Boolean)),
        attempts=_deliveries.c.attempts - sa.bindparam("unmade"),
        lease_owner="",
    )
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
    rows = [
        {
            "brand_id": brand_id,
            "mention_id": d.mention_id,
            "person_id": d.person_id,
            "channel": d.channel.value,
            "purpose": d.purpose.value,
            "command": d.command,
            "lane": d.lane,
            "priority": d.priority,
            "text": d.text,
            "mark": d.mark,
            "reply_to_id": d.reply_to_id,
            "despite_stop": d.despite_stop,
            "state": d.state.value,
            "reason": d.reason,
            "instead": dict(d.instead),
            "remarked": d.remarked,
            "carries_privacy": d.carries_privacy,
            "created_at": now,
        }
        for d in new
    ]
    return list(connection.execute(_enqueue, rows).scalars())


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
) -> list[ClaimedDelivery]:
    """Marks up to `at_most` deliveries of a channel *sending*, urgent first, then oldest, one per lane.

    Only for calls that leave at once: what a crash leaves behind in this state must be looked up at X.
    """
    values = {
        "brand": brand_id,
        "owner": owner,
        "on_channel": channel.value,
        "now": now,
        "now_ms": now_ms,
        "until_ms": now_ms + lease_ms,
        "at_most": at_most,
    }
    rows = connection.execute(_claim.on(connection), values)
    return sorted((ClaimedDelivery(*row) for row in rows), key=lambda d: (d.priority, d.id))


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
    fences = {outcome.delivery_id: outcome.fence for outcome in outcomes}
    held = connection.execute(_held.on(connection), {"ids": list(fences)})
    ours = {delivery_id for delivery_id, fence in held if fences[delivery_id] == fence}
    if ours:
        connection.execute(_record, [_values(o) for o in outcomes if o.delivery_id in ours])
    return ours


def _values(outcome: Outcome) -> dict[str, object]:
    return {
        "delivery": outcome.delivery_id,
        "to_state": outcome.state.value,
        "why": outcome.reason,
        "known_as": outcome.x_id,
        "at": outcome.sent_at,
        "not_before": outcome.not_before_at,
        "next_ms": outcome.due_ms,
        "looked": outcome.looks,
        "was_unknown": outcome.unknown_fate,
        "has_new_mark": outcome.remarked,
        "unmade": int(outcome.never_left),
    }


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
