"""The house keeps its own rules: sizes, names, who may tell the time, and what may never stand in a file."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "commands", "storage", "sandbox")
FILE_WALL, FUNCTION_WALL = 400, 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "base", "misc"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


CODE = [path for path in tracked("*.py") if "versions" not in path.parts]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] in ROOMS]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_no_file_and_no_function_passes_its_wall(path: Path) -> None:
    text = path.read_text()
    functions = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_WALL
    ]

    assert text.count("\n") <= FILE_WALL
    assert functions == []


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_every_module_says_in_one_sentence_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text())

    assert path.name == "__init__.py" or ast.get_docstring(tree)


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_nothing_is_imported_for_type_checking_only(path: Path) -> None:
    assert "TYPE_CHECKING" not in path.read_text()


@pytest.mark.parametrize("path", [p for p in OURS if p.relative_to(ROOT).parts[0] != "sandbox"], ids=name_of)
def test_only_the_clock_knows_the_wall_time(path: Path) -> None:
    """The sandbox plays X and has a clock of its own."""
    if name_of(path) == "bot/clock.py":
        return
    told = re.findall(
        r"\.now\((?:UTC|tz|timezone)|\.utcnow\(|\.today\(|\btime\.time\(|CURRENT_TIMESTAMP", path.read_text()
    )

    assert told == []


def test_file_names_are_unique_outside_the_built_in_commands() -> None:
    seen: dict[str, list[str]] = {}
    for path in OURS:
        if "builtin" not in path.parts and "versions" not in path.parts and not path.name.startswith("__"):
            seen.setdefault(path.name, []).append(name_of(path))

    assert {name: paths for name, paths in seen.items() if len(paths) > 1} == {}


def test_no_file_is_named_after_nothing() -> None:
    assert [name_of(path) for path in OURS if path.stem in FORBIDDEN_NAMES] == []


def test_no_folder_of_the_rooms_holds_more_than_a_reader_can_take_in() -> None:
    folders: dict[Path, int] = {}
    for path in OURS:
        if path.name != "__init__.py":
            folders[path.parent] = folders.get(path.parent, 0) + 1

    assert {name_of(folder): count for folder, count in folders.items() if count > 16} == {}


def test_no_lock_names_the_address_of_an_index() -> None:
    for lock in ROOT.glob("*.lock"):
        assert "http" not in lock.read_text()


def test_every_locked_package_carries_a_hash() -> None:
    for lock in ROOT.glob("*.lock"):
        pinned = re.findall(r"^[a-z0-9][^=\s]*==", lock.read_text(), re.MULTILINE)
        hashed = re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=", lock.read_text(), re.MULTILINE)
        assert len(pinned) == len(hashed) > 0
