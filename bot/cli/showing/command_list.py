"""`tweetserve show commands`: what customers can use, and what is off and why."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.app import accounts_of
from bot.cli.opened import Opened, opened
from bot.cli.printing import put_json, put_table, say
from bot.cli.troubles import not_found
from bot.settings import Settings
from commands.registry import BUILT_IN, Loaded, Registry
from storage.upkeep import switches

NO_ACCOUNTS = "there are no accounts yet"


def show_commands(*, command_id: str | None, as_json: bool) -> None:
    """Lists the commands in the order of the menu; mistakes in their files are said on stderr.

    Raises: what `opened` raises; OperatorError for an id nobody knows.
    """
    with opened() as at:
        loaded = load_commands(at.settings)
        off = why_off(at, loaded)
    rows = _rows(loaded, off, at.settings.brand_language)
    if command_id is not None:
        rows = [row for row in rows if command_id.lower().lstrip("#") in (row["id"], *row["hashtags"])]
        if not rows:
            raise not_found(
                f"There is no command {command_id}.", "Look for it with: tweetserve show commands"
            )
    for problem in loaded.problems:
        say(str(problem))
    if as_json:
        put_json(rows)
        return
    put_table(
        ("command", "hashtags", "what it does", "room", "state"),
        [
            (
                row["id"],
                " ".join(f"#{tag}" for tag in row["hashtags"]),
                row["summary"],
                row["room"],
                f"off: {row['why']}" if row["why"] else "on",
            )
            for row in rows
        ],
        nothing="There are no commands.",
    )


def load_commands(settings: Settings) -> Loaded:
    """The built-in commands and the brand's own, with the mistakes in their files."""
    return Registry(ZoneInfo(settings.brand_timezone)).load((BUILT_IN, settings.commands_folder))


def why_off(at: Opened, loaded: Loaded) -> Mapping[str, str]:
    """The commands that are off, each with its reason."""
    off: dict[str, str] = {}
    if not accounts_of(at.database, at.brand_id).customers_known():
        off = {name: NO_ACCOUNTS for name, command in loaded.commands.items() if command.rules.needs_link}
    switched = at.database.read(lambda c: switches.off(c, at.brand_id))
    return off | {name: row.why for name, row in switched.items()}


def _rows(loaded: Loaded, off: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    return [
        {
            "id": name,
            "hashtags": list(command.rules.hashtags),
            "summary": command.summary(lang),
            "room": command.room,
            "needs_link": command.rules.needs_link,
            "state": "off" if name in off else "on",
            "why": off.get(name),
        }
        for name, command in loaded.commands.items()
    ]
