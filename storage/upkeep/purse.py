"""One at a time at a brand's money and windows, on PostgreSQL.

The day's sum and the windows of the routes are rows that every call of every process changes, in whatever
order its work comes to them. Two that hold one each and want the other's would deadlock, and everybody else
would wait for the second that PostgreSQL takes to see it. So whoever is about to change any of them waits
here first. On SQLite there is one writer anyway.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_NAME = "purse of transaction"  # in a connection's `info`: whose transaction holds it
_hold = sa.select(
    sa.func.pg_advisory_xact_lock(
        sa.func.hashtextextended(sa.literal("tweetserve purse ") + sa.bindparam("brand"), 0)
    )
)


def hold(connection: Connection, brand_id: str) -> None:
    """Waits for the others, until this transaction ends. Costs a statement in each transaction, no more.

    Raises: as any statement that waits for a lock.
    """
    if connection.dialect.name == "sqlite":
        return
    transaction = connection.get_transaction()
    if connection.info.get(_NAME) is not transaction:
        connection.execute(_hold, {"brand": brand_id})
        connection.info[_NAME] = transaction
