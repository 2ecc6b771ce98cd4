"""Worked examples are tests: those of every built-in command hold, and one that does not is told."""

import pytest

from commands.loading.command_files import command_files
from commands.loading.problems import ProblemCode
from commands.registry import BUILT_IN
from commands.testing import ExampleFailed, check, main

CODE = """
from commands.api import Context, Example, Plan, Public, Request, Risk, command

@command("hello", risk=Risk.READ, examples=[{example}])
def hello(request: Request, context: Context) -> Plan:
    return Plan(public=context.words.public("answer"))
"""
WORDS = "## en summary\nsays hello\n\n## en answer\nHello\n"


@pytest.fixture
def own_command(tmp_path):
    folder = tmp_path / "my_commands"
    folder.mkdir()

    def write(example, words=WORDS):
        (folder / "hello.py").write_text(CODE.format(example=example), encoding="utf-8")
        (folder / "hello.md").write_text(words, encoding="utf-8")
        return folder

    return write


@pytest.mark.parametrize("name", [file.stem for file in command_files(BUILT_IN)])
def test_every_example_of_a_built_in_command_holds_in_every_language(built_in, trial, name):
    trial.examples(built_in.commands[name])


@pytest.mark.parametrize(
    ("example", "what"),
    [
        ('Example("@BrightTel #goodbye")', "does not call #hello"),
        ('Example("hello")', "does not call #hello"),
        ('Example("@BrightTel #hello", public_contains="Bye")', "“Bye” is not in the public answer “Hello”"),
        ('Example("hello", dm=True, private_contains="Bye")', "“Bye” is not in the private answer “Hello”"),
        ('Example("#hello", private_contains="Hello")', "is private and stands in public"),
        ('Example("#hello", opens_ticket=True)', "it never opens a ticket"),
        ('Example("#hello", adds_to_ticket=True)', "it never adds to a ticket"),
        ('Example("#hello", hands_over=True)', "it never hands over"),
        ('Example("#hello", as_="nobody")', "the cast is ana, ben, carys, mallory"),
        ("", "It has no example"),
    ],
)
def test_an_example_that_does_not_hold_says_what_was_found_instead(own_command, example, what):
    _, problems = check([own_command(example)])

    (problem,) = problems
    assert problem.code is ProblemCode.EXAMPLE_FAILS
    assert what in problem.what
    assert "answers as the files stand" in problem.now


def test_words_that_do_not_fit_in_one_language_fail_the_example(own_command):
    folder = own_command('Example("#hello")', WORDS + "\n## cy answer\n" + "hir " * 80)

    _, (problem,) = check([folder])

    assert "in “cy”, failed: BadPlan: the public text weighs" in problem.what


def test_an_author_sees_ok_and_no_line_by_line(own_command, capsys):
    assert main([str(own_command('Example("#hello", public_contains="Hello")'))]) == 0
    assert "OK  #hello: 1 examples" in capsys.readouterr().out

    assert main([str(own_command('Example("#hello", public_contains="Bye")'))]) == 1
    shown = capsys.readouterr().out
    assert "NO  hello.py" in shown
    assert "OK  #hello" not in shown


def test_an_author_who_names_no_folder_is_told_how(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_somebody_outside_the_cast_is_unknown(trial, built_in):
    command = built_in.commands["help"]

    with pytest.raises(ExampleFailed, match="does not call"):
        trial.one(command, command.rules.examples[0].__class__("@BrightTel hello"))
