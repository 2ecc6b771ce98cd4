"""Tries the worked examples of commands: for their authors, never in the daemon.

    python -m commands.testing my_commands

loads the commands of a folder beside the built-in ones, tries every example of each in every shipped language
against a small fixed company (loading/cast.py), prints OK or NO for each command, and ends with 1 if one
fails.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from commands.accounts import Account, Catalogue
from commands.answer import answer
from commands.api import (
    AddToTicket,
    Channel,
    CommandCard,
    Example,
    Guide,
    IncidentCard,
    OpenTicket,
    PersonCard,
    Request,
    TicketCard,
    TicketState,
)
from commands.combine import Audience, Combined, Part, combine
from commands.hours import Opening
from commands.loading import cast
from commands.loading.command_files import Command
from commands.loading.guides import Guides, read_guides
from commands.loading.problems import Problem, ProblemCode
from commands.parse import Call, find_commands, parse_message, parse_post
from commands.references import new_reference
from commands.registry import BUILT_IN, Loaded, Registry
from commands.said import Said
from commands.wording.locales import LOCALES
from commands.wording.sentences import Sentences
from commands.wording.words import BoundWords

_GUIDES = BUILT_IN / "guide" / "android"


class ExampleFailed(AssertionError):
    """An example whose answer is not what it says; the text says what was found instead."""


@dataclass(frozen=True, slots=True)
class DemoContext:
    """What a command may ask, answered from the cast. It satisfies `commands.api.Context`."""

    words: BoundWords
    name: str
    lang: str
    now: datetime
    loaded: Loaded
    shown_guides: Guides
    ticket: TicketCard | None
    known_problems: tuple[IncidentCard, ...] = field(default=(), kw_only=True)

    def account(self) -> Account | None:
        """The account of a linked one of the cast."""
        return cast.account(self.name)

    def catalogue(self) -> Catalogue:
        """The cast's two handsets."""
        return cast.catalogue()

    def guides(self) -> tuple[Guide, ...]:
        """The built-in how-tos."""
        return self.shown_guides.served(self.now.date(), self.lang)

    def commands(self) -> tuple[CommandCard, ...]:
        """All commands that were loaded."""
        return self.loaded.cards(self.lang)

    def open_ticket(self) -> TicketCard | None:
        """The ticket the example gives, if any."""
        return self.ticket

    def own_ticket(self, reference: str | None = None) -> TicketCard | None:
        """The ticket the example gives, under its own reference."""
        return self.ticket if self.ticket and reference in (None, self.ticket.reference) else None

    def incidents(self) -> tuple[IncidentCard, ...]:
        """The incident the example gives, if any."""
        return self.known_problems

    def next_reference(self) -> str:
        """Always the same one."""
        return new_reference(cast.BRAND.ticket_prefix, lambda size: 123_457 % size)

    def promise(self, working: timedelta) -> datetime:
        """Counted in the cast's opening hours."""
        return cast.CALENDAR.after(self.now, working)

    def opening(self) -> Opening:
        """By the cast's opening hours."""
        return cast.CALENDAR.opening(self.now)


class Trial:
    """Tries examples against one set of commands."""

    def __init__(self, registry: Registry, loaded: Loaded) -> None:
        self._loaded = loaded
        self._say = Sentences.load(registry.renderers, cast.BRAND.name)
        self._guides = read_guides([_GUIDES])

    def examples(self, command: Command) -> None:
        """Nothing, when every example of the command holds. Raises ExampleFailed for the first other."""
        if not command.rules.examples:
            raise ExampleFailed("It has no example; every command shows and tests at least one.")
        for example in command.rules.examples:
            self.one(command, example)

    def one(self, command: Command, example: Example) -> Combined:
        """The answer to one example, in the person's own language.

        Raises:
            ExampleFailed: it is not what the example says, or the command fails in one of the languages.
        """
        said = f"“{example.text}” as {example.as_}"
        if example.as_ not in cast.NAMES:
            raise ExampleFailed(f"{said}: the cast is {', '.join(cast.NAMES)}")
        asker = replace(cast.person(example.as_), stopped=example.given.stopped)
        calls = self._calls(command, example, said)
        answers = {}
        for lang in {*LOCALES, asker.lang}:
            try:
                answers[lang] = self._answer(calls, example, replace(asker, lang=lang))
            except Exception as trouble:
                name = type(trouble).__name__
                raise ExampleFailed(f"{said}, in “{lang}”, failed: {name}: {trouble}") from trouble
        found = answers[asker.lang]
        for complaint in _complaints(example, found):
            raise ExampleFailed(f"{said}: {complaint}")
        return found

    def _calls(self, command: Command, example: Example, said: str) -> Sequence[Call]:
        parsed = parse_message(example.text) if example.dm else parse_post(example.text)
        calls = find_commands(parsed, self._loaded.names, only_alone=self._loaded.only_alone()).commands
        if command.id not in [call.command for call in calls]:
            raise ExampleFailed(f"{said} does not call #{command.name}")
        return calls

    def _answer(self, calls: Sequence[Call], example: Example, asker: PersonCard) -> Combined:
        parts = []
        for call in calls:
            command = self._loaded.commands[call.command]
            request = _request(call, example, asker)
            context = self._context(command, example, asker, request.now)
            parts.append(Part(command.name, answer(command, request, context, self._say, links_allowed=True)))
        by_message = any(self._loaded.commands[call.command].rules.by_message for call in calls)
        may_message = asker.takes_messages and not by_message
        audience = Audience(_channel(example), asker.lang, may_message=may_message)
        return combine(parts, audience, self._say)

    def _context(self, command: Command, example: Example, asker: PersonCard, now: datetime) -> DemoContext:
        reference = example.given.open_ticket
        ticket = TicketCard(
            reference=reference or "",
            command=command.id,
            state=TicketState.OPEN,
            opened_at=now - timedelta(hours=2),
            due_at=cast.CALENDAR.after(now, timedelta(hours=6)),
        )
        return DemoContext(
            words=BoundWords(command.words, asker.lang, cast.BRAND.name, command.rules.public_link),
            name=example.as_,
            lang=asker.lang,
            now=now,
            loaded=self._loaded,
            shown_guides=self._guides,
            ticket=ticket if reference else None,
            known_problems=_incidents(example, now),
        )


def check(folders: Sequence[Path], registry: Registry | None = None) -> tuple[Loaded, tuple[Problem, ...]]:
    """The commands of these folders, and everything that is wrong with them, failing examples among it."""
    registry = registry or Registry(cast.ZONE)
    loaded = registry.load(folders)
    trial = Trial(registry, loaded)
    problems = list(loaded.problems)
    for command in loaded.commands.values():
        try:
            trial.examples(command)
        except ExampleFailed as failed:
            problems.append(_failing(command, str(failed)))
    return loaded, tuple(problems)


def _failing(command: Command, what: str) -> Problem:
    return Problem(
        code=ProblemCode.EXAMPLE_FAILS,
        file=command.file,
        line=None,
        what=what,
        who=f"Customers who ask #{command.name} may get something else than its help promises.",
        now="The bot tries no examples: it answers as the files stand.",
        you_can="Mend the command or the example.",
    )


def main(arguments: Sequence[str]) -> int:
    """Prints what is right and wrong with the folders named; 1 when something fails, 2 when none is named."""
    folders = [Path(argument) for argument in arguments]
    missing = [folder for folder in folders if not folder.is_dir()]
    if not folders or missing:
        sys.stderr.write(
            f"usage: python -m commands.testing FOLDER… ({', '.join(map(str, missing))} not found)\n"
        )
        return 2
    loaded, problems = check([BUILT_IN, *folders])
    by_file: Mapping[str, list[Problem]] = {}
    by_file = {problem.file.stem: [] for problem in problems}
    for problem in problems:
        by_file[problem.file.stem].append(problem)
    for command in loaded.commands.values():
        if not by_file.get(command.id):
            sys.stdout.write(f"OK  #{command.name}: {len(command.rules.examples)} examples\n")
    for problem in problems:
        sys.stdout.write(f"NO  {problem}\n")
    return 1 if any(not problem.warning for problem in problems) else 0


def _request(call: Call, example: Example, asker: PersonCard) -> Request:
    now = cast.CLOSED_AT if example.given.closed_now else cast.OPEN_AT
    return Request(
        command=call.command,
        called=call.name_as_written,
        arguments=tuple(Said(word) for word in call.arguments),
        asked=_channel(example),
        person=asker,
        brand=cast.BRAND,
        mention_id="1",
        asked_at=now,
        now=now,
    )


def _incidents(example: Example, now: datetime) -> tuple[IncidentCard, ...]:
    text = example.given.incident
    if text is None:
        return ()
    over_at = now - timedelta(minutes=5) if example.given.incident_over else None
    return (IncidentCard(1, text, ("data", "broken"), now - timedelta(hours=2), over_at),)


def _channel(example: Example) -> Channel:
    return Channel.PRIVATE if example.dm else Channel.PUBLIC


def _complaints(example: Example, found: Combined) -> list[str]:
    """What of the example is not so."""
    public = found.public.text if found.public else ""
    private = found.private.text if found.private else ""
    complaints = []
    for part in _parts(example.private_contains):
        if part in public:
            complaints.append(f"“{part}” is private and stands in public")
        if part not in private:
            complaints.append(f"“{part}” is not in the private answer “{private}”")
    for part in _parts(example.public_contains):
        if part not in public:
            complaints.append(f"“{part}” is not in the public answer “{public}”")
    opens = any(isinstance(ticket, OpenTicket) for ticket in found.tickets)
    adds = any(isinstance(ticket, AddToTicket) for ticket in found.tickets)
    for expected, so, what in (
        (example.opens_ticket, opens, "opens a ticket"),
        (example.adds_to_ticket, adds, "adds to a ticket"),
        (example.hands_over, found.handover is not None, "hands over"),
    ):
        if expected != so:
            complaints.append(f"it {'never ' if expected else ''}{what}")
    return complaints


def _parts(contains: str | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(contains, tuple):
        return contains
    return (contains,) if contains else ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
