"""The command `tweetserve`: what operators type. Signatures and help stand here; the work is imported on use,
so that --help answers at once.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.account_verbs import accounts
from bot.cli.act_verbs import act
from bot.cli.show_verbs import show

app = typer.Typer(
    name="tweetserve",
    help="Customer service on X by hashtag: a mention becomes exactly one answer.",
    epilog="Data is written to stdout, words to stderr. Exit code 0: done, 1: could not, 2: wrong usage, "
    "3: not configured.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(show)
app.add_typer(act)
app.add_typer(accounts)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON array.")]


@app.command()
def run(
    only: Annotated[
        Literal["work"] | None,
        typer.Option(help="work: decide and send beside a daemon elsewhere that looks at X (PostgreSQL)."),
    ] = None,
) -> None:
    """Start the daemon.

    Without X keys in .env it serves the sandbox, which starts beside it. A second one on the same SQLite file
    stands by until the first is gone; on PostgreSQL they share the work.

    Example: tweetserve run
    """
    from bot.cli.starting.run_daemon import run_daemon
    from bot.settings_check import load_settings

    raise typer.Exit(run_daemon(load_settings(), only_work=only == "work"))


@app.command()
def sandbox(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one. Default: SANDBOX_PORT.")
    ] = None,
    profile: Annotated[
        Literal["demo", "x", "bench"] | None,
        typer.Option(help="demo: X's rate windows, but more reads of messages; x: X's; bench: none."),
    ] = None,
    world: Annotated[
        Path | None, typer.Option(help="File that keeps the world. Default: SANDBOX_WORLD.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on. Default: LISTEN.")] = None,
    parent_pid: Annotated[int | None, typer.Option(help="End when this process ends.")] = None,
    watch_parent: Annotated[
        bool, typer.Option("--watch-parent", help="End when whoever started this ends.")
    ] = False,
) -> None:
    """Start the local X alone, with its timeline page.

    Example: tweetserve sandbox --port 0 --profile x --world /tmp/my.world
    """
    from bot.cli.sandbox_alone import become_sandbox

    become_sandbox(
        port=port, profile=profile, world=world, host=host, parent_pid=parent_pid, watch_parent=watch_parent
    )


@app.command()
def doctor(json: AsJson = False) -> None:
    """Check that everything is as it must be.

    Settings, database, X, money, accounts and alarms: OK or NO, and on NO what to type next.

    Example: tweetserve doctor
    """
    from bot.cli.checkup.doctor import examine

    raise typer.Exit(examine(as_json=json))


@app.command("say")
def say_(
    text: Annotated[str, typer.Argument(help="What the person writes.", show_default=False)],
    as_: Annotated[
        str, typer.Option("--as", metavar="USERNAME", help="Who writes; a stranger when left out.")
    ] = "",
    dm: Annotated[bool, typer.Option("--dm", help="As a direct message instead of a post.")] = False,
    json: AsJson = False,
) -> None:
    """Show what would be answered, and send nothing.

    Tells where it would be answered, how long it is and what it costs. Nothing is written either.

    Example: tweetserve say "@BrightTel #data" --as ana
    """
    from bot.cli.rehearsal import rehearse

    rehearse(text, username=as_, is_message=dm, as_json=json)


@app.command()
def migrate() -> None:
    """Bring the database to this program's version.

    `tweetserve run` does it too.

    Example: tweetserve migrate
    """
    from bot.cli.migrating import migrate_database

    migrate_database()


@app.command()
def backup(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="File or folder. Default: backups/ beside the database.",
            show_default=False,
        ),
    ] = None,
    made: Annotated[
        bool, typer.Option("--made", help="It was made by other means (pg_dump): only put it on record.")
    ] = False,
) -> None:
    """Copy the SQLite database while it is in use.

    The copy is whole and checked. The daemon goes on serving meanwhile.

    Example: tweetserve backup --to /backup/tweetserve.db
    """
    from bot.cli.backing_up import back_up

    back_up(to, made=made)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.", show_default=False)],
) -> None:
    """Put a backup in the place of the SQLite database.

    The daemon must be stopped. The backup is checked first, and the database that it replaces is kept. When
    the daemon starts again, it finds out at X what was answered since, and answers nothing twice.

    Example: tweetserve restore /backup/tweetserve.db
    """
    from bot.cli.backing_up import restore as put_back

    put_back(file)


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; its exit code. Troubles that an operator can cause are told in words."""
    try:
        app(arguments, prog_name="tweetserve")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    except Exception as trouble:  # noqa: BLE001 - the boundary; a fault of ours is raised again by tell()
        from bot.cli.troubles import tell

        return tell(trouble)
    return 0
