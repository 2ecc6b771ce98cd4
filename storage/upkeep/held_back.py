"""Mentions of a read that is not complete yet: stored, and not handled before the older ones beside them.

X's lists run from new to old. Handled page by page, somebody's second request would be answered before their
first, which stands on the next page; and a *start* would be taken back by the *stop* before it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import checked_brand, ids_in, literally
from storage.inbox import HELD_BACK_MS
from storage.states import MentionKind
from storage.tables import Mention

_mentions = table_of(Mention)
_waiting = literally(_mentions, conditions.WAITING)
_hold = (
    _mentions.update()
    .where(checked_brand(_mentions), ids_in(_mentions.c.x_id), _waiting)
    .values(due_ms=HELD_BACK_MS)
)
_release = (
    _mentions.update()
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        _mentions.c.kind == sa.bindparam("of_kind"),
        _waiting,
        _mentions.c.due_ms == HELD_BACK_MS,
    )
    .values(due_ms=0)
)


def hold(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> None:
    """Keeps these from being handled until `release`."""
    if x_ids:
        connection.execute(_hold, {"brand": brand_id, "ids": list(x_ids)})


def release(connection: Connection, brand_id: str, kind: MentionKind) -> None:
    """A read of this kind is complete: whatever any read of it held back may be handled, in X's order."""
    connection.execute(_release, {"brand": brand_id, "of_kind": kind.value})
