"""What the daemon takes while it stands there: to its first poll, idle, and in memory after much work."""

import time

from benchmarks.figures import Figure, Report, at_most
from benchmarks.our_daemon import AT_ONCE
from benchmarks.prepared import prepared
from benchmarks.waves import WAVE, answer_waves

IDLE_SECONDS = 30.0
SETTLE_SECONDS = 3.0
MENTIONS = 10_000


def measure() -> Report:
    """One daemon with default polls for start and idleness, one that works without a pause for memory."""
    with prepared() as world, world.sandbox() as x:
        with world.daemon(x, {}) as daemon:
            first_poll = daemon.first_poll_seconds
            time.sleep(SETTLE_SECONDS)
            cpu, begun = daemon.cpu_seconds(), time.monotonic()
            time.sleep(IDLE_SECONDS)
            idle = (daemon.cpu_seconds() - cpu) / (time.monotonic() - begun) * 100
            resident_idle = daemon.resident_mb()
        with world.daemon(x, AT_ONCE) as daemon:
            answered = answer_waves(x, daemon, world.usernames, MENTIONS // WAVE)
            resident = daemon.resident_mb()
    return Report(
        "Standing there",
        [
            at_most("start to first poll, s", first_poll, 2.0),
            at_most(f"idle for {IDLE_SECONDS:.0f} s, % of a core", idle, 2.0),
            Figure("resident memory when idle, MB", f"{resident_idle:.0f}"),
            at_most(f"resident memory after {answered.mentions:,} mentions, MB", resident, 130, "{:.0f}"),
        ],
    )
