"""One run: people ask, daemons die, X and the database misbehave, all from one seed; then the judge looks."""

import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from bot.crash_points import CrashPoint, points_of
from tests.torture.askers import Askers, private_values
from tests.torture.attacks import Attack, Attacker, DatabaseUnderAttack, NotRun
from tests.torture.evidence import Due, Evidence, Finding, Verdict
from tests.torture.judge import HOLDING, judge
from tests.torture.lives import Lives, Points, Tally
from tests.torture.schedule import Schedule
from tests.torture.stage.local_world import BRAND, ROOT, LocalWorld, clean_environment
from tests.torture.stage.victim import Disguise, Victim

_SQLITE = "SQLite"
_LOOK_SECONDS = 0.02
_SETTLE_SECONDS = 65.0  # of X's time: a read whose answer is out for longer is lost
_TRIES_TO_SETTLE = 12
_AT_ONCE = 8  # commands that one process runs side by side, which a freeze or a lost database may fail
_LOOKS_TO_A_WINDOW = 15


@dataclass(slots=True)
class Result:
    """What a run came to."""

    schedule: str
    database: str
    seed: int
    seconds: float
    verdict: Verdict
    tally: Tally
    attacks: Counter[str] = field(default_factory=Counter)
    not_run: Counter[str] = field(default_factory=Counter)
    time_line: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    daemons: int = 1

    @property
    def points(self) -> list[CrashPoint]:
        """The crash points there are on this database."""
        return points_of(on_sqlite=self.database == _SQLITE)

    @property
    def faults(self) -> int:
        """How often X was made to misbehave."""
        return sum(count for name, count in self.attacks.items() if name.startswith("fault"))

    @property
    def never_hit(self) -> list[str]:
        """The crash points that nobody met."""
        return [point.value for point in self.points if not self.tally.at_points[point.value]]


class Machine:
    """Everything that takes part in one run. Raises: RuntimeError when the daemon never came to serve."""

    def __init__(
        self,
        folder: Path,
        schedule: Schedule,
        database: DatabaseUnderAttack,
        worn: Disguise,
        *,
        seed: int,
        daemons: int = 1,
    ) -> None:
        self._folder, self._schedule, self._worn, self._database = folder, schedule, worn, database
        self._world = LocalWorld(folder, schedule.profile)
        self._settings = dict(schedule.settings) | {
            "SANDBOX_URL": self._world.base_url,
            "DATABASE_URL": database.url,
            "DAEMON_PORT": "0",
            "COMMANDS_FOLDER": str(ROOT / "my_commands"),
        }
        self._askers = Askers(self._world, random.Random(f"{seed} people"), schedule.groups)
        self._attacker = Attacker(self._world, database, worn, schedule, random.Random(f"{seed} attacks"))
        self._when = random.Random(f"{seed} times")
        self._tally = Tally()
        self._on_sqlite = database.url.startswith("sqlite")
        points = Points(random.Random(f"{seed} points"), points_of(on_sqlite=self._on_sqlite))
        self._victims = [Victim(f"daemon-{n}", folder, self._settings, worn) for n in range(1, daemons + 1)]
        self._lives = [
            Lives(one, schedule, random.Random(f"{seed} {one.name}"), points, self._tally, folder, self._note)
            for one in self._victims
        ]
        self._made: Counter[str] = Counter()
        self._not_run: Counter[str] = Counter()
        self._time_line: list[str] = []
        self._began = time.monotonic()
        self._seed = seed

    def run(self, seconds: float) -> Result:
        """Tortures for so long, lets things settle, and judges."""
        self._victims[0].start()
        self._wait_for_the_first()
        self._torture(seconds)
        self._calm()
        verdict = judge(self._evidence(self._settle()))
        for reason in self._worn.missing:
            self._not_run[reason] += 1
        return Result(
            self._schedule.name,
            _SQLITE if self._on_sqlite else "PostgreSQL",
            self._seed,
            seconds,
            verdict,
            self._tally,
            self._made,
            self._not_run,
            self._time_line,
            [self._story(finding) for finding in verdict.findings[:3] if finding.x_id],
            len(self._victims),
        )

    def close(self) -> None:
        """Ends every process of the run."""
        for victim in self._victims:
            victim.kill()
        self._world.stop()

    def said(self) -> list[str]:
        """The last words of each daemon."""
        return [line for victim in self._victims for line in victim.said()]

    # -- torture

    def _wait_for_the_first(self) -> None:
        deadline = time.monotonic() + 90.0
        while self._victims[0].serving_at is None:
            if not self._victims[0].is_running or time.monotonic() > deadline:
                raise RuntimeError("\n".join(["the daemon does not serve:", *self.said()]))
            time.sleep(_LOOK_SECONDS)

    def _torture(self, seconds: float) -> None:
        self._began = time.monotonic()
        asks, strikes = 0.0, self._pause()
        under_way: list[tuple[float, Attack]] = []
        while (now := time.monotonic() - self._began) < seconds:
            while asks <= now:
                self._askers.ask_one(asks)
                asks += self._when.expovariate(self._schedule.requests_per_second)
            if strikes <= now:
                strikes += self._pause()
                self._strike(now, under_way)
            self._end_attacks(now, under_way)
            for life in self._lives:
                life.tend()
            time.sleep(_LOOK_SECONDS)
        self._end_attacks(float("inf"), under_way)
        self._askers.ask_one(float("inf"))  # edits and deletions that are still to come

    def _pause(self) -> float:
        return self._when.expovariate(self._schedule.attacks_per_minute / 60.0)

    def _strike(self, now: float, under_way: list[tuple[float, Attack]]) -> None:
        attack = self._attacker.next()
        if any(attack.name == other.name and not attack.name.startswith("fault") for _, other in under_way):
            return
        try:
            attack.begin()
        except NotRun as why:
            self._not_run[f"{attack.name}: {why}"] += 1
            return
        self._made[attack.name] += 1
        self._note(f"{attack.name} for {attack.seconds:.1f} s")
        under_way.append((now + attack.seconds, attack))

    def _note(self, what: str) -> None:
        self._time_line.append(f"{time.monotonic() - self._began:8.2f} s  {what}")

    def _end_attacks(self, now: float, under_way: list[tuple[float, Attack]]) -> None:
        for one in [one for one in under_way if one[0] <= now]:
            one[1].end()
            under_way.remove(one)

    # -- peace, and what it shows

    def _calm(self) -> None:
        self._world.heal()
        self._database.relieve()
        for life in self._lives:
            life.live_in_peace()
        deadline = time.monotonic() + self._schedule.patience
        looks = 0
        while time.monotonic() < deadline and self._outstanding():
            time.sleep(1.0)
            looks += 1
            for life in self._lives:
                life.keep_up()
            if looks % _LOOKS_TO_A_WINDOW == 0:
                self._world.advance(self._schedule.window)

    def _outstanding(self) -> bool:
        """Whether something that is due does not stand on X yet."""
        told = self._world.timeline()
        replied = {post["in_reply_to"] for post in told["posts"] if post["author"] == BRAND}
        sent = Counter(message["to"] for message in told["messages"] if message["from"] == BRAND)
        wanted: Counter[str] = Counter()
        stopped = {one.person for one in self._askers.asked if one.stops}
        for one in self._askers.asked:
            if one.due is Due.PRIVATE and one.person not in stopped:
                wanted[one.person] += 1
            elif one.due is Due.PUBLIC and one.person not in stopped and not replied & set(one.x_ids):
                return True
        return any(sent[person] < count for person, count in wanted.items())

    def _settle(self) -> list[dict[str, Any]]:
        """The ledger once nothing is reserved any more, or what it is after a patient while."""
        rows: list[dict[str, Any]] = []
        for _ in range(_TRIES_TO_SETTLE):
            self._world.advance(_SETTLE_SECONDS)
            time.sleep(2.0)
            rows = self._listing("ledger")
            if not any(Decimal(row["reserved_usd"]) for row in rows):
                break
            for life in self._lives:
                life.keep_up()
        return rows

    def _evidence(self, ledger: list[dict[str, Any]]) -> Evidence:
        told = self._world.timeline()
        tickets = self._listing("tickets")
        return Evidence(
            asked=self._askers.asked,
            posts=told["posts"],
            messages=told["messages"],
            bill={row["item"]: Decimal(str(row["usd"])) for row in self._world.bill()},
            calls=self._world.calls(),
            tickets=tickets,
            ledger=ledger,
            left_to_people=self._left_to_people(),
            parked=frozenset(row["id"] for row in self._listing("mentions", "--state", "parked"))
            | self._failed(tickets, told["posts"]),
            most_left_to_people=self._tally.kills + _AT_ONCE * (self._tally.frozen + self._made.total()),
            private_values=private_values(),
            accounts=self._askers.accounts,
            notices=True,
        )

    def _failed(self, tickets: list[dict[str, Any]], posts: list[dict[str, Any]]) -> frozenset[str]:
        """Requests for no ticket that got one: their command could not be run, as in a frozen process."""
        under_a_ticket = {x_id for row in tickets for x_id in row["mention_ids"]}
        answered = {post["in_reply_to"] for post in posts if not HOLDING.search(post["text"])}
        others = {x_id for one in self._askers.asked if not one.ticket for x_id in one.x_ids}
        return frozenset((others & under_a_ticket) - answered)

    def _left_to_people(self) -> frozenset[str]:
        unsure = self._listing("deliveries", "--state", "unsure")
        return frozenset(row["mention_id"] for row in unsure if row["mention_id"])

    def _listing(self, what: str, *more: str) -> list[dict[str, Any]]:
        return list(orjson.loads(self._typed("show", what, *more, "--json")))

    def _story(self, finding: Finding) -> str:
        try:
            return self._typed("show", "mention", finding.x_id)
        except RuntimeError as unknown:
            return str(unknown)

    def _typed(self, *words: str) -> str:
        """What a command of the command line prints. Raises: RuntimeError with its reason."""
        done = subprocess.run(
            [*self._worn.prefix, str(Path(sys.executable).with_name("tweetserve")), *words],
            cwd=self._folder,
            env=clean_environment() | self._settings,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"tweetserve {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout
