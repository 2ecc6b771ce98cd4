"""`tweetserve migrate`: brings the tables to the version this program knows."""

from bot.cli.opened import open_database, shown_database
from bot.cli.printing import put, say
from bot.settings_check import load_settings
from storage import schema


def migrate_database() -> None:
    """Says each step as it begins; nothing to do is said too.

    Raises: WrongSettings, SchemaTrouble, StorageTrouble.
    """
    settings = load_settings()
    with open_database(settings) as database:
        steps = schema.migrate(database, say)
    shown = shown_database(settings)
    put(f"{shown}: schema {schema.HEAD}" + ("" if steps else ", as it was"))
