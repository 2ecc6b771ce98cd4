"""How each life of a daemon ends: at a named point, or at a moment that chance names."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.crash_points import NO_STOP, CrashPoint
from tests.torture.schedule import Schedule
from tests.torture.stage.victim import Victim

_STARTING = 40.0  # a start takes no longer, or something is in its way that the next one may not meet
_STOPPING = 15.0
_MOST_PASSINGS = {"kill": 6, "stop": 3}
_FATAL_SIGNALS = {-signal.SIGKILL, -signal.SIGTERM}


@dataclass(slots=True)
class Tally:
    """What was done to the daemons."""

    kills: int = 0
    at_points: Counter[str] = field(default_factory=Counter)
    frozen: int = 0
    asked_to_end: int = 0
    starts: int = 0
    odd_ends: Counter[str] = field(default_factory=Counter)


class Points:
    """Which crash point is visited next: the one visited least, in an order that the seed names."""

    def __init__(self, chance: random.Random, points: Iterable[CrashPoint]) -> None:
        self._order = list(points)
        chance.shuffle(self._order)
        self._tried: Counter[CrashPoint] = Counter()
        self.hit: Counter[CrashPoint] = Counter()

    def next(self, *, to_freeze: bool) -> CrashPoint:
        """Fewest visits first; of those, fewest tries."""
        may = [point for point in self._order if not (to_freeze and point in NO_STOP)]
        point = min(may, key=lambda one: (self._tried[one] + 2 * self.hit[one], self._order.index(one)))
        self._tried[point] += 1
        return point


class Lives:
    """One slot: a daemon that dies and is started again until it may live in peace."""

    def __init__(
        self,
        victim: Victim,
        schedule: Schedule,
        chance: random.Random,
        points: Points,
        tally: Tally,
        folder: Path,
        tell: Callable[[str], None],
    ) -> None:
        """`tell` hears each death and what leads to it, for the time line."""
        self._victim, self._schedule, self._chance = victim, schedule, chance
        self._points, self._tally = points, tally
        self._tell = lambda what: tell(f"{victim.name} {what}")
        self._noted = folder / f"{victim.name}.noted"
        self._noted.touch()
        self._noted.chmod(0o666)
        self._read = 0
        self._how = ""
        self._ends_at = 0.0
        self._thaw_at: float | None = None
        self._armed = ""

    def tend(self) -> None:
        """One look: starts it, ends it, or lets it live on. To be called often."""
        victim, now = self._victim, time.monotonic()
        self._note_points()
        if not victim.is_running:
            self._after_end()
            self._begin()
            return
        if victim.is_frozen:
            self._thaw(now)
            return
        if victim.serving_at is None and now - victim.started_at < self._starting_limit():
            return
        since = victim.serving_at or victim.started_at
        if now - since >= self._ends_at:
            self._end(now)

    def live_in_peace(self) -> None:
        """From now on nothing is done to it; started again if it is dead or armed."""
        victim = self._victim
        if victim.is_running:
            victim.signal(signal.SIGCONT)
        if not victim.is_running or self._armed:
            self._note_points()
            victim.kill()
            self._note_points()
            self._after_end()
            self._start("")

    def keep_up(self) -> None:
        """Starts it again should it have ended by itself."""
        if not self._victim.is_running:
            self._after_end()
            self._start("")

    # -- inside

    def _begin(self) -> None:
        weights = self._schedule.weights
        (self._how,) = self._chance.choices(list(weights), list(weights.values()))
        self._ends_at = self._chance.uniform(*self._schedule.life)
        armed = ""
        if self._how == "point":
            kind = "stop" if self._chance.random() < 0.15 else "kill"
            point = self._points.next(to_freeze=kind == "stop")
            times = self._chance.choice([1, 1, self._chance.randint(1, _MOST_PASSINGS[kind])])
            armed = f"{point}:{times}:{kind}:{self._noted}"
            self._ends_at += self._schedule.life[1]
        self._start(armed)

    def _start(self, armed: str) -> None:
        self._armed, self._thaw_at = armed, None
        self._tally.starts += 1
        self._tell(f"starts, armed at {armed.split(':')[0]}" if armed else "starts")
        self._victim.start(armed or None)

    def _starting_limit(self) -> float:
        # An early death comes while it still starts; an armed one may die there of itself.
        return self._ends_at * 0.5 if self._how == "early" else _STARTING

    def _end(self, now: float) -> None:
        victim = self._victim
        if self._how == "freeze":
            victim.signal(signal.SIGSTOP)
            self._tally.frozen += 1
            self._tell("is frozen")
            self._thaw_at = now + self._freeze_seconds()
            self._how, self._ends_at = "kill", self._ends_at + 2.0 + self._schedule.lease
            return
        if self._how == "term":
            self._tally.asked_to_end += 1
            self._tell("is asked to end")
            victim.signal(signal.SIGTERM)
            if self._chance.random() < 0.3:
                victim.signal(signal.SIGTERM)
            self._how, self._ends_at = "stopping", self._ends_at + _STOPPING
            return
        if self._how == "stopping":
            self._tally.odd_ends["asked to end, and did not"] += 1
        victim.kill()
        self._tally.kills += 1
        self._tell("is killed")

    def _freeze_seconds(self) -> float:
        return self._schedule.lease + self._chance.uniform(0.2, 1.0)

    def _thaw(self, now: float) -> None:
        if self._thaw_at is None:  # it froze itself at a point
            self._tally.frozen += 1
            self._thaw_at = now + self._freeze_seconds()
            self._ends_at += 2.0 + self._schedule.lease
        if now >= self._thaw_at:
            self._thaw_at = None
            self._tell("goes on")
            self._victim.signal(signal.SIGCONT)

    def _after_end(self) -> None:
        code = self._victim.code
        if code is not None and code not in _FATAL_SIGNALS and code not in (0, 128 + signal.SIGTERM):
            self._tally.odd_ends[f"exit {code}"] += 1
            self._tell(f"ended by itself: exit {code}")

    def _note_points(self) -> None:
        """Reads which points were met since the last look."""
        lines = self._noted.read_text().splitlines()
        for line in lines[self._read :]:
            name, how, _ = line.split()
            self._points.hit[CrashPoint(name)] += 1
            self._tally.at_points[name] += 1
            self._tell(f"met {name}: {how}")
            if how == "kill":
                self._tally.kills += 1
        self._read = len(lines)
