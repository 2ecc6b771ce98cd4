"""A hundred thousand mentions in a row: whether memory and rate stay as they were."""

from benchmarks.figures import Figure, Report, at_least, at_most
from benchmarks.our_daemon import AT_ONCE
from benchmarks.prepared import prepared
from benchmarks.waves import WAVE, Answered, answer_waves

MENTIONS = 100_000
PART = 10_000


def measure() -> Report:
    """One daemon on one world; each part of ten thousand is measured by itself."""
    parts: list[tuple[Answered, float]] = []
    with prepared() as world, world.sandbox() as x, world.daemon(x, AT_ONCE) as daemon:
        for _ in range(MENTIONS // PART):
            answered = answer_waves(x, daemon, world.usernames, PART // WAVE)
            parts.append((answered, daemon.resident_mb()))
    (first, _), (last, _) = parts[0], parts[-1]
    memory_first, memory_most = parts[0][1], max(memory for _, memory in parts)
    return Report(
        f"{MENTIONS:,} mentions in a row",
        [
            Figure(f"the first {PART:,}, answers a second", f"{first.rate:.0f}"),
            Figure(f"the last {PART:,}, answers a second", f"{last.rate:.0f}"),
            at_least("last to first", last.rate / first.rate, 0.9),
            Figure("TweetServe, processor ms an answer, first", f"{first.cpu_ms:.2f}"),
            Figure("TweetServe, processor ms an answer, last", f"{last.cpu_ms:.2f}"),
            Figure("sandbox, processor ms an answer, first", f"{first.x_cpu_ms:.2f}"),
            Figure("sandbox, processor ms an answer, last", f"{last.x_cpu_ms:.2f}"),
            Figure(f"resident memory after {PART:,}, MB", f"{memory_first:.0f}"),
            at_most("most memory after that to it", memory_most / memory_first, 1.1),
        ],
    )
