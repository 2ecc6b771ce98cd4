"""`python -m benchmarks [NAME …] [--write]`: measures all, or those named, and prints their tables.

`--write` puts the tables into `benchmarks/RESULTS.md` too. Exits 1 when a figure is not as wanted.
"""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks import end_to_end, money, old_mentions, parse_rate, post_to_answer, standing
from benchmarks.figures import Report, as_markdown, show

RESULTS = Path(__file__).with_name("RESULTS.md")
TORTURE = "<!-- torture: "  # what stands from here on is tests/torture's own

BENCHMARKS: dict[str, Callable[[], Report]] = {
    "end-to-end": end_to_end.measure,
    "end-to-end-delayed": end_to_end.measure_delayed,
    "post-to-answer": post_to_answer.measure,
    "standing": standing.measure,
    "old-mentions": old_mentions.measure,
    "money": money.measure,
    "texts": parse_rate.measure,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures, and prints tables.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which (all): {', '.join(BENCHMARKS)}")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name} too")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: choose from {', '.join(BENCHMARKS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is measured is ended too
    console, begun = Console(width=110), time.monotonic()
    reports = []
    for name in chosen.names or BENCHMARKS:
        console.print(f"measuring {name} ...", style="dim")
        reports.append(BENCHMARKS[name]())
        show(reports[-1], console)
    if chosen.write:
        kept = RESULTS.read_text(encoding="utf-8").partition(TORTURE) if RESULTS.exists() else ("", "", "")
        page = _page(reports, time.monotonic() - begun).rstrip() + "\n"
        RESULTS.write_text(page + ("\n" + kept[1] + kept[2] if kept[1] else ""), encoding="utf-8")
    return 0 if all(report.is_as_wanted for report in reports) else 1


def _page(reports: list[Report], seconds: float) -> str:
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    head = [
        "# Figures",
        "",
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d} in {seconds / 60:.0f} minutes: "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"Python {platform.python_version()}.",
        "*ratio* says how a figure stands to what is wanted of it: 1 or more is as wanted. Rates are this",
        "machine's, whatever else it did; what compares two of one run holds elsewhere too.",
        "",
    ]
    return "\n".join(head) + "\n" + "\n".join(as_markdown(report) for report in reports)


if __name__ == "__main__":
    sys.exit(main())
