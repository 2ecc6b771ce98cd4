"""Answers a second, of TweetServe and of a bare loop on stock tweepy, in the same run on the same X."""

import sys

from benchmarks.figures import Figure, Report, at_least
from benchmarks.our_daemon import AT_ONCE
from benchmarks.prepared import Prepared, prepared
from benchmarks.processes import Process
from benchmarks.waves import WAVE, Answered, answer_waves

WAVES = 10
DELAY_SECONDS = 0.1


def measure() -> Report:
    """With X answering at once."""
    with prepared() as world:
        bare, ours = stock(world, WAVES), tweetserve(world, WAVES)
    return Report(
        f"End to end: {WAVES * WAVE:,} mentions from {len(world.people)} people in waves of {WAVE}",
        [*_lines(bare, ours), at_least("TweetServe to stock loop", ours.rate / bare.rate, 1.0)],
    )


def measure_delayed() -> Report:
    """With each call to X taking 100 ms longer: the bare loop waits for one call at a time."""
    with prepared() as world:
        bare, ours = stock(world, 1, DELAY_SECONDS), tweetserve(world, WAVES, DELAY_SECONDS)
    return Report(
        f"End to end, each call to X delayed by {DELAY_SECONDS * 1000:.0f} ms",
        [*_lines(bare, ours), at_least("TweetServe to stock loop", ours.rate / bare.rate, 6.0)],
        [f"The stock loop answers 1 wave of {WAVE}, TweetServe {WAVES}: the loop is as slow in every wave."],
    )


def stock(world: Prepared, waves: int, delay_seconds: float = 0.0) -> Answered:
    """The bare loop on a copy of the world."""
    with world.copy() as mine, mine.sandbox() as x:
        command = [sys.executable, "-m", "benchmarks.stock_loop", x.base_url]
        with Process("stock-loop", command, mine.folder, {}) as loop:
            if delay_seconds:
                x.delay_calls(delay_seconds)
            return answer_waves(x, loop, mine.usernames, waves)


def tweetserve(world: Prepared, waves: int, delay_seconds: float = 0.0) -> Answered:
    """The daemon on a copy of the world and its database."""
    with world.copy() as mine, mine.sandbox() as x, mine.daemon(x, AT_ONCE) as daemon:
        if delay_seconds:
            x.delay_calls(delay_seconds)
        return answer_waves(x, daemon, mine.usernames, waves)


def _lines(bare: Answered, ours: Answered) -> list[Figure]:
    return [
        Figure("stock loop, answers a second", f"{bare.rate:.0f}"),
        Figure("TweetServe, answers a second", f"{ours.rate:.0f}"),
        Figure("stock loop, processor ms an answer", f"{bare.cpu_ms:.2f}"),
        Figure("TweetServe, processor ms an answer", f"{ours.cpu_ms:.2f}"),
        Figure("sandbox under TweetServe, processor ms an answer", f"{ours.x_cpu_ms:.2f}"),
    ]
