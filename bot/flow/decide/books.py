"""The commands in force as the rules of routing see them. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from bot.flow.decide.case import Book, Incident
from commands.api import Risk
from commands.registry import Loaded


def book_of(loaded: Loaded, off: frozenset[str]) -> Book:
    """The commands as the rules of routing see them."""
    commands = loaded.commands
    return Book(
        names=loaded.names,
        rules={name: command.rules for name, command in commands.items()},
        off=off,
        rooms={name: command.room for name, command in commands.items()},
        only_alone=frozenset(
            name for name, command in loaded.names.items() if commands[command].rules.only_alone
        ),
    )


def with_incidents(book: Book, incidents: Sequence[Incident]) -> Book:
    """With those commands on that only tell something and whose place an open incident takes."""
    answering = {name for one in incidents if one.over_at is None for name in one.commands}
    known = answering & book.off & book.rules.keys()
    on = {name for name in known if book.rules[name].risk is Risk.READ}
    return replace(book, off=book.off - on) if on else book
