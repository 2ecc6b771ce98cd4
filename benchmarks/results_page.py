"""The page of figures: a section for each benchmark, and what stands after them is others' own."""

import os
import platform
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Report, as_markdown

PAGE = Path(__file__).with_name("RESULTS.md")
TORTURE = "<!-- torture: "  # what stands from here on is tests/torture's own
_SECTION = re.compile(r"<!-- measured: (?P<name>[a-z-]+) -->\n(?P<text>.*?)(?=<!-- measured: |\Z)", re.DOTALL)


def write(name: str, report: Report, order: Iterable[str], command: str) -> None:
    """Puts a report in the place of the one of its name; the others stay as they were measured."""
    page, mark, after = (PAGE.read_text(encoding="utf-8") if PAGE.exists() else "").partition(TORTURE)
    sections = {found["name"]: found["text"].strip() for found in _SECTION.finditer(page)}
    sections[name] = _section(report, command)
    parts = [_HEAD, *(f"<!-- measured: {one} -->\n{sections[one]}" for one in order if one in sections)]
    text = "\n\n".join(parts) + "\n"
    PAGE.write_text(text + (f"\n{mark}{after}" if mark else ""), encoding="utf-8")


_HEAD = """\
# Figures

*ratio* says how a figure stands to what is wanted of it: 1 or more is as wanted. Rates are one
machine's, whatever else it did; what compares two of one run holds elsewhere too."""


def _section(report: Report, command: str) -> str:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    made = f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}."
    return f"{as_markdown(report).strip()}\n\n{made}"
