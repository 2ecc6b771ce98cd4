"""How the command line speaks: data on stdout, words on stderr; tables on a terminal, plain lines in a pipe.

Whatever a stranger wrote is cleaned before a terminal sees it, so that nobody's post can move the cursor.
"""

import json
import sys
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_LONGEST_ID = 24
_KEPT = "\n\u200d"  # line breaks, and the joiner that emoji are made with


def put(line: str = "") -> None:
    """One line of data."""
    sys.stdout.write(f"{line}\n")


def say(line: str = "") -> None:
    """One line of words about the data, or about why there is none."""
    sys.stderr.write(f"{line}\n")


def put_json(rows: Sequence[Any]) -> None:
    """The rows as one JSON array."""
    put(json.dumps(list(rows), indent=2, ensure_ascii=False))


def put_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, nothing: str) -> None:
    """A table on a terminal; lines parted by tabs in a pipe, the headings first. `nothing` is said when
    empty.
    """
    if not rows:
        say(nothing)
        return
    shown = [[clean(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(headings, shown)
        return
    put("\t".join(headings))
    for row in shown:
        put("\t".join(" ".join(cell.split()) for cell in row))


def _draw(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box  # noqa: PLC0415 - only a terminal needs it, and --help must stay fast
    from rich.console import Console  # noqa: PLC0415 - likewise
    from rich.table import Table  # noqa: PLC0415 - likewise
    from rich.text import Text  # noqa: PLC0415 - likewise

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    least = 0
    for heading, cells in zip(headings, zip(*rows, strict=True), strict=True):
        # Ids are there to be pasted: what has no blank in it stays whole, even beyond the terminal's edge.
        words = (word for cell in (heading, *cells) for word in cell.split())
        width = max((min(len(word), _LONGEST_ID) for word in words), default=0)
        table.add_column(heading, overflow="fold", min_width=width)
        least += width + 2
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console()
    console.width = max(console.width, least)
    console.print(table, soft_wrap=console.width == least)


def clean(text: str) -> str:
    """The text without control characters and without marks that turn the writing direction."""
    return "".join(
        sign if sign in _KEPT or unicodedata.category(sign) not in _UNSEEN else "\N{REPLACEMENT CHARACTER}"
        for sign in text
    )


def local(at: datetime, now: datetime) -> str:
    """An instant on this machine's clock face, with its age: "12:04, 3 min ago"."""
    here, today = at.astimezone(), now.astimezone().date()
    if here.date() == today:
        face = f"{here:%H:%M}"
    elif here.year == today.year:
        face = f"{here.day} {here:%b %H:%M}"
    else:
        face = f"{here:%Y-%m-%d %H:%M}"
    return f"{face}, {age(now - at)}"


def age(gone: timedelta) -> str:
    """How long ago, or in how long, in one unit."""
    if abs(gone) < timedelta(seconds=1):
        return "now"
    length = lasting(abs(gone))
    return f"{length} ago" if gone > timedelta(0) else f"in {length}"


def lasting(span: timedelta) -> str:
    """A length of time in its largest fitting unit: "45 s", "3 min", "5 h", "2 d"."""
    seconds = span.total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} d"


def local_from_json(written: str | None, now: datetime) -> str:
    """The same for an instant written in ISO 8601; empty when there is none."""
    return "" if written is None else local(datetime.fromisoformat(written), now)


def shortened(text: str, characters: int = 60) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"
