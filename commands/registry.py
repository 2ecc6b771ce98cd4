"""Every command there is: finds the built-in ones and the brand's own, and swaps a new set in at once.

A mistake in one command's files takes nothing else down: its last good version goes on, or it alone is
missing. Nothing is registered by importing; whoever holds a `Loaded` holds all there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from commands.api import CommandCard
from commands.loading.command_files import Command, command_files, read_command
from commands.loading.problems import Mistake, Problem, ProblemCode
from commands.wording.words import Renderers

BUILT_IN = Path(__file__).parent / "builtin"
_MOST_MENUS = 32  # remembered: one for each language, and for what was ever switched off
# The order of the menu; a brand's own folders follow.
ROOMS = ("account", "guide", "tickets", "people")


@dataclass(frozen=True, slots=True)
class Loaded:
    """One consistent set of commands. `names` gives the command's id for each folded hashtag.

    `commands` is in the order of the menu. `problems` are those of this load, warnings among them.
    """

    commands: Mapping[str, Command] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    _cards: dict[tuple[str, frozenset[str]], tuple[CommandCard, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def cards(self, lang: str, switched_off: frozenset[str] = frozenset()) -> tuple[CommandCard, ...]:
        """The commands that are on, as help shows them, in a person's language and the order of the menu."""
        found = self._cards.get((lang, switched_off))
        if found is None:
            if len(self._cards) >= _MOST_MENUS:
                self._cards.clear()
            found = self._cards[lang, switched_off] = tuple(
                _card(command, lang) for command in self.commands.values() if command.id not in switched_off
            )
        return found

    def only_alone(self) -> frozenset[str]:
        """The folded hashtags that count only as the whole message."""
        return frozenset(
            name for name, command in self.names.items() if self.commands[command].rules.only_alone
        )


class Registry:
    """Holds the commands in force. `load` may be called again at any time; readers keep what they hold."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.renderers = Renderers(zone)
        self._current = Loaded()

    @property
    def current(self) -> Loaded:
        """The commands in force; ask once for each mention."""
        return self._current

    def load(self, folders: Sequence[Path] = (BUILT_IN,)) -> Loaded:
        """The commands of these folders, in force from now on.

        A folder that does not exist holds none. Where two files claim a hashtag the one found first keeps it,
        built-ins before others when their folder is named first. A command whose files are gone is gone.
        """
        found, problems = [], list[Problem]()
        for file in (file for folder in folders if folder.is_dir() for file in command_files(folder)):
            command, told = self._read(file)
            problems += told
            if command is not None:
                found.append(command)
        self._current = _without_clashes(found, problems)
        return self._current

    def _read(self, file: Path) -> tuple[Command | None, list[Problem]]:
        try:
            read = read_command(file, self.renderers)
        except Mistake as mistake:
            last = self._current.commands.get(file.stem)
            kept = last if last is not None and last.file == file else None
            name = kept.name if kept else file.stem
            return kept, [mistake.told(name, kept=kept is not None)]
        return read.command, list(read.warnings)


def _without_clashes(found: Iterable[Command], problems: list[Problem]) -> Loaded:
    """The commands whose ids and hashtags are theirs alone."""
    commands: dict[str, Command] = {}
    names: dict[str, str] = {}
    for command in found:
        clash = _clash(command, commands, names)
        if clash is None:
            commands[command.id] = command
            names.update(dict.fromkeys(command.names(), command.id))
        else:
            problems.append(clash.told(command.name, kept=False))
    in_order = dict(sorted(commands.items(), key=lambda item: _place(item[1])))
    return Loaded(MappingProxyType(in_order), MappingProxyType(names), tuple(problems))


def _clash(command: Command, commands: Mapping[str, Command], names: Mapping[str, str]) -> Mistake | None:
    if command.id in commands:
        return Mistake(
            ProblemCode.TAKEN_HASHTAG, command.file, None,
            f"There is a {command.file.name} in {commands[command.id].file.parent} already.",
            "Rename the file.",
        )  # fmt: skip
    for tag in command.names():
        if tag in names:
            owner = commands[names[tag]]
            return Mistake(
                ProblemCode.TAKEN_HASHTAG, command.file, None,
                f"#{tag} belongs to {owner.room}/{owner.file.name} already.", "Choose another hashtag.",
            )  # fmt: skip
    return None


def _place(command: Command) -> tuple[int, str]:
    return (ROOMS.index(command.room) if command.room in ROOMS else len(ROOMS), command.name)


def _card(command: Command, lang: str) -> CommandCard:
    return CommandCard(
        id=command.id,
        hashtags=command.rules.hashtags,
        summary=command.summary(lang),
        room=command.room,
        examples=tuple(_asked(example.text) for example in command.rules.examples if example.help),
        private=command.rules.needs_link,
    )


def _asked(text: str) -> str:
    """An example without the names in front."""
    return " ".join(dropwhile(lambda word: word.startswith("@"), text.split()))
