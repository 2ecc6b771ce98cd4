"""Learns who the accounts of the pilot are, at the start and until X has told all of them.

ONLY_ACCOUNTS names them, while X's mentions carry their authors' ids alone. Nobody else is ever looked up for
this: a name costs as much as ten mentions.
"""

from collections.abc import Sequence

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.x.client import USERNAME, XClient
from bot.x.feeds.booked_reads import BookedReads
from bot.x.price_list import Item
from bot.x.wire import XUser
from storage import people
from storage.database import Database

log = structlog.get_logger()


def learn_pilot(
    usernames: Sequence[str],
    *,
    database: Database,
    reads: BookedReads,
    client: XClient,
    clock: Clock,
    brand_id: str,
) -> list[str]:
    """Looks up those not known yet, each once for all time; the names that X could not or would not tell.

    Raises: StorageTrouble.
    """

    def keep(connection: Connection, user: XUser) -> None:
        people.see(connection, brand_id, [user.id], clock.now())
        people.name(connection, brand_id, {user.id: user.username})

    unknown = []
    for username in (name.removeprefix("@") for name in usernames):
        if database.read(lambda c, name=username: people.by_username(c, brand_id, name)) is not None:  # type: ignore[misc]  # a default binds the loop's value
            continue
        reading = reads.read(
            USERNAME,
            Item.USER_READ,
            lambda _, name=username: client.user_by_username(name),  # type: ignore[misc]  # likewise
            keep,
            ids=lambda user: [user.id],
        )
        if reading.data is None:
            unknown.append(username)
            log.warning("pilot account not found", username=username, outcome=repr(reading.outcome))
    return unknown
