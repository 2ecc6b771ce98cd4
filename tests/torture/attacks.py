"""What is done to X, to the database and to the clock while the daemons die: each attack begins and ends."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from tests.torture.schedule import Schedule
from tests.torture.stage.local_world import LocalWorld
from tests.torture.stage.victim import Disguise

POSTS, MESSAGES = "POST /2/tweets", "POST /2/dm_conversations/with/:id/messages"
MENTIONS, EVENTS = "GET /2/users/:id/mentions", "GET /2/dm_events"
OWN, TALK = "GET /2/users/:id/tweets", "GET /2/dm_conversations/with/:id/dm_events"
WRITES, READS = (POSTS, MESSAGES), (MENTIONS, EVENTS, OWN, TALK)


@dataclass(frozen=True, slots=True)
class Attack:
    """`begin` does it and may raise NotRun; `end` takes it back."""

    name: str
    seconds: float
    begin: Callable[[], None]
    end: Callable[[], None]


class NotRun(Exception):
    """This machine cannot make the attack; the message says why."""


class DatabaseUnderAttack(Protocol):
    """A database, and what can be done to it by name: how often, and how; each may raise NotRun."""

    url: str

    def attacks(self) -> dict[str, tuple[int, Callable[[], None]]]: ...
    def relieve(self) -> None: ...


class Attacker:
    """Chooses attacks from one stream of chance."""

    def __init__(
        self,
        world: LocalWorld,
        database: DatabaseUnderAttack,
        worn: Disguise,
        schedule: Schedule,
        chance: random.Random,
    ) -> None:
        self._world, self._database, self._worn = world, database, worn
        self._schedule, self._chance = schedule, chance
        kinds: list[tuple[Callable[[], Attack], int]] = [
            (self._write_fault, 40),
            (self._read_fault, 20),
            (self._page_fault, 8),
            (self._late_posts, 8),
            (self._slow, 6),
            (self._outage, 4),
            (self._no_credit, 2),
            (self._on_database, 10),
            (self._clock, 6),
        ]
        if schedule.only_late_messages:
            kinds = [(self._lost_message, 3), (self._late_messages, 1)]
        self._kinds, self._weights = [kind for kind, _ in kinds], [weight for _, weight in kinds]

    def next(self) -> Attack:
        """One more attack."""
        (kind,) = self._chance.choices(self._kinds, self._weights)
        return kind()

    # -- X

    def _write_fault(self) -> Attack:
        kind, more = self._chance.choice(
            [
                ("cut_after", {}),
                ("cut_after", {}),
                ("cut_before", {}),
                ("broken_json", {}),
                ("hang", {}),
                ("html", {}),
                ("html", {"status": 403}),
                ("no_reset", {}),
                ("status", {"status": 429, "seconds": 2}),
                ("status", {"status": 500}),
                ("status", {"status": 503, "done": True}),
                ("status", {"status": 502, "done": True}),
                ("status", {"status": 401}),
                ("status", {"status": 302, "headers": {"location": "https://x.example/"}}),
            ]
        )
        times = self._chance.choice([1, 1, 2, 4])
        return self._fault(kind, self._chance.choice(WRITES), 5.0, times=times, **more)

    def _read_fault(self) -> Attack:
        kind, more = self._chance.choice(
            [
                ("cut_after", {}),
                ("cut_before", {}),
                ("broken_json", {}),
                ("hang", {}),
                ("html", {}),
                ("no_reset", {}),
                ("status", {"status": 429, "seconds": 2}),
                ("status", {"status": 500}),
                ("status", {"status": 401}),
            ]
        )
        return self._fault(
            kind, self._chance.choice(READS), 5.0, times=self._chance.choice([1, 2, 3]), **more
        )

    def _page_fault(self) -> Attack:
        kind = self._chance.choice(["duplicates", "reorder"])
        return self._fault(kind, self._chance.choice(READS), 5.0, times=0)

    def _late_posts(self) -> Attack:
        seconds = self._chance.uniform(0.2, 1.0) * self._schedule.late
        # Whole lists only: of a list that hides some, nobody can say which of two was asked first.
        return self._fault(
            "late", self._chance.choice([MENTIONS, EVENTS, OWN, TALK]), 8.0, times=0, seconds=seconds
        )

    def _lost_message(self) -> Attack:
        return self._fault("cut_after", MESSAGES, 5.0, times=1)

    def _late_messages(self) -> Attack:
        return self._fault("late", TALK, 8.0, times=0, seconds=self._schedule.late)

    def _slow(self) -> Attack:
        seconds = self._chance.uniform(0.1, 0.4) * self._schedule.lease
        return self._fault("slow", "*", 3.0, times=self._chance.choice([1, 3, 10]), seconds=seconds)

    def _outage(self) -> Attack:
        status = self._chance.choice([503, 401, 500])
        return self._fault("status", "*", self._chance.uniform(1.0, 6.0), times=0, status=status)

    def _no_credit(self) -> Attack:
        # For an hour X asks whether there is credit again; here the answers that follow say so.
        body = {
            "title": "CreditsDepleted",
            "type": "https://api.x.com/2/problems/credits-depleted",
            "status": 402,
        }
        return self._fault("status", POSTS, 1.0, times=1, status=402, body=body)

    def _fault(self, kind: str, route: str, lasts: float, **more: Any) -> Attack:
        made: list[str] = []

        def begin() -> None:
            made.append(self._world.fault(route=route, kind=kind, **more))

        def end() -> None:
            with suppress(RuntimeError):  # it has happened as often as it should, and is gone
                self._world.ask("DELETE", f"faults/{made[0]}")

        name = f"fault {kind}" + (f" {more['status']}" if "status" in more else "")
        return Attack(name, lasts, begin, end)

    # -- the database

    def _on_database(self) -> Attack:
        known = self._database.attacks()
        (name,) = self._chance.choices(list(known), [weight for weight, _ in known.values()])
        # Shorter than a lease, longer, and longer than the bot waits for a lock.
        seconds = self._chance.choice([0.5, 2.0, 4.0, 4.0, 12.0])
        return Attack(name, seconds, known[name][1], self._database.relieve)

    # -- the clock

    def _clock(self) -> Attack:
        jump = self._chance.choice([-3600, -90, -5, 5, 90, 200, 3600])
        return Attack(
            "clock jump", self._chance.uniform(2.0, 6.0), lambda: self._set(jump), lambda: self._set(0)
        )

    def _set(self, offset: int) -> None:
        if self._worn.clock_file is None:
            raise NotRun("libfaketime is not installed")
        self._worn.clock_file.write_text(f"{offset:+d}")
