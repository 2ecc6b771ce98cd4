"""`tweetserve act …`: signatures and help; the work is imported on use."""

import typer

act = typer.Typer(
    name="act",
    help="Do what a colleague decides; every act is journaled with who did it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@act.command()
def placeholder() -> None:
    pass
