"""`python -m benchmarks [NAME …] [--write]`: measures all, or those named, and prints their tables.

`--write` puts each table into `benchmarks/RESULTS.md` too, in the place of the one before.
Exits 1 when a figure is not as wanted.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable

from rich.console import Console

from benchmarks import end_to_end, money, old_mentions, parse_rate, post_to_answer, results_page, standing
from benchmarks.figures import Report, show
from benchmarks.heavy import backlog, on_postgres, replay

BENCHMARKS: dict[str, Callable[[], Report]] = {
    "end-to-end": end_to_end.measure,
    "end-to-end-delayed": end_to_end.measure_delayed,
    "post-to-answer": post_to_answer.measure,
    "standing": standing.measure,
    "old-mentions": old_mentions.measure,
    "money": money.measure,
    "texts": parse_rate.measure,
    "backlog": backlog.measure,
    "replay": replay.measure,
    "postgres": on_postgres.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures, and prints tables.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (all): {', '.join(BENCHMARKS)}")
    parser.add_argument("--write", action="store_true", help=f"write {results_page.PAGE.name} too")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: choose from {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is measured is ended too
    console, begun = Console(width=110), time.monotonic()
    reports: dict[str, Report] = {}
    for name in chosen.names or BENCHMARKS:
        console.print(f"measuring {name} ...", style="dim")
        reports[name] = BENCHMARKS[name]()
        show(reports[name], console)
        if chosen.write and reports[name].figures:
            results_page.write(name, reports[name], BENCHMARKS, f"python -m benchmarks {name}")
    console.print(f"measured in {(time.monotonic() - begun) / 60:.0f} minutes", style="dim")
    return 0 if all(report.is_as_wanted for report in reports.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
