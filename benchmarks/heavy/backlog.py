"""How soon a backlog is decided after a restart, and whether urgent words go first."""

import time
from collections.abc import Mapping

import sqlalchemy as sa

from benchmarks.figures import Figure, Report, at_most
from benchmarks.local_x import LocalX
from benchmarks.our_daemon import AT_ONCE, Daemon
from benchmarks.prepared import Prepared, prepared
from benchmarks.processes import wait_until
from storage.database import Database

WAITING = 800
URGENT_EVERY = 100  # every hundredth is urgent, the last one asked among them
ANSWERED_BEFORE_THE_KILL = 100
WANTED_SECONDS = 10.0
_URGENT, _USUAL = "@BrightTel my identity was stolen", "@BrightTel #help"
_LOOK_EVERY_SECONDS = 0.05
_UNDECIDED = sa.text("SELECT count(*) FROM mentions WHERE state IN ('waiting', 'handling')")
_STORED = sa.text("SELECT count(*) FROM mentions")


def measure() -> Report:
    """Asked while nobody served, and asked while the process was killed at its work."""
    with prepared() as world:
        away = _after_being_away(world)
        killed = _after_a_kill(world)
    return Report(
        f"A backlog of {WAITING} mentions after a restart",
        [
            at_most("asked while away: all decided, s after the start", away[0], WANTED_SECONDS),
            Figure("usual answers before the last urgent one", f"{away[1]}"),
            at_most("killed in the midst of it: all decided, s after the start", killed, WANTED_SECONDS),
        ],
        [
            f"Every {URGENT_EVERY}th is urgent. The start counts from the process's beginning.",
            f"The kill comes after {ANSWERED_BEFORE_THE_KILL} answers; what was in hand is handled alone.",
        ],
    )


def _after_being_away(world: Prepared) -> tuple[float, int]:
    with world.copy() as mine, mine.sandbox() as x:
        with mine.daemon(x, AT_ONCE):
            pass  # so that what is asked now is not *before our time*
        urgent = _ask(x, mine.usernames)
        with mine.daemon(x, AT_ONCE) as daemon:
            seconds = _decided_after(mine, daemon)
            replies = _answered(x, daemon, WAITING)
    last_urgent = max(place for place, post in enumerate(replies) if post in urgent)
    return seconds, last_urgent + 1 - len(urgent)


def _after_a_kill(world: Prepared) -> float:
    with world.copy() as mine, mine.sandbox() as x:
        with mine.daemon(x, AT_ONCE) as first:
            _ask(x, mine.usernames)
            _answered(x, first, ANSWERED_BEFORE_THE_KILL)
            first.kill()
        with mine.daemon(x, AT_ONCE) as daemon:
            return _decided_after(mine, daemon)


def _ask(x: LocalX, people: list[str]) -> set[str]:
    """Posts the backlog; the urgent posts' ids."""
    x.new_answers()
    in_trouble, usual = people[: WAITING // URGENT_EVERY], people[WAITING // URGENT_EVERY :]
    urgent = set()
    for number in range(1, WAITING + 1):
        if number % URGENT_EVERY:
            x.post(usual[number % len(usual)], _USUAL)
        else:  # each by another person: whoever has a person in charge gets nothing automatic any more
            urgent.add(x.post(in_trouble[number // URGENT_EVERY - 1], _URGENT))
    return urgent


def _decided_after(mine: Prepared, daemon: Daemon) -> float:
    """Seconds from the process's beginning until none of the backlog waits."""
    with Database(mine.database_url) as database:

        def all_decided() -> bool:
            counts: Mapping[str, int] = database.read(
                lambda c: {
                    "stored": c.execute(_STORED).scalar_one(),
                    "undecided": c.execute(_UNDECIDED).scalar_one(),
                }
            )
            time.sleep(_LOOK_EVERY_SECONDS)
            return counts["stored"] >= WAITING and not counts["undecided"]

        wait_until(all_decided, "the last decision", daemon)
        return daemon.age_seconds()


def _answered(x: LocalX, daemon: Daemon, at_least: int) -> list[str]:
    """The posts answered so far, in the order of their answers, once there are so many."""
    replies: list[str] = []

    def enough() -> bool:
        time.sleep(_LOOK_EVERY_SECONDS)
        replies.extend(str(post["in_reply_to"]) for post in x.new_answers().posts)
        return len(replies) >= at_least

    wait_until(enough, f"the answer numbered {at_least}", daemon)
    return replies
