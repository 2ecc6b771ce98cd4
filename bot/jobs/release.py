"""Gives customers back to the bot in whose hand-over nobody has written for a day.

Where no colleague has written at all, the customer still waits for a person: a ticket keeps them listed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from storage import journal, mentions
from storage.database import Database, StorageTrouble
from storage.promises import handovers, tickets
from storage.upkeep import notices
from storage.watching import sights
from storage.watching.sights import Untaken

log = structlog.get_logger()

EVERY = timedelta(minutes=1)
QUIET_FOR = timedelta(hours=24)  # since the last message of the customer or of a colleague
_OWN_POSTS_FRESH_FOR = timedelta(minutes=1)

NOBODY_CAME = "handover"  # the command of a ticket for a hand-over that nobody took
# A reference that no ticket has, and by when a person looks at it; None: nobody is ever there.
Promise = Callable[[datetime], tuple[str, datetime | None]]
# Whether everything we have written ourselves between two instants is known; False: X cannot be read now.
OwnPostsRead = Callable[[datetime, datetime], bool]


class Release:
    """One brand's look for hand-overs that have fallen quiet."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        brand_id: str,
        promise: Promise,
        own_posts_read: OwnPostsRead | None = None,
    ) -> None:
        """`own_posts_read`: a colleague may have replied in X's own app, which keeps a hand-over open."""
        self._promise = promise
        self._database = database
        self._clock = clock
        self._brand_id = brand_id
        self._own_posts_read = own_posts_read

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        try:
            released = self._release(self._clock.now())
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="release")
            return
        if released:
            log.info("handovers released", handovers=released, after="a day without a message")

    def _release(self, now: datetime) -> list[int]:
        quiet_since = now - QUIET_FOR
        oldest = self._database.read(
            lambda c: handovers.quiet_longest(c, self._brand_id, quiet_since=quiet_since)
        )
        if oldest is None:
            return []
        if self._own_posts_read is not None and not self._own_posts_read(oldest, now - _OWN_POSTS_FRESH_FOR):
            log.info("handovers kept", why="our own posts cannot be read now")
            return []
        untaken = self._database.read(lambda c: sights.untaken(c, self._brand_id, quiet_since))
        promised = [(row, *self._promise(now)) for row in untaken]

        def work(connection: Connection) -> list[int]:
            released = handovers.release_quiet(connection, self._brand_id, quiet_since=quiet_since, now=now)
            for row, reference, due_at in promised:
                if row.id in released:
                    self._keep_listed(connection, row, reference, due_at, now)
            return released

        return self._database.write(work)

    def _keep_listed(
        self, connection: Connection, row: Untaken, reference: str, due_at: datetime | None, now: datetime
    ) -> None:
        """A ticket for somebody whom nobody has answered, unless one of an earlier time is open."""
        brand_id, person_id = self._brand_id, row.person_id
        live = tickets.live_of(connection, brand_id, [person_id]).get(person_id, [])
        if any(ticket.command == NOBODY_CAME for ticket in live):
            return
        new = tickets.NewTicket(reference, NOBODY_CAME, person_id, due_at, urgent=True)
        ticket_id = tickets.open_(connection, brand_id, new, now)
        last = mentions.newest_of(connection, brand_id, person_id)
        if last is not None:
            tickets.add(connection, brand_id, ticket_id, last.id, now)
        title = f"Ticket {reference}: a hand-over that nobody took"
        text = f"They have waited for a person since {row.opened_at:%d %b %H:%M} UTC."
        notices.ring(connection, brand_id, f"ticket:{ticket_id}", title, text, now)
        entry = journal.Entry(
            "ticket opened", last.id if last else None, f"ticket:{reference}", {"handover": row.id}
        )
        journal.write(connection, brand_id, [entry], now)
