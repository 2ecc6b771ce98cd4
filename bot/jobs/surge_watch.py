"""Rings when a command or a known trouble is suddenly asked for or reported far more often than usual.

It proposes an incident and opens none: whether one thing is behind it, a person must say.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import Connection

from bot.alarm_bell import AlarmBell, AlarmCode
from bot.clock import Clock
from bot.flow.decide.incident_answers import can_answer
from commands.lexicon.known_troubles import KnownTroubles
from commands.registry import Loaded, Registry
from commands.wording.sentences import Sentences
from storage.database import Database, StorageTrouble
from storage.incidents import incidents, request_counts
from storage.incidents.incidents import IncidentRow
from storage.upkeep import alarms, notices

log = structlog.get_logger()

EVERY = timedelta(seconds=15)
WINDOW = timedelta(minutes=15)
LEAST = 10  # in a window
TIMES_USUAL = 3
# Over when it has fallen to half of what raised it: a figure that wavers must not ring each time.
OVER_AT = 0.5
LOOKED_BACK = timedelta(weeks=4)
KEPT_FOR = timedelta(weeks=5)
PROPOSED_FOR = timedelta(hours=4)
# Where the command itself cannot answer with an incident, as #agent: what people ask who miss something.
USUALLY_ASKED = "broken"


class SurgeAlarm(AlarmCode):
    """The alarm of a sudden rise, with its sentences."""

    SURGE = (
        "request-surge",
        "Suddenly far more people than usual ask for the same thing, or report the same trouble.",
        "The people counted below are answered one by one, as on every other day.",
        "The bot goes on as usual and opens no incident by itself.",
        "Read what they write; if one thing is behind it, type the command below in your own words.",
    )


@dataclass(frozen=True, slots=True)
class Rise:
    """Something that is asked far more often than usual. `usual` is what the hour usually brings in a window;
    None: there are no four weeks to compare with yet.
    """

    what: str
    count: int
    usual: float | None
    since: datetime


class SurgeWatch:
    """One brand's look at how often things are asked."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        bell: AlarmBell,
        registry: Registry,
        troubles: KnownTroubles,
        say: Sentences,
        *,
        brand_id: str,
        zone: ZoneInfo,
        lang: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell
        self._registry = registry
        self._troubles = troubles
        self._say = say
        self._brand_id = brand_id
        self._zone = zone
        self._lang = lang
        self._usual: dict[tuple[str, datetime], float] = {}  # of this hour: looked up once
        self._forgot_at: datetime | None = None

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        now = self._clock.now()
        try:
            rises, standing = self._database.read(lambda c: self._look(c, now))
            if rises or standing:
                self._database.write(lambda c: self._tell(c, rises, now))
            self._forget(now)
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="surges")

    def _look(self, connection: Connection, now: datetime) -> tuple[list[Rise], bool]:
        """What has risen, and whether the alarm stands."""
        standing = {row.code for row in alarms.standing(connection, self._brand_id)}
        self._bell.note_standing(standing)
        stands = SurgeAlarm.SURGE.value in standing
        rung = alarms.subjects(connection, self._brand_id, SurgeAlarm.SURGE) if stands else []
        asked = request_counts.lately(connection, self._brand_id, now - WINDOW)
        known = incidents.current(connection, self._brand_id, now - WINDOW)
        found = (
            self._rise(connection, what, minutes, known, now, standing=what in rung)
            for what, minutes in sorted(asked.items())
        )
        return [rise for rise in found if rise is not None], stands

    def _rise(
        self,
        connection: Connection,
        what: str,
        minutes: Mapping[datetime, int],
        known: Sequence[IncidentRow],
        now: datetime,
        *,
        standing: bool,
    ) -> Rise | None:
        since = self._unexplained_since(what, known, now)
        if since is None or not self._can_be_proposed(what):
            return None
        counted = {minute: count for minute, count in minutes.items() if minute > since}
        count, share = sum(counted.values()), OVER_AT if standing else 1.0
        if count < LEAST * share:
            return None
        usual = self._usually(connection, what, now)
        if usual is not None and count < TIMES_USUAL * usual * share:
            return None
        return Rise(what, count, usual, min(counted))

    def _unexplained_since(self, what: str, known: Sequence[IncidentRow], now: datetime) -> datetime | None:
        """From when on requests count, since an incident explains the others; None: it is open."""
        commands = set(self._commands_of(what))
        since = now - WINDOW
        for row in known:
            if commands & row.command_ids:
                over_at = row.over_at(now)
                if over_at is None:
                    return None
                since = max(since, over_at)
        return since

    def _usually(self, connection: Connection, what: str, now: datetime) -> float | None:
        """What this hour of the day brought in a window, by the median of the last four weeks."""
        first = request_counts.counted_since(connection, self._brand_id)
        if first is None or now - first < LOOKED_BACK:
            return None
        hour = now.astimezone(self._zone).replace(minute=0, second=0, microsecond=0)
        if (what, hour) not in self._usual:
            self._usual = {key: usual for key, usual in self._usual.items() if key[1] == hour}
            # Whole days, up to yesterday: today's rise must not count as usual.
            start = (hour - LOOKED_BACK).replace(hour=0)
            of_day: dict[int, int] = {}
            for minute, count in request_counts.of_one(connection, self._brand_id, what, start).items():
                local = minute.astimezone(self._zone)
                days_ago = (hour.date() - local.date()).days
                if local.hour == hour.hour and 1 <= days_ago <= LOOKED_BACK.days:
                    of_day[days_ago] = of_day.get(days_ago, 0) + count
            hours = [of_day.get(days_ago, 0) for days_ago in range(1, LOOKED_BACK.days + 1)]
            self._usual[what, hour] = median(hours) * (WINDOW / timedelta(hours=1))
        return self._usual[what, hour]

    def _can_be_proposed(self, what: str) -> bool:
        """Whether an incident could be the answer: not to #stop, nor to #tellme, which one brings with it."""
        if not what.startswith("#"):
            return True
        command = self._loaded.commands.get(what.removeprefix("#"))
        if command is None:
            return False
        rules = command.rules
        return not (rules.while_handed_over or rules.only_alone or rules.by_message)

    def _commands_of(self, what: str) -> tuple[str, ...]:
        """The ids of the commands that an incident of it would take."""
        names = self._troubles.commands.get(what, ()) or (what.removeprefix("#"),)
        loaded = self._loaded
        ids = [loaded.names.get(name.casefold(), name) for name in names]
        fit = tuple(one for one in ids if one in loaded.commands and can_answer(loaded.commands[one].rules))
        return fit or tuple(one for one in (USUALLY_ASKED,) if one in loaded.commands)

    @property
    def _loaded(self) -> Loaded:
        return self._registry.current

    # -- telling

    def _tell(self, connection: Connection, rises: Sequence[Rise], now: datetime) -> None:
        what = [rise.what for rise in rises]
        if not rises:
            self._bell.end(connection, SurgeAlarm.SURGE, now)
            alarms.stand_for(connection, self._brand_id, SurgeAlarm.SURGE, what, now)
            return
        told = self._bell.ring(connection, SurgeAlarm.SURGE, self._detail(rises, now), now)
        new = alarms.stand_for(connection, self._brand_id, SurgeAlarm.SURGE, what, now)
        if new and not told:
            self._tell_more(connection, [rise for rise in rises if rise.what in new], now)

    def _tell_more(self, connection: Connection, fresh: Sequence[Rise], now: datetime) -> None:
        """The alarm stands already; people are told of what has risen besides."""
        said, detail = SurgeAlarm.SURGE.sentences, self._detail(fresh, now)
        text = "\n".join((*said.lines(), detail, f"[{SurgeAlarm.SURGE}]"))
        about = f"surge:{' '.join(rise.what for rise in fresh)}:{now.isoformat(timespec='seconds')}"
        notices.ring(connection, self._brand_id, about, said.what, text, now)
        log.warning("alarm goes on", code=SurgeAlarm.SURGE.value, detail=detail)

    def _detail(self, rises: Sequence[Rise], now: datetime) -> str:
        """What has risen, a line each, and the command that opens an incident of it."""
        lines = [_line(rise) for rise in rises]
        commands = dict.fromkeys(name for rise in rises for name in self._commands_of(rise.what))
        if not commands:
            return "\n".join(lines)
        text = self._say.surge(self._lang, min(rise.since for rise in rises)).text
        until = (now + PROPOSED_FOR).astimezone(self._zone).replace(minute=0)
        typed = ["tweetserve", "act", "incident", "open", "--text", text]
        typed += ["--commands", ",".join(commands), "--until", f"{until:%H:%M}"]
        return "\n".join((*lines, shlex.join(typed)))

    def _forget(self, now: datetime) -> None:
        """Once a day: what no median looks at any more."""
        if self._forgot_at is None or now - self._forgot_at > timedelta(days=1):
            self._forgot_at = now
            self._database.write(lambda c: request_counts.forget(c, self._brand_id, now - KEPT_FOR))


def _line(rise: Rise) -> str:
    usual = "there are no four weeks to compare with yet"
    if rise.usual is not None:
        usual = f"usually {rise.usual:.2g}"
    return f"{rise.what}: {rise.count} within {WINDOW // timedelta(minutes=1)} minutes, {usual}"
