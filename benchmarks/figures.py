"""A figure beside what is wanted of it, and tables of figures for a terminal and for a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "measured", "wanted", "ratio", "")


@dataclass(frozen=True)
class Figure:
    """One line of a table. `ratio` is 1 or more when the figure is as wanted; None: told, not judged."""

    what: str
    measured: str
    wanted: str = ""
    ratio: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        if self.ratio is None:
            return self.what, self.measured, self.wanted, "", ""
        verdict = "ok" if self.ratio >= 1 else "short"
        return self.what, self.measured, self.wanted, f"{self.ratio:.2f}", verdict


@dataclass(frozen=True)
class Report:
    """What one benchmark found; `notes` say what must be known to read it."""

    title: str
    figures: Sequence[Figure]
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def is_as_wanted(self) -> bool:
        return all(figure.ratio is None or figure.ratio >= 1 for figure in self.figures)


def at_least(what: str, measured: float, wanted: float, form: str = "{:.2f}") -> Figure:
    """A figure that should not be smaller than `wanted`."""
    return Figure(what, form.format(measured), "≥ " + form.format(wanted), measured / wanted)


def at_most(what: str, measured: float, wanted: float, form: str = "{:.2f}") -> Figure:
    """A figure that should not be larger than `wanted`."""
    ratio = wanted / measured if measured > 0 else float("inf")
    return Figure(what, form.format(measured), "≤ " + form.format(wanted), ratio)


def show(report: Report, console: Console) -> None:
    """Prints a report as a table."""
    table = Table(title=report.title, title_justify="left")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in ("what", "") else "right")
    for figure in report.figures:
        table.add_row(*figure.cells)
    console.print(table)
    for note in report.notes:
        console.print(f"  {note}", highlight=False)
    console.print()


def as_markdown(report: Report) -> str:
    """The same as a section of a page."""
    lines = [f"## {report.title}", "", f"| {' | '.join(HEADINGS)} |", "|---|--:|--:|--:|---|"]
    lines += [f"| {' | '.join(figure.cells)} |" for figure in report.figures]
    if report.notes:
        lines += ["", *(f"- {note}" for note in report.notes)]
    return "\n".join(lines) + "\n"
