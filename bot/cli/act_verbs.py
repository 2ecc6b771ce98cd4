"""`tweetserve act …`: signatures and help; the work is imported on use."""

from typing import Annotated, Literal

import typer

act = typer.Typer(
    name="act",
    help="Do what a colleague decides. Every act is journaled with who did it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who does it. Default: your login.", show_default=False)
]
Where = Annotated[
    bool | None,
    typer.Option(
        "--public/--private",
        help="Reply under their newest mention, or by direct message if they agreed to those.",
        show_default=False,
    ),
]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The words of a reply.", show_default=False)]


@act.command()
def mention(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="As show mentions lists it, or mention= in a log.")
    ],
    do: Annotated[Literal["reply", "ticket", "retry", "skip"], typer.Argument(help="What to do.")],
    text: Text = "",
    public: Where = None,
    by: By = "",
) -> None:
    """Answer a mention, ticket it, retry or skip it.

    Example: tweetserve act mention 1234567890123456789 reply "We are on it, Ana." --public --by dora
    """
    from bot.cli.acting import act_on_mention

    act_on_mention(id_, do, text, public=public, by=by)


@act.command()
def ticket(
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="As show tickets lists it.")],
    do: Annotated[Literal["reply", "close", "assign"], typer.Argument(help="What to do.")],
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT_OR_NAME", help="The words of a reply; or whom to assign it to.", show_default=False
        ),
    ] = "",
    public: Where = None,
    by: By = "",
) -> None:
    """Answer on a ticket, close it, or assign it.

    It is assigned to you when no name is given.

    Example: tweetserve act ticket BT-7KQ2-4 close --by dora
    """
    from bot.cli.acting import act_on_ticket

    act_on_ticket(reference, do, text, public=public, by=by)


@act.command()
def delivery(
    id_: Annotated[int, typer.Argument(metavar="ID", help="As show deliveries lists it.")],
    do: Annotated[Literal["sent", "retry", "drop"], typer.Argument(help="What to do.")],
    x_id: Annotated[
        str,
        typer.Argument(metavar="X_ID", help="With sent: its id on X, if you see it.", show_default=False),
    ] = "",
    by: By = "",
) -> None:
    """Say X has a delivery, send it again, or drop it.

    Example: tweetserve act delivery 12 sent 1234567890123456789
    """
    from bot.cli.acting import act_on_delivery

    act_on_delivery(id_, do, x_id, by=by)


@act.command()
def handover(
    id_: Annotated[int, typer.Argument(metavar="ID", help="As show handovers lists it.")],
    do: Annotated[Literal["reply", "release"], typer.Argument(help="What to do.")],
    text: Text = "",
    public: Where = None,
    by: By = "",
) -> None:
    """Answer who is handed over, or release them.

    Released, they are the bot's again.

    Example: tweetserve act handover 3 reply "Hello Ana, Cleo here." --private --by cleo
    """
    from bot.cli.acting import act_on_handover

    act_on_handover(id_, do, text, public=public, by=by)


@act.command()
def person(
    who: Annotated[str, typer.Argument(metavar="PERSON", help="@name or id, as show people lists them.")],
    do: Annotated[Literal["block", "unblock", "link", "unlink"], typer.Argument(help="What to do.")],
    customer: Annotated[
        str, typer.Argument(metavar="CUSTOMER", help="With link: whose record it is.", show_default=False)
    ] = "",
    proof: Annotated[
        str, typer.Option("--proof", metavar="TEXT", help="With link: what you saw that proves it.")
    ] = "",
    by: By = "",
) -> None:
    """Block somebody, or link them to a customer.

    And take either back.

    Example: tweetserve act person @ben link C1002 --proof "showed the last bill in the shop" --by dora
    """
    from bot.cli.acting import act_on_person

    act_on_person(who, do, customer, proof=proof, by=by)


@act.command("lost-time")
def lost_time(
    do: Annotated[Literal["end"], typer.Argument(help="What to do.")],
    by: By = "",
) -> None:
    """Answer what waits after a backup was put back.

    For when X does not show what was answered since: whatever is not known to be answered is answered now.
    Skip first what must not be: tweetserve act mention ID skip.

    Example: tweetserve act lost-time end --by dora
    """
    from bot.cli.acting import act_on_lost_time

    act_on_lost_time(do, by=by)


@act.command()
def sending(
    do: Annotated[Literal["pause", "resume"], typer.Argument(help="What to do.")],
    by: By = "",
) -> None:
    """Hold all answers at once, or let them go.

    What has become too old meanwhile is dropped.

    Example: tweetserve act sending pause --by dora
    """
    from bot.cli.acting import act_on_sending

    act_on_sending(do, by=by)


@act.command()
def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As show commands lists it, without #.")],
    do: Annotated[Literal["on", "off"], typer.Argument(help="What to do.")],
    by: By = "",
) -> None:
    """Switch a command off, or on again.

    One that the bot has switched off itself is off until somebody switches it on.

    Example: tweetserve act command data off --by dora
    """
    from bot.cli.acting import act_on_command

    act_on_command(name, do, by=by)


@act.command()
def incident(
    do: Annotated[Literal["open", "update", "close"], typer.Argument(help="What to do.")],
    id_: Annotated[
        int | None,
        typer.Argument(
            metavar="ID",
            help="Which one, as show incidents lists it. Default: the open one.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help="What people are told; with close, that it is over.")
    ] = "",
    commands: Annotated[
        str, typer.Option("--commands", metavar="NAMES", help="Which answer with it, parted by commas.")
    ] = "",
    until: Annotated[
        str,
        typer.Option(
            "--until", metavar="TIME", help="It ends by itself then: 18:00, or 2026-11-24T18:00, or none."
        ),
    ] = "",
    by: By = "",
) -> None:
    """Open a known problem, change what it says, or close it.

    While it is open its commands answer with its text. Those who sent #tellme are told of its end.

    Example: tweetserve act incident open --text "No 4G around Leeds, next news 11:00" --commands data,broken
    """
    from bot.cli.incident_acting import act_on_incident

    act_on_incident(do, id_, text=text, commands=commands, until=until, by=by)
