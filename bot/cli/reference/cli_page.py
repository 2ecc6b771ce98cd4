"""The reference page of the command line: what --help says, for every command."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from bot.cli.main import app

_COLUMNS = 110
_HEAD = """\
# The command line

What `tweetserve COMMAND --help` says. Data is written to stdout and words to stderr, so that `--json` can be
piped. Times are shown on this machine's clock face with their age; in JSON they are ISO 8601 in UTC. Exit
codes: 0 done, 1 could not, 2 wrong usage, 3 not configured.

`tweetserve` is installed in `.venv/bin` by `make run`.
"""


def cli_page() -> str:
    """docs/reference/cli.md: each command under a heading of its own."""
    return _HEAD + "".join(
        _section(path, told) for path, told in _commands(get_command(app), "tweetserve", None)
    )


# typer's classes have no public names for these types.
def _commands(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    """Each command that does something, with its help, in the order of --help."""
    context = command.context_class(command, info_name=name, parent=parent, terminal_width=_COLUMNS)
    subcommands = getattr(command, "commands", {})
    if not subcommands:
        yield context.command_path, command.get_help(context)
    for sub_name, sub in subcommands.items():
        yield from _commands(sub, sub_name, context)


def _section(path: str, told: str) -> str:
    lines = "\n".join(line.rstrip() for line in told.strip().splitlines())
    return f"\n## {path}\n\n```\n{lines}\n```\n"
