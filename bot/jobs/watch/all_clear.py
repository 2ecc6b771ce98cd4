"""Tells people that an alarm is over, once, when it has been over for a while.

An alarm that comes back sooner goes on as the same one, so that what comes and goes rings twice in all and
not at each change.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import alarm_of
from bot.errors import Sentences
from bot.jobs.watch.sighting import at_utc, lasting
from storage.upkeep import alarms, notices
from storage.upkeep.alarms import AlarmRow

log = structlog.get_logger()


def waits(connection: Connection, brand_id: str, now: datetime, calm: timedelta) -> bool:
    """Whether there is an alarm to be told of that has been over for so long."""
    return bool(alarms.over_since(connection, brand_id, now - calm))


def give(connection: Connection, brand_id: str, now: datetime, calm: timedelta) -> None:
    """Rings people once for each alarm that has been over for so long."""
    for row in alarms.over_since(connection, brand_id, now - calm):
        if not alarms.clear(connection, brand_id, row.id, now):
            continue
        title, text = all_clear(row)
        notices.ring(connection, brand_id, f"alarm-over:{row.id}", title, text, now)
        log.info("all clear", code=row.code)


def all_clear(row: AlarmRow) -> tuple[str, str]:
    """The notice's title and text: what is over and how long it lasted, in four parts and with the code."""
    known = alarm_of(row.code)
    what = known.sentences.what if known else f"The alarm {row.code}."
    until = row.until_at or row.since_at
    said = Sentences(
        f"Over since {at_utc(until)}, after {lasting(until - row.since_at)}: {what}",
        "Nobody is affected by it any more.",
        "The bot goes on as usual.",
        "There is nothing you need to do.",
    )
    return f"Over: {what}", "\n".join((*said.lines(), f"[{row.code}]"))
