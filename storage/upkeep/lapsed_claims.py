"""What becomes of mentions whose claims have lapsed: whoever held them has ended without giving them back.

Of all that a process held when it ended, at most one made it end. So all of them become suspect and are
handled alone from then on: who is brought to its end by one handled alone knows which it was.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine import conditions
from storage.engine.rows import literally
from storage.inbox import CLAIMED_COLUMNS, END_OF_TIME_MS, ClaimedMention, suspect_waits, with_bodies
from storage.states import MentionState
from storage.tables import Mention

_mentions = table_of(Mention)

_lapsed = sa.and_(
    _mentions.c.brand_id == sa.bindparam("brand"),
    literally(_mentions, conditions.HANDLING),
    _mentions.c.lease_until_ms < sa.bindparam("now_ms"),
)
# A process that still lives was only held up: what it holds has ended nobody.
_lives = _mentions.c.lease_owner == sa.bindparam("who")
_doomed = sa.and_(_mentions.c.suspect, _mentions.c.tries >= sa.bindparam("max_tries"), ~_lives)
_spared = sa.bindparam("max_tries", type_=sa.Integer) - 1
_free = (
    _mentions.update()
    .where(_lapsed, ~_doomed)
    .values(
        state=MentionState.WAITING.value,
        fence=_mentions.c.fence + 1,
        due_ms=0,
        lease_owner="",
        suspect=sa.or_(_mentions.c.suspect, ~_lives),
        tries=sa.case(
            (_lives, _mentions.c.tries - 1),
            # Handled among others it may be innocent, however often it has failed: once it is tried alone.
            (_mentions.c.tries > _spared, _spared),
            else_=_mentions.c.tries,
        ),
    )
    .returning(_mentions.c.id)
)
_find_doomed = sa.select(*CLAIMED_COLUMNS).where(_lapsed, _doomed)


@dataclass(frozen=True)
class Swept:
    """What a sweep found: ids back in the queue; those that ended their processes too often, still claimed;
    and whether a suspect waits to be handled alone.
    """

    freed: list[int]
    doomed: list[ClaimedMention]
    suspect_waits: bool


def sweep(
    connection: Connection, brand_id: str, owner: str, now_ms: int, max_tries: int, *, everyone: bool = False
) -> Swept:
    """Frees the mentions whose leases have lapsed, as suspects. `owner` is the process that asks.

    One that was tried `max_tries` times, at last alone, stays claimed until it is parked.

    `everyone`: all that are claimed, whatever their leases: for the start of the only process on this
    database.
    """
    until_ms = END_OF_TIME_MS if everyone else now_ms
    values = {"brand": brand_id, "who": owner, "now_ms": until_ms, "max_tries": max_tries}
    doomed = with_bodies(connection, connection.execute(_find_doomed, values).all())
    freed = connection.execute(_free, values).scalars().all()
    return Swept(sorted(freed), doomed, suspect_waits(connection, brand_id, now_ms))
