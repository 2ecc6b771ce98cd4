"""A command's words: one Markdown file with a section per language and answer, each a Jinja2 template.

A section begins with a heading of two levels that names the language and the answer, `## en answer`, and
goes on to the next heading; what stands before the first one is a note to whoever edits the file, and so is
`<!-- anything -->`. Line breaks are kept as they are written. A language that lacks a section falls back to
English.

Templates run in Jinja2's sandbox. A public text is rendered where a private value is an error, whatever the
template does with it; only the private renderer reveals.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from commands.plan import PrivateWords, PublicWords
from commands.privacy import Private, Public
from commands.said import Said
from commands.wording.locales import ENGLISH, LOCALES, Formats, language

_HEADING = re.compile(r"^##[ \t]+(?P<lang>[A-Za-z-]+)[ \t]+(?P<answer>[^\n#]+?)[ \t]*#*$")
_ANY_HEADING = re.compile(r"^##(?!#)")
_NOTE = re.compile(r"<!--.*?-->", re.DOTALL)
_EMPTY_LINES = re.compile(r"\n{3,}")


class WordsUnreadable(ValueError):
    """A file of words that cannot be used; `line` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class WordsFailed(RuntimeError):
    """A section that is missing, or that names a value it was not given. To the customer, a crash."""


class NotPublic(TypeError):
    """Something that not everybody may read was to stand in public."""


class _Public(ImmutableSandboxedEnvironment):
    """Renders what everybody may read; meeting a private value is an error."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return opened_in_public(super().getattr(opened_in_public(obj), attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return opened_in_public(super().getitem(opened_in_public(obj), argument))


class _Private(ImmutableSandboxedEnvironment):
    """Renders what only its owner may read, and so reveals private values."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return opened(super().getattr(opened(obj), attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return opened(super().getitem(opened(obj), argument))


def opened(value: Any) -> Any:
    """The value without its marks of privacy, also inside a tuple or list."""
    if type(value) is str:
        return value
    if isinstance(value, Private | Public):
        return opened(value.reveal())
    return tuple(map(opened, value)) if type(value) in (tuple, list) else value


def opened_in_public(value: Any) -> Any:
    """The value without its mark, also inside a tuple or list.

    Raises:
        NotPublic: it is private, or a person's own words.
    """
    if type(value) is str:
        return value
    if isinstance(value, Public):
        return opened_in_public(value.reveal())
    if isinstance(value, Private):
        raise NotPublic("a private value cannot stand in a public text")
    if isinstance(value, Said):
        raise NotPublic("what a person wrote is never repeated in public; look it up and name what was found")
    return tuple(map(opened_in_public, value)) if type(value) in (tuple, list) else value


class Renderers:
    """Jinja2 environments, one per language and channel, for one time zone. Made once, then only read."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.public = {tag: _environment(_Public, opened_in_public, zone, tag) for tag in LOCALES}
        self.private = {tag: _environment(_Private, opened, zone, tag) for tag in LOCALES}

    def compile(self, source: str) -> CodeType:
        """The template as code that every environment can run. Raises jinja2.TemplateSyntaxError."""
        return _code(source)


def _environment(
    kind: type[ImmutableSandboxedEnvironment], opener: Callable[[Any], Any], zone: ZoneInfo, tag: str
) -> ImmutableSandboxedEnvironment:
    environment = kind(
        undefined=StrictUndefined, finalize=opener, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    for name, written in Formats(LOCALES[tag], zone).as_filters().items():
        environment.filters[name] = _opening(written, opener)
    return environment


@lru_cache(maxsize=4096)
def _code(source: str) -> CodeType:
    """Each template is compiled once, however often its file is read; the code names no language or zone."""
    return _environment(_Public, opened_in_public, ZoneInfo("UTC"), ENGLISH).compile(source)


def _opening(written: Callable[..., str], opener: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda value: written(opener(value))


@dataclass(frozen=True, slots=True)
class Section:
    """One answer's words in one language, ready for both channels."""

    public: Template
    private: Template
    line: int


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a command can say, by language and answer."""

    file: Path
    sections: Mapping[tuple[str, str], Section]
    _fixed: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def languages(self, answer: str) -> tuple[str, ...]:
        """The languages that have this answer."""
        return tuple(tag for tag in LOCALES if (tag, answer) in self.sections)

    def answers(self) -> frozenset[str]:
        """The names of all answers, in whatever language."""
        return frozenset(answer for _, answer in self.sections)

    def public(self, tag: str, answer: str, values: Mapping[str, Public[object]]) -> str:
        """The text for everybody.

        Raises:
            NotPublic: a value is not `Public`, or holds something private or a person's own words.
            WordsFailed: there is no such section, or it names a value it was not given.
        """
        for name, value in values.items():
            if not isinstance(value, Public):
                raise NotPublic(f"“{name}” is not marked Public, so “{answer}” cannot be said in public")
        section = self._section(tag, answer)
        return self._render(section.public, answer, {k: opened_in_public(v) for k, v in values.items()})

    def fixed(self, tag: str, answer: str) -> str:
        """The text for everybody of a section that names no value: always the same, so rendered only once.

        Raises WordsFailed as `public` does.
        """
        said = self._fixed.get((tag, answer))
        if said is None:
            said = self._fixed[tag, answer] = self.public(tag, answer, {})
        return said

    def private(self, tag: str, answer: str, values: Mapping[str, object]) -> str:
        """The text for one person alone. Raises WordsFailed as `public` does."""
        section = self._section(tag, answer)
        return self._render(section.private, answer, {k: opened(v) for k, v in values.items()})

    def _section(self, tag: str, answer: str) -> Section:
        found = self.sections.get((language(tag), answer)) or self.sections.get((ENGLISH, answer))
        if found is None:
            raise WordsFailed(f"{self.file.name} has no section “## {ENGLISH} {answer}”")
        return found

    def _render(self, template: Template, answer: str, values: Mapping[str, object]) -> str:
        try:
            text = template.render(values)
        except TemplateError as trouble:
            raise WordsFailed(f"“{answer}” of {self.file.name}: {trouble.message}") from trouble
        lines = "\n".join(line.rstrip() for line in text.splitlines())
        return _EMPTY_LINES.sub("\n\n", lines).strip()


@dataclass(frozen=True, slots=True)
class BoundWords:
    """A command's words bound to a person's language and the brand: what a command gets as `context.words`.

    Every section may name `brand`.
    """

    words: Words
    lang: str
    brand: str
    may_link: bool = False

    def public(self, section: str, **values: Public[object]) -> PublicWords:
        """The section's text for everybody. Raises NotPublic and WordsFailed as `Words.public` does."""
        named = {"brand": Public(self.brand), **values}
        return PublicWords(self.words.public(self.lang, section, named), self.may_link)

    def private(self, section: str, **values: object) -> PrivateWords:
        """The section's text for one person alone. Raises WordsFailed as `Words.public` does."""
        return PrivateWords(self.words.private(self.lang, section, {"brand": self.brand, **values}))


def read_words(file: Path, renderers: Renderers) -> Words:
    """The words of one Markdown file.

    Raises:
        WordsUnreadable: a heading names no shipped language, a section comes twice or is empty, or its
        template
            has a mistake.
        OSError: the file cannot be read.
    """
    sections: dict[tuple[str, str], Section] = {}
    for tag, answer, line, source in _split(file.read_text(encoding="utf-8")):
        if (tag, answer) in sections:
            raise WordsUnreadable(f"the section “{tag} {answer}” comes twice", line)
        if not source.strip():
            raise WordsUnreadable(f"the section “{tag} {answer}” is empty", line)
        sections[tag, answer] = _section(source, tag, line, renderers)
    return Words(file, sections)


def _section(source: str, tag: str, line: int, renderers: Renderers) -> Section:
    try:
        code = renderers.compile(source.strip("\n"))
    except TemplateError as trouble:
        within = getattr(trouble, "lineno", 1)
        raise WordsUnreadable(f"its template has a mistake: {trouble.message}", line + within) from trouble
    public, private = renderers.public[tag], renderers.private[tag]
    return Section(
        # The plain dictionary, which each rendering copies: it copies a ChainMap many times slower.
        Template.from_code(public, code, public.globals),
        Template.from_code(private, code, private.globals),
        line,
    )


def _split(text: str) -> list[tuple[str, str, int, str]]:
    """Language, answer, line of the heading and body of each section, in the file's order."""
    found: list[tuple[str, str, int, list[str]]] = []
    for number, line in enumerate(_without_notes(text).splitlines(), start=1):
        if _ANY_HEADING.match(line):
            found.append((*_heading(line, number), number, []))
        elif found:
            found[-1][3].append(line)
    return [(tag, answer, line, "\n".join(body)) for tag, answer, line, body in found]


def _without_notes(text: str) -> str:
    """The text without its notes, each replaced by as many line breaks, so that line numbers stay true."""
    return _NOTE.sub(lambda note: "\n" * note[0].count("\n"), text)


def _heading(line: str, number: int) -> tuple[str, str]:
    found = _HEADING.match(line)
    known = " or ".join(LOCALES)
    if not found:
        raise WordsUnreadable(f"“{line.strip()}” is no heading of a section; write “## en answer”", number)
    tag = found["lang"].casefold()
    if tag not in LOCALES:
        raise WordsUnreadable(f"“{found['lang']}” is no shipped language; write {known}", number)
    return tag, " ".join(found["answer"].split())
