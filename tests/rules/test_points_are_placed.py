"""Every crash point stands at exactly one boundary of the code, and where its name says it is."""

import ast
from pathlib import Path

import pytest

from bot.crash_points import CrashPoint

BOT = Path(__file__).resolve().parents[2] / "bot"

# Where each stands: the file, and the function around it.
PLACES = {
    CrashPoint.READ_BOOKED: "x/feeds/booked_reads.py:read",
    CrashPoint.READ_ANSWERED: "x/feeds/booked_reads.py:read",
    CrashPoint.PAGE_WRITING: "x/feeds/booked_reads.py:_record",
    CrashPoint.PAGE_WRITTEN: "x/feeds/booked_reads.py:read",
    CrashPoint.CLAIMING: "flow/handle.py:step",
    CrashPoint.CLAIMED: "flow/handle.py:step",
    CrashPoint.DECIDED: "flow/handle.py:_write_done",
    CrashPoint.DECISION_WRITING: "flow/enqueue.py:write",
    CrashPoint.DECISION_WRITTEN: "flow/handle.py:_write",
    CrashPoint.SENDING_WRITING: "flow/send.py:work",
    CrashPoint.SENDING_WRITTEN: "flow/send.py:turn",
    CrashPoint.CALL_BEGUN: "flow/send.py:call",
    CrashPoint.CALL_CHECKING: "x/deadline.py:leave",
    CrashPoint.CALL_LEAVING: "x/deadline.py:leave",
    CrashPoint.CALL_SENT: "x/deadline.py:has_left",
    CrashPoint.CALL_ANSWERED: "flow/send.py:call",
    CrashPoint.LOOK_CLAIMED: "flow/reconcile.py:step",
    CrashPoint.LOOK_SEEN: "flow/reconcile.py:_record",
    CrashPoint.LOOK_WRITING: "flow/reconcile.py:work",
    CrashPoint.LOOK_WRITTEN: "flow/reconcile.py:_record",
    CrashPoint.MENTIONS_SWEEPING: "flow/handle.py:work",
    CrashPoint.MENTIONS_SWEPT: "flow/handle.py:sweep",
    CrashPoint.SENDINGS_SWEEPING: "flow/send.py:work",
    CrashPoint.SENDINGS_SWEPT: "flow/send.py:sweep",
    CrashPoint.ROLE_TAKING: "jobs/roles.py:take",
    CrashPoint.ROLE_TAKEN: "jobs/roles.py:_take",
    CrashPoint.JOB_TAKEN: "jobs/job_worker.py:job",
    CrashPoint.JOB_DONE: "jobs/job_worker.py:job",
    CrashPoint.ORPHANS_SWEEPING: "jobs/orphan_sweep.py:_sweep",
    CrashPoint.ORPHANS_SWEPT: "jobs/orphan_sweep.py:run",
}


class Uses(ast.NodeVisitor):
    """Each `reach(CrashPoint.NAME)` of a file, with the function around it and its line."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, int]] = []
        self._around = [""]

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._around.append(node.name)
        self.generic_visit(node)
        self._around.pop()

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - ast's names

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "reach":
            (argument,) = node.args
            assert isinstance(argument, ast.Attribute)
            self.found.append((argument.attr, self._around[-1], node.lineno))
        self.generic_visit(node)


def uses_in(path: Path) -> list[tuple[str, str, int]]:
    uses = Uses()
    uses.visit(ast.parse(path.read_text()))
    return uses.found


PLACED = [
    (CrashPoint[name], f"{path.relative_to(BOT)}:{around}", line)
    for path in sorted(BOT.rglob("*.py"))
    for name, around, line in uses_in(path)
]


@pytest.mark.parametrize("point", CrashPoint)
def test_each_point_stands_once_and_where_it_belongs(point: CrashPoint) -> None:
    assert [place for placed, place, _ in PLACED if placed is point] == [PLACES[point]]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (CrashPoint.READ_BOOKED, CrashPoint.READ_ANSWERED),
        (CrashPoint.READ_ANSWERED, CrashPoint.PAGE_WRITTEN),
        (CrashPoint.CLAIMING, CrashPoint.CLAIMED),
        (CrashPoint.SENDING_WRITING, CrashPoint.SENDING_WRITTEN),
        (CrashPoint.CALL_BEGUN, CrashPoint.CALL_ANSWERED),
        (CrashPoint.CALL_CHECKING, CrashPoint.CALL_LEAVING),
        (CrashPoint.LOOK_CLAIMED, CrashPoint.LOOK_SEEN),
        (CrashPoint.LOOK_WRITING, CrashPoint.LOOK_WRITTEN),
        (CrashPoint.MENTIONS_SWEEPING, CrashPoint.MENTIONS_SWEPT),
        (CrashPoint.SENDINGS_SWEEPING, CrashPoint.SENDINGS_SWEPT),
        (CrashPoint.ROLE_TAKING, CrashPoint.ROLE_TAKEN),
        (CrashPoint.JOB_TAKEN, CrashPoint.JOB_DONE),
    ],
)
def test_points_of_one_file_stand_in_the_order_of_the_flow(earlier: CrashPoint, later: CrashPoint) -> None:
    lines = {placed: line for placed, _, line in PLACED}

    assert lines[earlier] < lines[later]


def test_the_last_look_at_the_lease_lies_between_the_two_points_around_it() -> None:
    source = (BOT / "x" / "deadline.py").read_text()

    checking, look, leaving = (
        source.index(words)
        for words in ("reach(CrashPoint.CALL_CHECKING)", "self.may_leave()", "reach(CrashPoint.CALL_LEAVING)")
    )

    assert checking < look < leaving
