"""Posts and messages of ours that the bot did not send: answers that a colleague gave in X's own app."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import insert_once
from storage.engine.rows import columns_for, ids_in
from storage.states import Channel
from storage.upkeep.upkeep_tables import OwnPost

_own = table_of(OwnPost)


@dataclass(frozen=True)
class OwnPostRow:
    """A colleague's post or message. `channel` is a word of Channel; `person_id` whom it was written to, if
    known. `text` is empty unless it may be an answer of the bot's own that this database has forgotten.
    """

    x_id: str
    channel: str
    posted_at: datetime
    reply_to_id: str | None = None
    person_id: str | None = None
    text: str = field(default="", repr=False)


_columns = columns_for(OwnPostRow, _own)
_brand = _own.c.brand_id == sa.bindparam("brand")
_store = insert_once(_own, "brand_id", "x_id", returning=[_own.c.x_id])
_under = sa.select(*_columns).where(_brand, ids_in(_own.c.reply_to_id)).order_by(_own.c.position)
_to = (
    sa.select(_own.c.position, *_columns)
    .where(_brand, _own.c.channel == Channel.PRIVATE.value, ids_in(_own.c.person_id))
    .order_by(_own.c.position)
)
_with_words = sa.select(*_columns).where(_brand, _own.c.text != "").order_by(_own.c.position)
_forget_words = _own.update().where(_brand, ids_in(_own.c.x_id)).values(text="")


def store(connection: Connection, brand_id: str, posts: Sequence[OwnPostRow]) -> list[str]:
    """Stores those not stored yet; their X ids. Only what is certainly not the bot's own may be given."""
    if not posts:
        return []
    rows = [
        {
            "brand_id": brand_id,
            "x_id": post.x_id,
            "position": int(post.x_id),
            "channel": post.channel,
            "reply_to_id": post.reply_to_id,
            "person_id": post.person_id,
            "posted_at": post.posted_at,
            "text": post.text,
        }
        for post in posts
    ]
    return list(connection.execute(_store.on(connection), rows).scalars())


def under(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, list[OwnPostRow]]:
    """A colleague's replies to these posts, oldest first."""
    found: dict[str, list[OwnPostRow]] = {}
    for row in connection.execute(_under, {"brand": brand_id, "ids": list(x_ids)}):
        post = OwnPostRow(*row)
        found.setdefault(post.reply_to_id or "", []).append(post)
    return found


def written_to(
    connection: Connection, brand_id: str, since: Mapping[str, int]
) -> dict[str, list[OwnPostRow]]:
    """A colleague's messages to these people (id → position) after that position, oldest first."""
    found: dict[str, list[OwnPostRow]] = {}
    for position, *values in connection.execute(_to, {"brand": brand_id, "ids": list(since)}):
        post = OwnPostRow(*values)
        if post.person_id is not None and position > since[post.person_id]:
            found.setdefault(post.person_id, []).append(post)
    return found


def with_words(connection: Connection, brand_id: str) -> list[OwnPostRow]:
    """Those whose words are kept, oldest first: they may be answers of the bot's own."""
    return [OwnPostRow(*row) for row in connection.execute(_with_words, {"brand": brand_id})]


def forget_words(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> None:
    """From now on these are a colleague's like any other."""
    if x_ids:
        connection.execute(_forget_words, {"brand": brand_id, "ids": list(x_ids)})
