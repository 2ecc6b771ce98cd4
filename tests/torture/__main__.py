"""`python -m tests.torture`: attacks the real daemon, and says whether anybody was lost, doubled or betrayed.

Exits 1 when the judge found something that must not be; with `--check` only for what is lost, doubled, leaked
or unequal to the bill.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.torture import acceptance_page
from tests.torture.judge import FATAL_IN_CHECK, KINDS
from tests.torture.machine import Machine, Result
from tests.torture.outcome import show
from tests.torture.schedule import FAST, SCHEDULES, WINDOW
from tests.torture.stage.postgres_server import PostgresServer
from tests.torture.stage.sqlite_file import SqliteFile
from tests.torture.stage.victim import disguise

SERVER = "TEST_POSTGRES_URL"


def main() -> int:
    chosen = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"torture: {chosen.schedule}, {chosen.database}, {chosen.minutes:g} min, seed {seed}", flush=True)
    result, code = _run(chosen, seed)
    if chosen.write:
        acceptance_page.write(result)
        # Half an hour of *fast* meets every point; the ten minutes of *true* are for X's own windows.
        if chosen.schedule == FAST.name and result.never_hit:
            print(f"never hit: {', '.join(result.never_hit)}")
            return 1
    return code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long (default %(default)s)")
    parser.add_argument("--seed", type=int, help="what chance does (default: another each time)")
    parser.add_argument("--schedule", choices=sorted(SCHEDULES), default="fast", help="default %(default)s")
    parser.add_argument(
        "--database", choices=("sqlite", "postgres"), default="sqlite", help="default %(default)s"
    )
    parser.add_argument("--daemons", type=int, choices=(1, 2, 3), default=3, help="default %(default)s")
    parser.add_argument("--check", action="store_true", help="fail only for what costs customers or money")
    parser.add_argument("--write", action="store_true", help="put the result into benchmarks/RESULTS.md")
    chosen = parser.parse_args()
    if chosen.database == "postgres" and SERVER not in os.environ:
        parser.error(f"{SERVER} must name a PostgreSQL server whose user may create databases")
    return chosen


def _run(chosen: argparse.Namespace, seed: int) -> tuple[Result, int]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        worn = disguise(folder)
        on_server = chosen.database == "postgres"
        database = PostgresServer(os.environ[SERVER]) if on_server else SqliteFile(folder, worn.user)
        schedule = SCHEDULES[chosen.schedule]
        machine = Machine(folder, schedule, database, worn, seed=seed, daemons=chosen.daemons)
        try:
            result = machine.run(chosen.minutes * 60.0)
            return result, show(result, machine.said(), _fatal(chosen))
        finally:
            machine.close()
            database.close()


def _fatal(chosen: argparse.Namespace) -> Sequence[str]:
    if chosen.schedule == WINDOW.name:
        return ("leaked", "unasked", "after a stop")  # the rest is what is measured
    return FATAL_IN_CHECK if chosen.check else KINDS


if __name__ == "__main__":
    sys.exit(main())
