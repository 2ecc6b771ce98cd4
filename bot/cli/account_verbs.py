"""`tweetserve accounts …`: signatures and help; the work is imported on use."""

from pathlib import Path
from typing import Annotated

import typer

accounts = typer.Typer(
    name="accounts",
    help="The customers' accounts that the embedded source answers from.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@accounts.command("import")
def import_(
    folder: Annotated[
        Path, typer.Argument(help="Folder with customers.csv, lines.csv, bills.csv and so on.")
    ],
) -> None:
    """Check a folder of account files and put all of it in use, or nothing.

    Example: tweetserve accounts import ./accounts
    """
    from bot.cli.account_import import import_accounts

    import_accounts(folder)


@accounts.command("show")
def show_(json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False) -> None:
    """Show which sets of accounts there were, and which is in use.

    Example: tweetserve accounts show
    """
    from bot.cli.account_import import show_editions

    show_editions(as_json=json)
