"""Reads one command from its files: the Python file with its function and rules, and the words beside it.

Built-ins and a brand's own commands come through this same door. A module is loaded under a name of its own
and never twice under one, so that a new version and the last good one can live side by side.
"""

import ast
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from commands.api import Declared, Rules
from commands.lexicon.folding import fold
from commands.loading.code_checks import check_made_public, sections_said, texts_in
from commands.loading.problems import Mistake, Problem, ProblemCode
from commands.text import hashtags
from commands.wording.locales import ENGLISH
from commands.wording.words import Renderers, Words, WordsFailed, WordsUnreadable, read_words

SUMMARY = "summary"
_SAVE_AS_TEXT = "Save it again as UTF-8 text."
_MEND_LINE = "Mend that line and save."
_loads = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Command:
    """A command that can be invoked. `id` is its file's name, `room` the folder it stands in."""

    id: str
    room: str
    file: Path
    declared: Declared
    words: Words

    @property
    def rules(self) -> Rules:
        """What it was declared with."""
        return self.declared.rules

    @property
    def name(self) -> str:
        """Its first hashtag, without `#`: how it is named to people."""
        return self.rules.hashtags[0]

    def names(self) -> tuple[str, ...]:
        """All its hashtags as they are compared."""
        return tuple(fold(tag) for tag in self.rules.hashtags)

    def summary(self, lang: str) -> str:
        """What it does, in a few words for everybody."""
        return self.words.public(lang, SUMMARY, {})


@dataclass(frozen=True, slots=True)
class Read:
    """A command as its files give it, with what its author should know all the same."""

    command: Command
    warnings: tuple[Problem, ...]


def command_files(folder: Path) -> list[Path]:
    """The Python files of commands in a folder, by path; names with a leading `_` are none."""
    return sorted(
        file
        for file in folder.rglob("*.py")
        if not any(part.startswith(("_", ".")) for part in file.relative_to(folder).parts)
    )


def read_command(file: Path, renderers: Renderers) -> Read:
    """The command of one Python file and the Markdown file of the same name.

    Raises:
        Mistake: the first thing that is wrong with them.
    """
    source = _source(file)
    declared = _declared(file, _module(file, source))
    _check_hashtags(file, declared.rules)
    words = _words(file.with_suffix(".md"), renderers)
    command = Command(id=file.stem, room=file.parent.name, file=file, declared=declared, words=words)
    tree = ast.parse(source)
    _check_sections(command, sections_said(tree))
    check_made_public(file, tree)
    return Read(command, tuple(_unused(command, tree)))


def _source(file: Path) -> str:
    try:
        source = file.read_text(encoding="utf-8")
        ast.parse(source)
    except (OSError, UnicodeDecodeError) as trouble:
        raise Mistake(
            ProblemCode.CANNOT_LOAD, file, None, f"It cannot be read: {trouble}.", _SAVE_AS_TEXT
        ) from trouble
    except SyntaxError as trouble:
        raise Mistake(
            ProblemCode.CANNOT_LOAD, file, trouble.lineno, f"It is not valid Python: {trouble.msg}.",
            _MEND_LINE,
        ) from trouble  # fmt: skip
    return source


def _module(file: Path, source: str) -> ModuleType:
    name = f"loaded_commands.{file.stem}_{next(_loads)}"
    module = ModuleType(name)
    module.__file__ = str(file)
    # Dataclasses look their module up by name.
    sys.modules[name] = module
    try:
        # Not by Python's own loader: its cache takes a file of the same second and size for unchanged.
        exec(compile(source, str(file), "exec"), vars(module))  # noqa: S102
    except Exception as trouble:
        sys.modules.pop(name, None)
        raise Mistake(
            ProblemCode.CANNOT_LOAD, file, _line_in(file, trouble),
            f"It failed while it was loaded: {type(trouble).__name__}: {trouble}.", _MEND_LINE,
        ) from trouble  # fmt: skip
    return module


def _line_in(file: Path, trouble: BaseException) -> int | None:
    """The last line of this file that the error passed through."""
    line, trace = None, trouble.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _declared(file: Path, module: ModuleType) -> Declared:
    found = [value for value in vars(module).values() if isinstance(value, Declared)]
    own = [one for one in found if one.function.__module__ == module.__name__]
    if len(own) == 1:
        return own[0]
    number = len(own) or "No"
    what = f"{number} functions in it stand under @command."
    raise Mistake(
        ProblemCode.NOT_DECLARED, file, None, what,
        "Put one function under @command; files that hold none begin with an underscore.",
    )  # fmt: skip


def _check_hashtags(file: Path, rules: Rules) -> None:
    advice = "Write letters, digits and underscores, at least one letter, without #."
    if not rules.hashtags:
        raise Mistake(ProblemCode.BAD_HASHTAG, file, None, "It has no hashtag.", advice)
    for tag in rules.hashtags:
        seen = hashtags(f"#{tag}")
        if len(seen) != 1 or seen[0].value != tag:
            raise Mistake(
                ProblemCode.BAD_HASHTAG, file, None, f"X would not see “#{tag}” as one hashtag.", advice
            )


def _words(file: Path, renderers: Renderers) -> Words:
    try:
        return read_words(file, renderers)
    except FileNotFoundError as trouble:
        raise Mistake(
            ProblemCode.NO_WORDS, file, None, f"There is no {file.name} beside {file.stem}.py.",
            f"Write {file.name} with the sections “## en summary” and those the command says.",
        ) from trouble  # fmt: skip
    except (OSError, UnicodeDecodeError) as trouble:
        raise Mistake(
            ProblemCode.WORDS_UNREADABLE, file, None, f"It cannot be read: {trouble}.", _SAVE_AS_TEXT
        ) from trouble
    except WordsUnreadable as trouble:
        raise Mistake(
            ProblemCode.WORDS_UNREADABLE, file, trouble.line, f"{_sentence(str(trouble))}",
            "Mend that section and save.",
        ) from trouble  # fmt: skip


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _check_sections(command: Command, used: dict[str, int]) -> None:
    for answer, line in {SUMMARY: None, **used}.items():
        if ENGLISH not in command.words.languages(answer):
            said = f"{command.file.name}:{line} says" if line else "every command says"
            raise Mistake(
                ProblemCode.SECTION_MISSING, command.words.file, None,
                f"It has no section “## {ENGLISH} {answer}”, which {said}.", "Write that section and save.",
            )  # fmt: skip
    try:
        command.summary(ENGLISH)
    except WordsFailed as trouble:
        raise Mistake(
            ProblemCode.SECTION_MISSING, command.words.file, None, f"Its summary cannot be said: {trouble}.",
            "Write it without values.",
        ) from trouble  # fmt: skip


def _unused(command: Command, tree: ast.Module) -> Iterator[Problem]:
    """Warnings of sections no line of the code names; not where names are handed on to be said elsewhere."""
    if not sections_said(tree):
        return
    for answer in sorted(command.words.answers() - texts_in(tree) - {SUMMARY}):
        section = next(one for (_, name), one in command.words.sections.items() if name == answer)
        yield Mistake(
            ProblemCode.SECTION_UNUSED, command.words.file, section.line,
            f"No line of {command.file.name} says the section “{answer}”.",
            "Take the section out, or correct its name.",
        ).warned(command.name)  # fmt: skip
