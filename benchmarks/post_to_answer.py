"""How long a customer waits: from the post to its answer, with posts at random times and a poll every 3 s."""

import random
import time
from collections.abc import Sequence

from benchmarks.figures import Figure, Report, at_most
from benchmarks.local_x import LocalX
from benchmarks.prepared import prepared
from benchmarks.processes import Ended, Process

POSTS = 500
OVER_SECONDS = 90.0
POLL_SECONDS = 3
SEED = 20_261_121
_PATIENCE_SECONDS = 30.0


def measure() -> Report:
    """Half #help in public, half #data in private, each by somebody else."""
    polls = {"MENTIONS_POLL": str(POLL_SECONDS)}
    with prepared(POSTS) as world, world.sandbox() as x, world.daemon(x, polls) as daemon:
        waits = sorted(_waits(x, daemon, world.usernames))
    return Report(
        f"Post to answer: {POSTS} posts at random times, a poll every {POLL_SECONDS} s",
        [
            at_most("half of them within, s", waits[len(waits) // 2], 2.0),
            at_most("99 in 100 within, s", waits[len(waits) * 99 // 100], 5.0),
            Figure("the longest, s", f"{waits[-1]:.2f}"),
        ],
        [f"The posts are spread over {OVER_SECONDS:.0f} s; times are those X gave the post and its answer."],
    )


def _waits(x: LocalX, daemon: Process, usernames: Sequence[str]) -> list[float]:
    """Seconds from each post to its answer."""
    chance = random.Random(SEED)
    begun = time.monotonic()
    public: dict[str, str] = {}
    private: dict[str, str] = {}
    x.new_answers()
    for number, at in enumerate(sorted(chance.uniform(0, OVER_SECONDS) for _ in range(POSTS))):
        time.sleep(max(0.0, begun + at - time.monotonic()))
        if chance.random() < 0.5:
            post = x.post(usernames[number], "@BrightTel #help")
            public[post] = post
        else:
            private[usernames[number]] = x.post(usernames[number], "@BrightTel #data")
    return _until_answered(x, daemon, public, private)


def _until_answered(
    x: LocalX, daemon: Process, public: dict[str, str], private: dict[str, str]
) -> list[float]:
    waits: list[float] = []
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while len(waits) < len(public) + len(private):
        new = x.new_answers()
        waits += [_seconds_between(public[one["in_reply_to"]], one["id"]) for one in new.posts]
        waits += [_seconds_between(private[one["to"]], one["id"]) for one in new.messages]
        if time.monotonic() > deadline:
            raise Ended(f"{len(waits)} of {POSTS} answered:\n{daemon.said()}")
        time.sleep(0.2)
    return waits


def _seconds_between(earlier_id: str, later_id: str) -> float:
    """Ids of X count milliseconds above their lowest 22 bits."""
    return ((int(later_id) >> 22) - (int(earlier_id) >> 22)) / 1000
