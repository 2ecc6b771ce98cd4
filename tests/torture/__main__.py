"""`python -m tests.torture`: attacks the real daemon, and says whether anybody was lost, doubled or betrayed.

Exits 1 when the judge found something that must not be.
"""

import argparse
import random
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture.attacks import SqliteFile
from tests.torture.machine import Machine
from tests.torture.outcome import show
from tests.torture.schedule import SCHEDULES
from tests.torture.victim import disguise


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--schedule", choices=sorted(SCHEDULES), default="fast")
    parser.add_argument("--daemons", type=int, default=1)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"torture: {chosen.schedule}, {chosen.minutes:g} min, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        worn = disguise(folder)
        database = SqliteFile(folder, worn.user)
        machine = Machine(
            folder, SCHEDULES[chosen.schedule], database, worn, seed=seed, daemons=chosen.daemons
        )
        try:
            result = machine.run(chosen.minutes * 60.0)
            return show(result, machine.said())
        finally:
            machine.close()
            database.close()


if __name__ == "__main__":
    sys.exit(main())
