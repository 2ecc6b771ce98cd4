"""The line of those who wait for a message, in the order in which calls are given out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.both_engines import PerEngine
from storage.engine.rows import checked_brand, columns_for, ids_in, literally
from storage.scarcity.turns import ORDER
from storage.states import Channel
from storage.tables import Delivery

_deliveries = table_of(Delivery)
_WAITS = "state IN ('queued', 'later')"


@dataclass(frozen=True)
class InLine:
    """A private delivery that waits for its call. `unknown_fate`: an earlier attempt may have reached X."""

    id: int
    mention_id: int | None
    person_id: str
    purpose: str
    command: str
    priority: int
    asked_at: datetime
    despite_stop: bool
    unknown_fate: bool
    created_at: datetime


_line = (
    sa.select(*columns_for(InLine, _deliveries))
    .where(
        _deliveries.c.brand_id == sa.bindparam("brand"),
        literally(_deliveries, _WAITS),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        literally(_deliveries, f"channel = '{Channel.PRIVATE.value}'"),
    )
    .order_by(*ORDER)
)
_rows_still = sa.select(_deliveries.c.id).where(
    checked_brand(_deliveries), ids_in(_deliveries.c.id), literally(_deliveries, _WAITS)
)
_still = PerEngine(_rows_still, _rows_still.with_for_update())


def line(connection: Connection, brand_id: str) -> list[InLine]:
    """Everybody who waits for a message, the next one first."""
    return [InLine(*row) for row in connection.execute(_line, {"brand": brand_id})]


def still_waiting(connection: Connection, brand_id: str, ids: Sequence[int]) -> set[int]:
    """Those of these deliveries that nobody has claimed, and that nobody claims before this transaction
    ends.
    """
    return set(connection.execute(_still.on(connection), {"brand": brand_id, "ids": list(ids)}).scalars())
