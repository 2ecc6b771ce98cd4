"""Who goes first when calls are scarce: the order in which the deliveries of a channel get theirs.

Classes first (`priority`: urgent, then whoever has a person in charge, then linking, then all else). Within a
class persons take turns: in each round everybody who waits gets one call, and within a round whoever asked
first goes first. A delivery's round is fixed when it is enqueued: the one now being served, or the one after
this person's last, whichever is later. So who asks ten times stands in ten rounds and takes nobody's
place, their own included; and who comes later joins the round being served and not one that is over.

Within a lane nothing overtakes. So what waits before an urgent delivery of the same lane becomes urgent with
it: otherwise the urgent one would wait for their turn in the crowd.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.given_rows import packed, with_rows
from storage.engine.rows import ids_in, literally
from storage.states import Channel, DeliveryState
from storage.tables import Delivery

_deliveries = table_of(Delivery)

# The order in which calls are given out, and of the index that finds who is next (`deliveries_open`).
ORDER = (_deliveries.c.priority, _deliveries.c.turn, _deliveries.c.asked_at, _deliveries.c.id)

Place = tuple[int, int]  # priority, turn


@dataclass(frozen=True, slots=True)
class Coming:
    """A delivery about to be enqueued."""

    lane: str
    channel: Channel
    priority: int


@dataclass(slots=True)
class _Waiting:
    """A delivery of a lane: one that stands (`row_id`), or one that is coming."""

    row_id: int | None
    may_be_lifted: bool
    priority: int
    turn: int


_brand = _deliveries.c.brand_id == sa.bindparam("brand")
_in_lanes = (
    sa.select(
        _deliveries.c.lane,
        _deliveries.c.id,
        _deliveries.c.state,
        _deliveries.c.priority,
        _deliveries.c.turn,
    )
    .where(
        _brand,
        ids_in(_deliveries.c.lane, "lanes"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        literally(_deliveries, "state IN ('queued', 'later', 'sending')"),
    )
    .order_by(_deliveries.c.lane, _deliveries.c.id)
)


def _first_turn(state: str) -> sa.ScalarSelect[int]:
    return (
        sa.select(_deliveries.c.turn)
        .where(
            _brand,
            literally(_deliveries, f"state = '{state}'"),
            literally(_deliveries, conditions.OPEN_DELIVERY),
            _deliveries.c.channel == sa.bindparam("on_channel"),
            _deliveries.c.priority == sa.bindparam("of_class"),
        )
        .order_by(_deliveries.c.turn)
        .limit(1)
        .scalar_subquery()
    )


_being_served = sa.select(sa.func.coalesce(_first_turn("queued"), _first_turn("later"), 0))
_lift = with_rows(
    {"delivery": _deliveries.c.id.type, "to_class": sa.Integer(), "to_turn": sa.Integer()},
    lambda rows: (
        _deliveries.update()
        .where(_deliveries.c.id == rows.c.delivery)
        .values(priority=rows.c.to_class, turn=rows.c.to_turn)
    ),
)


def places(connection: Connection, brand_id: str, coming: Sequence[Coming]) -> list[Place]:
    """The places of deliveries about to be enqueued, in the order given.

    What waits before an urgent one in its lane gets a place of its class, whether it stands or comes with it.
    """
    lanes = _standing(connection, brand_id, coming)
    rounds = _Rounds(connection, brand_id)
    lifted: dict[int, Place] = {}
    placed: list[_Waiting] = []
    for one in coming:
        lane = lanes.setdefault(one.lane, [])
        first = rounds.being_served(one.channel, one.priority)
        for before in lane:
            if before.may_be_lifted and before.priority > one.priority:
                turn = _next_turn(lane, one.priority, first)
                before.priority, before.turn = one.priority, turn
                if before.row_id is not None:
                    lifted[before.row_id] = (one.priority, turn)
        placed.append(_Waiting(None, True, one.priority, _next_turn(lane, one.priority, first)))
        lane.append(placed[-1])
    if lifted:
        rows = [(row_id, *place) for row_id, place in lifted.items()]
        connection.execute(_lift.on(connection), {"given": packed(rows)})
    return [(one.priority, one.turn) for one in placed]


def _standing(connection: Connection, brand_id: str, coming: Sequence[Coming]) -> dict[str, list[_Waiting]]:
    names = sorted({one.lane for one in coming})
    lanes: dict[str, list[_Waiting]] = {}
    for lane, row_id, state, priority, turn in connection.execute(
        _in_lanes, {"brand": brand_id, "lanes": names}
    ):
        lanes.setdefault(lane, []).append(
            _Waiting(row_id, state != DeliveryState.SENDING.value, priority, turn)
        )
    return lanes


def _next_turn(lane: Sequence[_Waiting], priority: int, first: int) -> int:
    return max([first, *(one.turn + 1 for one in lane if one.priority == priority)])


class _Rounds:
    """The round being served of each channel and class, asked for once."""

    def __init__(self, connection: Connection, brand_id: str) -> None:
        self._connection, self._brand_id = connection, brand_id
        self._known: dict[tuple[Channel, int], int] = {}

    def being_served(self, channel: Channel, priority: int) -> int:
        if (channel, priority) not in self._known:
            values = {"brand": self._brand_id, "on_channel": channel.value, "of_class": priority}
            self._known[channel, priority] = int(self._connection.execute(_being_served, values).scalar_one())
        return self._known[channel, priority]
