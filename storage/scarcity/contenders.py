"""What contends for the calls of a channel: what is being sent, and what is more urgent than the rest."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import ids_in, literally
from storage.states import Channel
from storage.tables import Delivery

_deliveries = table_of(Delivery)


def _how_many(state: str, *conditioned: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count()).where(
        _deliveries.c.brand_id == sa.bindparam("brand"),
        literally(_deliveries, f"state = '{state}'"),
        literally(_deliveries, conditions.OPEN_DELIVERY),
        _deliveries.c.channel == sa.bindparam("on_channel"),
        *conditioned,
    )


_under_way = _how_many("sending", ~ids_in(_deliveries.c.id))
_more_urgent = _how_many("queued", _deliveries.c.priority < sa.bindparam("than_class"))


def under_way(connection: Connection, brand_id: str, channel: Channel, besides: Sequence[int]) -> int:
    """How many deliveries of a channel are being sent, in any process, not counting `besides`."""
    values = {"brand": brand_id, "on_channel": channel.value, "ids": list(besides)}
    return int(connection.execute(_under_way, values).scalar_one())


def more_urgent(connection: Connection, brand_id: str, channel: Channel, than: int) -> int:
    """How many deliveries of a channel are queued in classes before this one."""
    values = {"brand": brand_id, "on_channel": channel.value, "than_class": than}
    return int(connection.execute(_more_urgent, values).scalar_one())
