"""The docs say what is so: every link, code, setting, command line and file they name exists."""

import ast
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from bot.alarm_bell import AlarmCode
from bot.cli.main import app
from bot.metrics import Metrics
from bot.settings import Settings
from commands import testing
from commands.loading.problems import ProblemCode
from commands.registry import BUILT_IN
from storage import states

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "my_commands" / "README.md",
        *(ROOT / "docs").rglob("*.md"),
    ]
)
OPERATE = ROOT / "docs" / "operate.md"
TUTORIAL = ROOT / "docs" / "write-a-command.md"
EXAMPLE = ROOT / "my_commands" / "_example"

KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")
FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# The verbs of the sentences that say who is affected by an error.
SAYS_SOMETHING = re.compile(
    r"\b(is|are|waits?|gets?|does not|would get|may (have|get|see)|(do|does) not|see)\b"
)
# Words in capitals that are no settings: what an author writes in code, and stand-ins.
NO_SETTINGS = {"READ", "SMALL_CHANGE", "NEEDS_PERSON", "NAME", "NAME_FILE"}
NO_SETTINGS |= {"SEED", "DAEMONS", "TEST_POSTGRES_URL"}  # of make, and of the tests
# Files that the reader makes.
TO_BE_MADE = {
    "my_commands/opentimes.md",
    "my_commands/opentimes.py",
    "my_commands/upgrade.md",
    "my_commands/upgrade.py",
}
TO_BE_MADE |= {"my_commands/android"}
STAND_INS = {
    "ID": "1",
    "REFERENCE": "BT-7KQ2-4",
    "FOLDER": "accounts",
    "CUSTOMER": "C1001",
    "PROFILE": "demo",
}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def fenced(page: Path) -> list[str]:
    return [block.group(1) for block in FENCE.finditer(page.read_text())]


def inline(page: Path) -> list[str]:
    return INLINE.findall(FENCE.sub("", page.read_text()))


def said_to_type(page: Path) -> list[str]:
    """Everything on the page that a reader would type, one line each."""
    lines = [line.strip() for block in fenced(page) for line in block.splitlines()]
    return [line.removeprefix("Example: ") for line in lines] + inline(page)


def anchors(page: Path) -> set[str]:
    """The anchors that readers' browsers know, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def operator_codes() -> set[str]:
    """Every code that an operator can be shown: of errors, of alarms, and of mistakes in commands' files."""
    found = {str(code) for code in ProblemCode} | {alarm.value for alarm in alarms()}
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "bot").rglob("*.py")}
    calls = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in (call for call in calls if called(call) == "OperatorError"):
        (code,) = [word.value for word in call.keywords if word.arg == "code"] or call.args[:1]
        found |= {code.value} if isinstance(code, ast.Constant) else set()
    # Those of a family are told apart by what was not found: no-such-ticket, no-such-person.
    kinds = [call.args[0] for call in calls if called(call) == "no_such"]
    found |= {f"no-such-{kind.value}" for kind in kinds if isinstance(kind, ast.Constant)}
    for path, tree in trees.items():
        if path.name == "troubles.py":  # hands its codes on to OperatorError
            words = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
            found |= {word for word in words if isinstance(word, str) and KEBAB.fullmatch(word)}
    return found


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", "") or getattr(call.func, "attr", ""))


def alarms() -> Iterator[AlarmCode]:
    """Every alarm: the members of each of the bot's lists of alarm codes."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "(AlarmCode)" in path.read_text():
            importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for kind in AlarmCode.__subclasses__():
        yield from kind


def told_codes() -> dict[str, list[str]]:
    """The codes of operate.md with their lines."""
    found = {}
    for part in re.split(r"^### ", OPERATE.read_text(), flags=re.MULTILINE)[1:]:
        code, _, rest = part.partition("\n")
        told = re.findall(r"^- (.+(?:\n  .+)*)$", rest.split("\n## ")[0], re.MULTILINE)
        found[code] = [" ".join(line.split()) for line in told]
    return found


def test_every_code_is_a_heading_of_operate_and_every_such_heading_a_code() -> None:
    assert sorted(told_codes()) == sorted(operator_codes())


@pytest.mark.parametrize("code", list(told_codes()))
def test_every_code_is_told_in_four_sentences(code: str) -> None:
    lines = told_codes()[code]

    assert len(lines) == 4
    assert all(line[0].isupper() and line.endswith(".") for line in lines)


@pytest.mark.parametrize("alarm", list(alarms()), ids=str)
def test_operate_says_of_an_alarm_what_the_bot_says(alarm: AlarmCode) -> None:
    assert told_codes()[alarm.value] == list(alarm.sentences.lines())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        if not aim.exists() or (anchor and anchor not in anchors(aim)):
            lost.append(target)

    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    rooms = (
        "bot/",
        "commands/",
        "storage/",
        "sandbox/",
        "docs/",
        "tests/",
        "benchmarks/",
        "my_commands/",
        "deploy/",
        ".ci/",
    )
    named = [word for word in inline(page) if word.startswith(rooms) and " " not in word]

    assert [word for word in named if word not in TO_BE_MADE and not (ROOT / word).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {name.upper() for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | NO_SETTINGS | STAND_INS.keys()
    words = [
        match.group(1) for line in said_to_type(page) if (match := re.match(r"([A-Z][A-Z_]{3,})(=|$)", line))
    ]

    assert sorted(set(words) - known) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_line_can_be_typed(page: Path) -> None:
    for line in said_to_type(page):
        words = line.removeprefix(".venv/bin/")
        if words.startswith("tweetserve ") and "COMMAND" not in words:
            parse(shlex.split(words.rstrip("."))[1:])


def parse(arguments: list[str]) -> None:
    """Parses a command line as `tweetserve` would, and runs nothing. Raises what it would complain of."""
    command, parent, rest = get_command(app), None, [STAND_INS.get(word, word) for word in arguments]
    name: str | None = "tweetserve"
    while True:
        is_group = hasattr(command, "commands")
        if is_group and not rest:
            return  # the page speaks of the group
        context = command.make_context(name, list(rest[:1] if is_group else rest), parent=parent)
        if not is_group:
            return
        command, parent, name, rest = command.commands[rest[0]], context, rest[0], rest[1:]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        match.group(1) for line in said_to_type(page) if (match := re.search(r"\bmake ([a-z-]+)$", line))
    }

    assert named - targets == set()


def test_every_metric_that_is_named_is_measured() -> None:
    measured = {family.name for family in Metrics().registry.collect()}
    read_on_scrape = re.findall(r'Reading\(\s*f?"([a-z_{}]+)"', (ROOT / "bot" / "readings.py").read_text())
    tables = ("mentions", "deliveries", "tickets", "handovers")
    measured |= {f"tweetserve_{name.format(table=table)}" for name in read_on_scrape for table in tables}
    named = {word for word in inline(OPERATE) if word.startswith("tweetserve_")} - {"tweetserve_"}

    assert named - measured == set()
    assert named


def test_every_built_in_command_is_named_in_the_readme() -> None:
    loaded = testing.Registry(testing.cast.ZONE).load([BUILT_IN])
    readme = (ROOT / "README.md").read_text()

    assert [command.name for command in loaded.commands.values() if f"`#{command.name}`" not in readme] == []


def test_the_files_of_the_tutorial_are_those_of_the_example() -> None:
    shown = fenced(TUTORIAL)

    for file in sorted(EXAMPLE.iterdir()):
        if file.is_file():
            assert file.read_text() in shown, file.name


def test_the_commands_of_the_tutorial_answer_as_their_examples_say() -> None:
    loaded, problems = testing.check([BUILT_IN, EXAMPLE])

    assert [str(problem) for problem in problems] == []
    assert {"opentimes", "upgrade"} <= set(loaded.commands)


def test_the_example_is_not_in_force_by_itself() -> None:
    loaded = testing.Registry(testing.cast.ZONE).load([ROOT / "my_commands"])

    assert not loaded.commands


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("mention", states.MentionState),
        ("delivery", states.DeliveryState),
        ("ticket", states.TicketState),
        ("hand-over", states.HandoverState),
    ],
)
def test_how_it_works_names_exactly_the_states_there_are(row: str, words: type[states.Glossed]) -> None:
    page = (ROOT / "docs" / "how-it-works.md").read_text()
    (line,) = re.findall(rf"^\| {row} \| (.+) \|$", page, re.MULTILINE)

    assert set(INLINE.findall(line)) == {word.value for word in words}


def test_the_changelog_tells_each_of_its_readers() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    told = re.findall(r"^### (.+)$", text, re.MULTILINE)

    readers = ["Leads will notice", "Operators must do", "Command authors must change", "Fixed"]
    assert told[: len(readers)] == readers
    assert (
        f'version = "{re.findall(r"^## ([0-9.]+)", text, re.MULTILINE)[0]}"'
        in (ROOT / "pyproject.toml").read_text()
    )


def test_who_is_affected_by_each_code_is_told_in_a_whole_sentence() -> None:
    codes = OPERATE.read_text().split("\n## Codes\n")[1]

    affected = {
        section.splitlines()[0]: [line for line in section.splitlines() if line.startswith("- ")][1]
        for section in codes.split("\n### ")[1:]
    }

    assert [code for code, who in affected.items() if not SAYS_SOMETHING.search(who)] == []
