"""Reads account files row by row, CSV or YAML, and says for every row where it stands.

It knows nothing of what the columns mean. Both kinds give the same rows: cells are text, and an empty one is
missing from the row.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

# A YAML file is held in memory as a tree of some fifty times its size: beyond this, CSV serves.
LARGEST_YAML_BYTES = 20_000_000
ENDINGS = (".csv", ".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its line, counted from 1, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that must be mended: where, what is expected there, and how it may look."""

    file: str
    line: int | None  # None: the file as a whole
    column: str | None  # None: the row as a whole
    expects: str
    example: str = ""

    def __str__(self) -> str:
        where = self.file + ("" if self.line is None else f", line {self.line}")
        where += "" if self.column is None else f", {self.column}"
        return f"{where}: {self.expects}" + (f" (for example {self.example})" if self.example else "")


def rows_of(path: Path) -> Iterator[Row | Problem]:
    """The file's rows in order, each as soon as it is read; a `Problem` in the place of what is no row."""
    try:
        yield from _csv_rows(path) if path.suffix.lower() == ".csv" else _yaml_rows(path)
    except UnicodeDecodeError:
        yield Problem(path.name, None, None, "expected text in UTF-8; save the file in that encoding")
    except OSError as error:
        yield Problem(path.name, None, None, f"cannot be read: {error.strerror}")


def _csv_rows(path: Path) -> Iterator[Row | Problem]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        # Spreadsheets of countries that write 1,5 save semicolons under the name of CSV.
        delimiter = ";" if ";" in first and "," not in first else ","
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header: list[str] | None = None
        while True:
            line = reader.line_num + 1
            try:
                cells = [cell.strip() for cell in next(reader)]
            except StopIteration:
                break
            except csv.Error as error:
                yield Problem(path.name, line, None, f"expected comma-separated values: {error}")
                break
            if not any(cells):
                continue
            if header is None:
                header = [_printable(cell) for cell in cells]
                if problem := _header_problem(path.name, header):
                    yield problem
                    return
            elif len(cells) > len(header):
                yield Problem(path.name, line, None, f"expected {len(header)} cells, found {len(cells)}")
            else:
                yield Row(line, {name: cell for name, cell in zip(header, cells, strict=False) if cell})
    if header is None:
        yield Problem(path.name, 1, None, "expected a first line with the names of the columns")


def _header_problem(file: str, header: list[str]) -> Problem | None:
    if not all(header):
        return Problem(file, 1, None, "expected a name for every column")
    twice = next((name for name in header if header.count(name) > 1), None)
    return None if twice is None else Problem(file, 1, twice, "expected each column once")


def _yaml_rows(path: Path) -> Iterator[Row | Problem]:
    if path.stat().st_size > LARGEST_YAML_BYTES:
        megabytes = LARGEST_YAML_BYTES // 1_000_000
        yield Problem(path.name, None, None, f"expected at most {megabytes} MB of YAML; use CSV beyond that")
        return
    try:
        # Only the tree is built, never objects: every value stays the text that stands in the file.
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        yield Problem(path.name, line, None, f"expected YAML: {error.problem}")
        return
    except yaml.YAMLError:
        yield Problem(path.name, None, None, "expected YAML; a character in it is not allowed there")
        return
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        yield Problem(path.name, 1, None, "expected a list of rows", "- customer_id: C1001")
        return
    for node in root.value:
        yield _yaml_row(path.name, node)


_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _yaml_row(file: str, node: yaml.Node) -> Row | Problem:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return Problem(file, line, None, "expected columns with their values", "customer_id: C1001")
    cells: dict[str, str] = {}
    for name_node, value_node in node.value:
        name = _printable(str(name_node.value))
        at = value_node.start_mark.line + 1
        if name in cells:
            return Problem(file, at, name, "expected each column once")
        cell = _yaml_cell(value_node)
        if cell is None:
            return Problem(file, at, name, "expected one value, or a list of values")
        cells[name] = cell
    return Row(line, {name: cell for name, cell in cells.items() if cell})


def _printable(name: str) -> str:
    """A column's name as it may be told: it comes from the file, and terminals obey some characters."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:64])


def _yaml_cell(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.ScalarNode):
        is_null = node.tag == "tag:yaml.org,2002:null"
        return "" if is_null else str(node.value).strip()
    if isinstance(node, yaml.SequenceNode) and all(isinstance(part, yaml.ScalarNode) for part in node.value):
        return " ".join(str(part.value).strip() for part in node.value)
    return None
