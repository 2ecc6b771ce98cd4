"""A command is a file; a mistake in it is told plainly and takes nothing else down."""

import os
import sys
import textwrap

import pytest

from commands.loading import cast
from commands.loading.problems import ProblemCode
from commands.registry import Registry

CODE = """
from commands.api import Context, Example, Plan, Request, Risk, command

@command("hello", "hi", risk=Risk.READ, examples=[Example("@BrightTel #hello you"), Example("x", help=False)])
def hello(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("answer"))
"""
WORDS = """
## en summary
says hello

## en answer
Hello
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my_commands"


@pytest.fixture
def write(folder):
    def written(code=CODE, words=WORDS, name="hello"):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(textwrap.dedent(code), encoding="utf-8")
        if words is not None:
            (folder / f"{name}.md").write_text(words, encoding="utf-8")

    return written


def test_a_command_is_found_by_all_its_hashtags(write, folder):
    write()

    loaded = Registry(cast.ZONE).load([folder])

    assert loaded.problems == ()
    assert dict(loaded.names) == {"hello": "hello", "hi": "hello"}
    assert loaded.commands["hello"].room == "my_commands"
    assert loaded.commands["hello"].summary("en") == "says hello"


def test_built_in_commands_come_through_the_same_door_without_a_problem(built_in):
    assert built_in.problems == ()
    assert set(built_in.commands) == {
        *("charges", "data", "text", "help", "handsets", "android", "tellme"),
        *("refund", "complaint", "broken", "faulty", "poorservice", "status", "agent", "stop", "start"),
    }


def test_the_menu_goes_from_the_account_to_people(built_in):
    rooms = list(dict.fromkeys(command.room for command in built_in.commands.values()))

    assert rooms == ["account", "guide", "tickets", "people"]


def test_a_stop_word_counts_only_alone(built_in):
    assert built_in.only_alone() == {"stop"}


def test_help_shows_what_to_write_and_leaves_out_what_is_switched_off(write, folder):
    write()
    loaded = Registry(cast.ZONE).load([folder])

    (card,) = loaded.cards("en")

    assert card.hashtags == ("hello", "hi")
    assert card.examples == ("#hello you",)
    assert loaded.cards("en", switched_off=frozenset({"hello"})) == ()


def test_help_shows_a_changed_summary_once_it_is_loaded(write, folder):
    write()
    registry = Registry(cast.ZONE)
    before = registry.load([folder]).cards("en")
    write(words=WORDS.replace("says hello", "greets"))

    after = registry.load([folder]).cards("en")

    assert (before[0].summary, after[0].summary) == ("says hello", "greets")


def test_a_folder_that_is_not_there_holds_no_command(folder):
    assert Registry(cast.ZONE).load([folder / "nowhere"]).commands == {}


def test_files_with_an_underscore_are_no_commands(write, folder):
    write(name="_helper", code="raise RuntimeError", words=None)

    assert Registry(cast.ZONE).load([folder]).problems == ()


BAD = [
    (ProblemCode.CANNOT_LOAD, "hello.py:3", "not valid Python", {"code": "\n\ndef hello(:\n"}),
    (ProblemCode.CANNOT_LOAD, "hello.py:2", "ZeroDivisionError", {"code": "\n1 / 0\n"}),
    (ProblemCode.CANNOT_LOAD, "hello.py:2", "ModuleNotFoundError", {"code": "\nimport nothing_like_it\n"}),
    (ProblemCode.NOT_DECLARED, "hello.py", "No functions in it stand under @command", {"code": "x = 1\n"}),
    (
        ProblemCode.NOT_DECLARED,
        "hello.py",
        "2 functions",
        {"code": CODE + CODE.replace("def hello", "def hullo")},
    ),
    (ProblemCode.BAD_HASHTAG, "hello.py", "“#he-llo”", {"code": CODE.replace('"hi"', '"he-llo"')}),
    (ProblemCode.BAD_HASHTAG, "hello.py", "no hashtag", {"code": CODE.replace('"hello", "hi", ', "")}),
    (ProblemCode.BAD_HASHTAG, "hello.py", "“#2026”", {"code": CODE.replace('"hi"', '"2026"')}),
    (ProblemCode.NO_WORDS, "hello.md", "There is no hello.md beside hello.py", {"words": None}),
    (
        ProblemCode.WORDS_UNREADABLE,
        "hello.md:5",
        "Its template has a mistake",
        {"words": "## en summary\nhi\n\n## en answer\n{{ x \n"},
    ),
    (ProblemCode.WORDS_UNREADABLE, "hello.md:1", "no shipped language", {"words": "## de answer\nHallo\n"}),
    (
        ProblemCode.SECTION_MISSING,
        "hello.md",
        "“## en answer”, which hello.py:6 says",
        {"words": "## en summary\nhi\n"},
    ),
    (
        ProblemCode.SECTION_MISSING,
        "hello.md",
        "“## en summary”, which every command says",
        {"words": "## en answer\nhi\n"},
    ),
    (
        ProblemCode.SECTION_MISSING,
        "hello.md",
        "Its summary cannot be said",
        {"words": "## en summary\n{{ x }}\n## en answer\nhi\n"},
    ),
    (
        ProblemCode.MAKES_PUBLIC,
        "hello.py:6",
        "marks what the person wrote as Public",
        {
            "code": CODE.replace(
                'public("answer")', 'public("answer", x=privacy.Public(str(request.arguments[0])))'
            )
        },
    ),
    (
        ProblemCode.MAKES_PUBLIC,
        "hello.py:6",
        "makes public words itself",
        {"code": CODE.replace('context.words.public("answer")', 'PublicWords("hello")')},
    ),
    (
        ProblemCode.MAKES_PUBLIC,
        "hello.py:6",
        "marks a value Public itself",
        {
            "code": CODE.replace("Plan, ", "Plan, Public, ").replace(
                'public("answer")', 'public("answer", x=Public(context.account().name.reveal()))'
            )
        },
    ),
]


@pytest.mark.parametrize(("code", "place", "what", "files"), BAD, ids=[row[2] for row in BAD])
def test_a_mistake_says_what_happened_who_is_affected_what_the_bot_does_and_what_to_do(
    write, folder, code, place, what, files
):
    write(**files)

    (problem,) = Registry(cast.ZONE).load([folder]).problems

    assert (problem.code, problem.place) == (code, place)
    assert what in problem.what
    assert problem.who == "Customers who ask #hello get no answer from it."
    assert problem.now == "The bot leaves #hello out; all other commands work."
    assert problem.you_can
    assert str(problem).endswith(f"[{code}]")
    assert "Traceback" not in str(problem)


@pytest.mark.parametrize(("code", "place", "what", "files"), BAD, ids=[row[2] for row in BAD])
def test_the_last_good_version_goes_on_when_a_mistake_is_saved(write, folder, code, place, what, files):
    write()
    write(name="other", code=CODE.replace('"hello", "hi"', '"other"'))
    registry = Registry(cast.ZONE)
    before = registry.load([folder])
    if files.get("words", "") is None:
        (folder / "hello.md").unlink()

    write(**files)
    after = registry.load([folder])

    assert after.commands["hello"] is before.commands["hello"]
    assert set(after.commands) == {"hello", "other"}
    (problem,) = after.problems
    assert problem.who == "Customers who ask #hello do not see your change yet."
    assert problem.now == "The bot goes on with the last good version; all other commands work."


def test_a_mended_file_is_taken_up_and_a_deleted_one_is_gone(write, folder):
    write(code="x = ")
    registry = Registry(cast.ZONE)
    assert registry.load([folder]).commands == {}

    write()
    assert set(registry.load([folder]).commands) == {"hello"}

    (folder / "hello.py").unlink()
    assert registry.load([folder]).commands == {}
    assert registry.current.names == {}


def test_a_change_within_the_same_second_and_of_the_same_size_counts(write, folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    write()
    registry = Registry(cast.ZONE)
    registry.load([folder])
    saved_at = (folder / "hello.py").stat().st_mtime_ns

    write(code=CODE.replace('"hi"', '"yo"'))
    os.utime(folder / "hello.py", ns=(saved_at, saved_at))

    assert set(registry.load([folder]).names) == {"hello", "yo"}


def test_whoever_reads_keeps_one_consistent_set_while_another_is_swapped_in(write, folder):
    write()
    registry = Registry(cast.ZONE)
    held = registry.load([folder])

    write(words=WORDS.replace("Hello", "Good day"))
    registry.load([folder])

    assert held.commands["hello"].words.public("en", "answer", {}) == "Hello"
    assert registry.current.commands["hello"].words.public("en", "answer", {}) == "Good day"


def test_a_hashtag_that_two_claim_stays_with_the_first(write, folder):
    write()
    write(name="other", code=CODE.replace('"hello", "hi"', '"other", "HI"'))

    loaded = Registry(cast.ZONE).load([folder])

    (problem,) = loaded.problems
    assert problem.code is ProblemCode.TAKEN_HASHTAG
    assert "#hi belongs to my_commands/hello.py" in problem.what
    assert loaded.names == {"hello": "hello", "hi": "hello"}


def test_a_section_that_no_line_says_is_a_warning(write, folder):
    write(words=WORDS + "\n## en anser\nHello\n")

    loaded = Registry(cast.ZONE).load([folder])

    (problem,) = loaded.problems
    assert problem.warning
    assert problem.code is ProblemCode.SECTION_UNUSED
    assert "“anser”" in problem.what
    assert "hello" in loaded.commands
