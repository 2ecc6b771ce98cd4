"""What a scrape and a readiness check look up: queue lengths, money, calls left, the last look at X.

Everything is read from the database when somebody asks. Only its own trouble is kept here: a database that
takes no writes can mostly still be read.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.metrics import Reading
from bot.x.client import CREATE_POST, MENTIONS, MESSAGES, SEND_MESSAGE
from storage import stories
from storage.database import Database, StorageTrouble
from storage.incidents import followers, incidents
from storage.states import DeliveryState
from storage.upkeep import alarms, cursors, ledger, windows
from storage.watching import probes

_FEEDS = ("mentions", "messages")
_ROUTES = (MENTIONS, MESSAGES, CREATE_POST, SEND_MESSAGE)
_MICRO = 1_000_000

# Trouble counts for so long after its last sign: a locked database is waited for 10 s, and tried again 3 s
# after that.
TROUBLE_LASTS = timedelta(seconds=15)
LAST_PROBES = 10  # among which the last answered one is looked for
LOOKED_LATELY = timedelta(minutes=5)  # X unheard for longer: new requests are not being seen


class Readings:
    """One brand's gauges."""

    def __init__(self, database: Database, clock: Clock, brand_id: str) -> None:
        self._database = database
        self._clock = clock
        self._brand_id = brand_id
        self._trouble: tuple[StorageTrouble, float] | None = None  # the newest, and when: monotonic seconds

    def note_trouble(self, trouble: StorageTrouble) -> None:
        """A part of the daemon could not do its work on the database just now. From any thread."""
        self._trouble = (trouble, self._clock.monotonic())

    def gauges(self) -> Iterable[Reading]:
        """All gauges. While the database cannot be read there is one alone, which says so."""
        try:
            return [Reading("database_up", "1 while the database can be read", 1.0), *self._all()]
        except StorageTrouble:
            return [Reading("database_up", "1 while the database can be read", 0.0)]

    def why_not_ready(self) -> str | None:
        """Why no new request would be answered now, in a sentence; None when all is well."""
        now = self._clock.now()
        if self._trouble is not None:
            trouble, at = self._trouble
            if self._clock.monotonic() - at < TROUBLE_LASTS.total_seconds():
                return _told(trouble)
        try:
            looked = self._last_look("mentions")
        except StorageTrouble as trouble:
            return _told(trouble)
        if looked is None:
            return "X has not been looked at yet"
        if now - looked > LOOKED_LATELY:
            return f"X was last heard {int((now - looked).total_seconds())} seconds ago"
        return None

    def _all(self) -> list[Reading]:
        parts: tuple[Callable[[], Iterable[Reading]], ...] = (
            self._queues,
            self._money,
            self._calls_left,
            self._looks,
            self._alarms,
            self._probe,
            self._incidents,
        )
        return [reading for part in parts for reading in part()]

    def _queues(self) -> Iterable[Reading]:
        counted = self._database.read(lambda c: stories.count_states(c, self._brand_id))
        for table, states in counted.items():
            for state, count in states.items():
                yield Reading(f"open_{table}", f"Open {table} by state", float(count), (("state", state),))
        unsure = counted.get("deliveries", {}).get(DeliveryState.UNSURE.value, 0)
        yield Reading("unsure", "Deliveries of unknown fate", float(unsure))

    def _money(self) -> Iterable[Reading]:
        today = self._clock.now().astimezone(UTC).date()
        spent = self._database.read(lambda c: ledger.day_sum(c, self._brand_id, today))
        yield Reading("reserved_usd", "Reserved today and not settled yet", spent.reserved_micro / _MICRO)
        yield Reading("spent_usd", "Settled today", spent.settled_micro / _MICRO)

    def _calls_left(self) -> Iterable[Reading]:
        rows = self._database.read(lambda c: windows.find(c, self._brand_id, _ROUTES))
        now = self._clock.now()
        for route, row in rows.items():
            left = row.calls_now(now)
            if left is not None:
                yield Reading("calls_left", "Calls left in X's window", float(left), (("route", route),))

    def _looks(self) -> Iterable[Reading]:
        for feed in _FEEDS:
            at = self._last_look(feed)
            if at is not None:
                gloss = "Seconds since the epoch of the last complete look at X"
                yield Reading("last_poll_seconds", gloss, at.timestamp(), (("feed", feed),))

    def _last_look(self, feed: str) -> datetime | None:
        return self._database.read(lambda c: cursors.find(c, self._brand_id, feed).read_at)

    def _probe(self) -> Iterable[Reading]:
        last = self._database.read(lambda c: probes.newest(c, self._brand_id, LAST_PROBES))
        seconds = next((row.seconds for row in last if row.seconds is not None), None)
        if seconds is not None:
            yield Reading("probe_seconds", "Seconds from the last answered probe to its answer", seconds)

    def _incidents(self) -> Iterable[Reading]:
        now = self._clock.now()
        known = self._database.read(lambda c: incidents.current(c, self._brand_id, now))
        waiting = self._database.read(lambda c: followers.waiting(c, self._brand_id))
        open_ones = sum(row.over_at(now) is None for row in known)
        yield Reading("open_incidents", "Known problems that are open", float(open_ones))
        yield Reading("incident_followers", "People who wait to hear of an end", float(waiting))

    def _alarms(self) -> Iterable[Reading]:
        for alarm in self._database.read(lambda c: alarms.standing(c, self._brand_id)):
            yield Reading("alarm", "1 while the alarm stands", 1.0, (("code", alarm.code),))


def _told(trouble: StorageTrouble) -> str:
    return f"the database is {trouble.kind.value.replace('_', '-')}"
