"""Looks every half a minute for what should be noticed; raises and ends the alarms about it, and tells of
their ends.

A cause must be there at two looks in a row before it rings. Where another alarm names the nearer reason, this
one is left as it is.
"""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell, AlarmCode
from bot.clock import SystemClock
from bot.flow.outgoing.send_alarms import SendAlarm
from bot.jobs.watch import all_clear, looking
from bot.jobs.watch.looking import Facts, Thresholds
from bot.jobs.watch.queue_trend import QueueTrend
from bot.jobs.watch.sighting import Sight, named
from bot.jobs.watch.watch_alarms import WatchAlarm
from bot.x.x_alarms import XAlarm
from commands.hours import Calendar
from storage.database import Database, StorageTrouble
from storage.upkeep import alarms, notices

log = structlog.get_logger()

EVERY = timedelta(seconds=30)
LOOKS_TO_BE_SURE = 2
_X_IS_AWAY: frozenset[str] = frozenset(
    {
        XAlarm.DOWN,
        XAlarm.UNAUTHORIZED,
        XAlarm.CREDITS,
        XAlarm.MONTHLY_CAP,
        XAlarm.SET_UP,
        XAlarm.PROXY_PAGE,
        XAlarm.REDIRECTED,
        XAlarm.READ_BUDGET,
    }
)
# Alarms that name the reason: while one of them stands, its consequence does not ring as well.
NEARER: Mapping[AlarmCode, frozenset[str]] = {
    WatchAlarm.POLL_STALE: _X_IS_AWAY,
    WatchAlarm.UNSURE_LONG: frozenset({SendAlarm.CANNOT_LOOK}),
    WatchAlarm.CREDIT_LOW: frozenset({XAlarm.CREDITS}),
}


class Watchdogs:
    """One brand's watchdogs."""

    def __init__(
        self,
        database: Database,
        bell: AlarmBell,
        clock: SystemClock,
        calendar: Calendar,
        limits: Thresholds,
        *,
        brand_id: str,
        queue_grows_for: timedelta = timedelta(minutes=15),
        calm: timedelta = timedelta(minutes=5),
        left_out: str = "",
    ) -> None:
        """`calm`: an alarm is over for so long before people are told. `left_out`: a person whose questions
        are not counted."""
        self._database = database
        self._bell = bell
        self._clock = clock
        self._calendar = calendar
        self._limits = limits
        self._brand_id = brand_id
        self._calm = calm
        self._left_out = left_out
        self._trend = QueueTrend(queue_grows_for.total_seconds())
        self._begun_at = clock.now()
        self._seen: dict[str, int] = {}  # at how many looks in a row

    def run(self) -> None:
        """One look. Never raises for the database: the next look sees what this one could not."""
        try:
            self._look()
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="watch")

    def _look(self) -> None:
        now = self._clock.now()
        facts, over = self._database.read(
            lambda c: (
                looking.look(c, self._brand_id, self._limits, now, self._left_out),
                all_clear.waits(c, self._brand_id, now, self._calm),
            )
        )
        self._bell.note_standing(facts.standing)
        self._trend.add(self._clock.monotonic(), facts.queue)
        log.debug(
            "watched", queue=facts.queue, overdue=facts.overdue.count, unsure=facts.unsure.count,
            promises=len(facts.promises), untaken=len(facts.untaken), standing=sorted(facts.standing),
        )  # fmt: skip
        seen = [self._sure(sight) for sight in self._sights(facts)]
        telling = [sight for sight in seen if sight.certain and self._says_something(sight, facts)]
        if telling or over:
            self._database.write(lambda c: self._tell(c, telling, facts))

    def _sights(self, facts: Facts) -> list[Sight]:
        limits = self._limits
        return [
            looking.mention_overdue(facts),
            looking.ticket_due(facts, limits),
            looking.ticket_missed(facts),
            looking.handover_waits(facts, limits, self._calendar),
            looking.poll_stale(facts, limits, self._begun_at),
            looking.queue_grows(self._trend, facts.queue),
            looking.unsure_long(facts),
            looking.credit_low(facts, limits),
            looking.clock_apart(self._clock.offset, limits),
            looking.backup_old(facts, limits),
        ]

    def _sure(self, sight: Sight) -> Sight:
        """The sight, uncertain while it was not seen often enough in a row."""
        times = self._seen.get(sight.alarm, 0) + 1 if sight.holds else 0
        self._seen[sight.alarm] = times
        if sight.holds and times < LOOKS_TO_BE_SURE:
            return Sight(sight.alarm, holds=True, certain=False)
        return sight

    def _says_something(self, sight: Sight, facts: Facts) -> bool:
        """Whether there is anything to raise, to add to or to end."""
        if not sight.holds:
            return sight.alarm in facts.standing
        return not (facts.standing & NEARER.get(sight.alarm, frozenset()))

    def _tell(self, connection: Connection, sights: list[Sight], facts: Facts) -> None:
        for sight in sights:
            keys = [thing.key for thing in sight.things]
            if not sight.holds:
                self._bell.end(connection, sight.alarm, facts.now)
                alarms.stand_for(connection, self._brand_id, sight.alarm, keys, facts.now)
                continue
            told = self._bell.ring(connection, sight.alarm, sight.detail, facts.now)
            new = alarms.stand_for(connection, self._brand_id, sight.alarm, keys, facts.now)
            if new and not told:
                self._tell_more(connection, sight, new, facts)
        all_clear.give(connection, self._brand_id, facts.now, self._calm)

    def _tell_more(self, connection: Connection, sight: Sight, new: list[str], facts: Facts) -> None:
        """The alarm stands already; people are told of what it stands for besides since now."""
        said = sight.alarm.sentences
        text = "\n".join(
            (*said.lines(), named([t for t in sight.things if t.key in new]), f"[{sight.alarm}]")
        )
        about = f"{sight.alarm}:{new[-1]}:{facts.now:%Y%m%dT%H%M%S}"
        notices.ring(connection, self._brand_id, about, said.what, text, facts.now)
        log.warning("alarm grows", code=sight.alarm.value, more=new)


def silence_by_feed(
    silence: timedelta, *, mentions_poll: timedelta, messages_poll: timedelta
) -> dict[str, timedelta]:
    """From when on a feed's last complete look is too old: never before a few looks could have been made."""
    return {"mentions": max(silence, 5 * mentions_poll), "messages": max(silence, 3 * messages_poll)}
