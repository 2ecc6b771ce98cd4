"""The page keeps the last acceptance run of each schedule and database, beside the other figures."""

from collections import Counter
from pathlib import Path

from tests.torture import acceptance_page
from tests.torture.evidence import Finding, Verdict
from tests.torture.lives import Tally
from tests.torture.machine import Result


def result(schedule: str, database: str, *, kills: int) -> Result:
    verdict = Verdict(200, 190, [Finding("doubled", "two replies", "ana", "11")])
    tally = Tally(kills=kills, at_points=Counter({"claimed": 3}))
    return Result(schedule, database, 7, 60.0, verdict, tally, Counter({"fault hang": 2, "disk full": 1}))


def row(page: Path, name: str) -> list[str]:
    line = next(line for line in page.read_text().splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.split("|")[2:-1]]


def test_a_run_replaces_the_last_one_of_its_kind_and_leaves_all_else(tmp_path: Path) -> None:
    page = tmp_path / "RESULTS.md"
    page.write_text("# Figures\n\nsome\n")

    acceptance_page.write(result("fast", "SQLite", kills=10), page)
    acceptance_page.write(result("true", "SQLite", kills=20), page)
    acceptance_page.write(result("fast", "SQLite", kills=30), page)

    assert page.read_text().startswith("# Figures\n\nsome\n\n<!-- torture")
    assert row(page, "kills") == ["30", "20"]
    assert row(page, "doubled") == ["1", "1"]
    assert row(page, "lost") == ["0", "0"]
    assert row(page, "faults of X") == ["2", "2"]
    assert "claimed" not in row(page, "points never hit")[0].split(", ")
