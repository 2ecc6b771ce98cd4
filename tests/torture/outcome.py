"""The table a run ends with, and what is printed when the judge found something."""

from collections.abc import Collection

from rich.console import Console
from rich.table import Table

from tests.torture.judge import KINDS
from tests.torture.machine import Result

_MOST_FINDINGS = 20
_LAST_OF_TIME_LINE = 120


def show(result: Result, said: list[str], fatal: Collection[str] = KINDS) -> int:
    """Prints everything; the exit code: 1 when there is a finding of a kind that is `fatal`."""
    console = Console(width=110, highlight=False)
    console.print(_figures(result))
    console.print(_points(result))
    console.print(_attacks(result))
    if not result.verdict.findings:
        return 0
    for finding in result.verdict.findings[:_MOST_FINDINGS]:
        console.print(f"{finding.kind}: {finding.what} @{finding.person} {finding.x_id}", markup=False)
    console.print(
        f"\nseed {result.seed}; the end of the time line:",
        *result.time_line[-_LAST_OF_TIME_LINE:],
        sep="\n  ",
    )
    for story in result.stories:
        console.print(story, markup=False)
    console.print(*said, sep="\n", markup=False)
    return int(any(finding.kind in fatal for finding in result.verdict.findings))


def _figures(result: Result) -> Table:
    verdict, tally = result.verdict, result.tally
    table = Table("what", "how many", title=f"torture, {result.schedule}, {result.database}")
    rows = {
        "seconds": round(result.seconds),
        "starts": tally.starts,
        "kills": tally.kills,
        "frozen and thawed": tally.frozen,
        "asked to end": tally.asked_to_end,
        "faults of X": result.faults,
        "other attacks": result.attacks.total() - result.faults,
        "requests": verdict.requests,
        "answers": verdict.answers,
        "left to a person, and listed": verdict.left_to_people,
    }
    rows |= {kind: verdict.count(kind) for kind in KINDS}
    rows |= {f"odd: {name}": count for name, count in tally.odd_ends.items()}
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    return table


def _points(result: Result) -> Table:
    table = Table("crash point", "hit", title="crash points")
    for point in result.points:
        table.add_row(point.value, str(result.tally.at_points[point.value]))
    return table


def _attacks(result: Result) -> Table:
    table = Table("attack", "made", title="attacks")
    for name, count in sorted(result.attacks.items()):
        table.add_row(name, str(count))
    for name, count in sorted(result.not_run.items()):
        table.add_row(f"not run: {name}", str(count))
    return table
