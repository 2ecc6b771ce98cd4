"""What a colleague can do when X does not show what was answered since a backup."""

from sqlalchemy.engine import Connection

from bot.desk.acts import Act, Desk, note
from bot.errors import OperatorError
from bot.flow.restored.lost_time import end
from storage.upkeep import lost_times


def end_lost_time(desk: Desk, *, by: str) -> Act:
    """Lets everything go that waits until X has shown what was answered. Raises: OperatorError."""

    def work(connection: Connection) -> Act:
        row = lost_times.unclosed(connection, desk.brand_id)
        if row is None:
            raise OperatorError(
                "no-lost-time",
                "Nothing waits for what X shows.",
                "Nobody is affected.",
                "Nothing was done.",
                "See what waits with: tweetserve show state",
            )
        end(connection, desk.brand_id, row, desk.house.brand.ticket_prefix, by, desk.now())
        note(desk, connection, "lost time ended", "sending", by=by, since=row.since_at.isoformat())
        return Act("What waited is answered now, unless an answer is known.", "lost-time")

    return desk.write(work)
