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
_DRAWS_LOTS = re.compile(r"random|lipsum")
_MARKED = (Private, Public)
_PLAIN = (str, bool, type(None))
_MOST_JUDGED = 4096
_MOST_KEPT = 64  # of one file


class WordsUnreadable(ValueError):
    """A file of words that cannot be used; `line` counts from 1."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class WordsFailed(RuntimeError):
    """A section that is missing, or that names a value it was not given. To the customer, a crash."""


class NotPublic(TypeError):
    """Something that not everybody may read was to stand in public."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's, which judges each name of each type once."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._judged: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """As Jinja2 says, for whom only the type and the name count."""
        safe = self._judged.get((type(obj), attr))
        if safe is None:
            if len(self._judged) >= _MOST_JUDGED:
                self._judged.clear()
            safe = self._judged[type(obj), attr] = super().is_safe_attribute(obj, attr, value)
        return safe


class _Public(_Sandbox):
    """Renders what everybody may read; meeting a private value is an error."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return opened_in_public(super().getattr(opened_in_public(obj), attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return opened_in_public(super().getitem(opened_in_public(obj), argument))


class _Private(_Sandbox):
    """Renders what only its owner may read, and so reveals private values."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return opened(super().getattr(opened(obj), attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        return opened(super().getitem(opened(obj), argument))


def opened(value: Any) -> Any:
    """The value without its marks of privacy, also inside a tuple or list."""
    if type(value) is str:
        return value
    if isinstance(value, _MARKED):
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
    varies: bool = False  # it draws lots: no two texts need be the same


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a command can say, by language and answer."""

    file: Path
    sections: Mapping[tuple[str, str], Section]
    _kept: dict[object, str] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        return self._said(tag, answer, values, opened_in_public)

    def private(self, tag: str, answer: str, values: Mapping[str, object]) -> str:
        """The text for one person alone. Raises WordsFailed as `public` does."""
        return self._said(tag, answer, values, opened)

    def _said(self, tag: str, answer: str, values: Mapping[str, object], opener: Callable[[Any], Any]) -> str:
        key = None
        if all(map(_is_the_same_for_everybody, values.values())):
            key = (tag, answer, opener, *values.items())
            said = self._kept.get(key)
            if said is not None:
                return said
        section = self._section(tag, answer)
        template = section.public if opener is opened_in_public else section.private
        said = self._render(template, answer, {name: opener(value) for name, value in values.items()})
        if key is not None and not section.varies:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = said
        return said

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
        named = {"brand": Public(self.brand), **values}
        return PrivateWords(self.words.private(self.lang, section, named))


def _is_the_same_for_everybody(value: object) -> bool:
    """Whether a text made of it may be kept: it is marked public, and what equals it is written alike, which
    is not so of 1 and 1.0. What is one person's is never kept.
    """
    return type(value) is Public and _is_plain(value.reveal())


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN or (type(value) is tuple and all(map(_is_plain, value)))


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
        varies=_DRAWS_LOTS.search(source) is not None,
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
