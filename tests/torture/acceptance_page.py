"""The section of `benchmarks/RESULTS.md` that holds the last acceptance run of each schedule and database."""

import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.torture.judge import KINDS
from tests.torture.machine import Result
from tests.torture.stage.local_world import ROOT

PAGE = ROOT / "benchmarks" / "RESULTS.md"
MARK = "<!-- torture: written by make torture WRITE=1 -->"
_ROWS = "<!-- rows: "
_NAMES = (
    "on", "minutes", "daemons", "seed", "kills", "at points", "points never hit", "frozen", "faults of X",
    "other attacks", "requests", "answers", "left to people", *KINDS, "not run",
)  # fmt: skip


def write(result: Result, page: Path = PAGE) -> None:
    """Puts this run into the page, in place of the last one of its schedule and database."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    figures, _, section = text.partition(MARK)
    rows = _known(section) | {f"{result.schedule}, {result.database}": _row(result)}
    page.write_text(f"{figures.rstrip()}\n\n{_section(rows)}", encoding="utf-8")


def _known(section: str) -> dict[str, Any]:
    line = next((line for line in section.splitlines() if line.startswith(_ROWS)), None)
    return {} if line is None else dict(json.loads(line.removeprefix(_ROWS).removesuffix(" -->")))


def _row(result: Result) -> dict[str, Any]:
    verdict, tally = result.verdict, result.tally
    known = {
        "on": f"{datetime.now(UTC):%Y-%m-%d}",
        "minutes": f"{result.seconds / 60:g}",
        "daemons": str(result.daemons),
        "seed": str(result.seed),
        "kills": f"{tally.kills:,}",
        "at points": f"{tally.at_points.total():,}",
        "points never hit": ", ".join(result.never_hit) or "none",
        "frozen": f"{tally.frozen:,}",
        "faults of X": f"{result.faults:,}",
        "other attacks": f"{result.attacks.total() - result.faults:,}",
        "requests": f"{verdict.requests:,}",
        "answers": f"{verdict.answers:,}",
        "left to people": f"{verdict.left_to_people:,}",
    }
    judged = {kind: f"{verdict.count(kind):,}" for kind in KINDS}
    return known | judged | {"not run": "; ".join(sorted(result.not_run)) or "nothing"}


def _section(rows: dict[str, Any]) -> str:
    lines = [
        MARK,
        f"{_ROWS}{json.dumps(rows, ensure_ascii=False)} -->",
        "",
        "## Torture: the acceptance run of a release",
        "",
        f"What it is stands in `docs/operate.md`. Machine: {platform.system()} {platform.machine()}.",
        "*window*, where it stands, is no part of it: there X keeps messages out of sight for longer than",
        "any look, and *doubled* counts how many then came twice.",
        "",
        f"| | {' | '.join(rows)} |",
        f"|---|{'--:|' * len(rows)}",
    ]
    lines += [f"| {name} | {' | '.join(row.get(name, '') for row in rows.values())} |" for name in _NAMES]
    return "\n".join(lines) + "\n"
