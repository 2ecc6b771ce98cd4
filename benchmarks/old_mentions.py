"""Whether a hundred thousand mentions answered long ago slow the answering of new ones."""

from statistics import median

from benchmarks.figures import Figure, Report, at_least
from benchmarks.long_service import fill
from benchmarks.our_daemon import AT_ONCE
from benchmarks.prepared import Prepared, prepared
from benchmarks.waves import WAVE, Answered, answer_waves

OLD = 100_000
WAVES = 4
ROUNDS = 4


def measure() -> Report:
    """Runs on an empty and on a full database in turns, so that what else the machine does meets both."""
    empty: list[Answered] = []
    full: list[Answered] = []
    with prepared() as world, world.copy() as long_served:
        fill(long_served, OLD)
        for _ in range(ROUNDS):
            empty.append(_answered(world))
            full.append(_answered(long_served))
    rate_empty, rate_full = (median(run.rate for run in runs) for runs in (empty, full))
    cpu_empty, cpu_full = (median(run.cpu_ms for run in runs) for runs in (empty, full))
    return Report(
        f"{OLD:,} old mentions in the database",
        [
            Figure("empty, answers a second", f"{rate_empty:.0f}"),
            Figure("with old mentions, answers a second", f"{rate_full:.0f}"),
            at_least("with old mentions to empty", rate_full / rate_empty, 0.9),
            Figure("empty, processor ms an answer", f"{cpu_empty:.2f}"),
            Figure("with old mentions, processor ms an answer", f"{cpu_full:.2f}"),
        ],
        [f"Medians of {ROUNDS} runs each, in turns, of {WAVES * WAVE:,} mentions after a first wave."],
    )


def _answered(world: Prepared) -> Answered:
    """One run; its first wave, in which caches fill and the hourly upkeep runs, does not count."""
    with world.copy() as mine, mine.sandbox() as x, mine.daemon(x, AT_ONCE) as daemon:
        answer_waves(x, daemon, mine.usernames, 1)
        return answer_waves(x, daemon, mine.usernames, WAVES)
