"""`tweetserve show …`: signatures and help; the work is imported on use."""

from typing import Annotated

import typer

from storage.states import DeliveryState, MentionState, Reason, TicketState

show = typer.Typer(
    name="show",
    help="Look at what there is. The newest first, 50 of them unless --limit or --json is given.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON array, of all there is.")]
AtMost = Annotated[int | None, typer.Option("--limit", min=1, help="Show at most so many.")]


@show.command()
def mentions(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="Only this one.", show_default=False)
    ] = None,
    state: Annotated[list[MentionState] | None, typer.Option(help="Only in this state; repeatable.")] = None,
    reason: Annotated[Reason | None, typer.Option(help="Only with this reason.")] = None,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List mentions, and what became of each.

    A mention is a post or message addressed to us.

    Example: tweetserve show mentions --state parked
    """
    from bot.cli.showing.listings import show_mentions

    show_mentions(x_id=id_, states=state, reason=reason, limit=limit, as_json=json)


@show.command()
def mention(
    id_: Annotated[
        str, typer.Argument(metavar="ID", help="The id in the post's address, or mention= in a log.")
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Tell one mention's story step by step.

    Example: tweetserve show mention 1234567890123456789
    """
    from bot.cli.showing.mention_story import show_story

    show_story(id_, as_json=json)


@show.command()
def deliveries(
    id_: Annotated[
        int | None, typer.Argument(metavar="ID", help="Only this one.", show_default=False)
    ] = None,
    state: Annotated[list[DeliveryState] | None, typer.Option(help="Only in this state; repeatable.")] = None,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List what we sent, are sending or hold.

    Example: tweetserve show deliveries --state unsure --state later
    """
    from bot.cli.showing.listings import show_deliveries

    show_deliveries(row_id=id_, states=state, limit=limit, as_json=json)


@show.command()
def tickets(
    reference: Annotated[
        str | None, typer.Argument(metavar="REFERENCE", help="Only this one.", show_default=False)
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only those whose promised time has come and that are not closed.")
    ] = False,
    within: Annotated[
        float, typer.Option(metavar="HOURS", min=0, help="With --due: also what falls due so soon.")
    ] = 0,
    state: Annotated[list[TicketState] | None, typer.Option(help="Only in this state; repeatable.")] = None,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List tickets. With --due the first promise comes first.

    Example: tweetserve show tickets --due --within 24
    """
    from bot.cli.showing.listings import show_tickets

    show_tickets(
        reference=reference, due_within_hours=within if due else None, states=state, limit=limit, as_json=json
    )


@show.command()
def handovers(
    id_: Annotated[
        int | None, typer.Argument(metavar="ID", help="Only this one.", show_default=False)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those released.")] = False,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List who is handed over to a colleague.

    The bot is silent towards them.

    Example: tweetserve show handovers
    """
    from bot.cli.showing.listings import show_handovers

    show_handovers(row_id=id_, released_too=all_, limit=limit, as_json=json)


@show.command()
def incidents(
    id_: Annotated[
        int | None, typer.Argument(metavar="ID", help="Only this one.", show_default=False)
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List the problems we know of that are open.

    With the tickets under each, and how many wait to hear that it is over.

    Example: tweetserve show incidents
    """
    from bot.cli.showing.incident_page import show_incidents

    show_incidents(row_id=id_, closed_too=all_, limit=limit, as_json=json)


@show.command()
def people(
    who: Annotated[
        str | None, typer.Argument(metavar="PERSON", help="Only this one: @name or id.", show_default=False)
    ] = None,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List the people who wrote to us.

    With what they have agreed to, and whose record they are.

    Example: tweetserve show people @ana
    """
    from bot.cli.showing.listings import show_people

    show_people(who=who, limit=limit, as_json=json)


@show.command()
def ledger(
    day: Annotated[
        str | None, typer.Argument(metavar="DAY", help="Only this UTC day, such as 2026-11-21.")
    ] = None,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List what X cost by UTC day and item.

    Reserved for calls under way, and settled to what X charged.

    Example: tweetserve show ledger
    """
    from bot.cli.showing.listings import show_ledger

    show_ledger(day=day, limit=limit, as_json=json)


@show.command()
def alarms(
    code: Annotated[str | None, typer.Argument(metavar="CODE", help="Only of this code.")] = None,
    standing: Annotated[bool, typer.Option("--standing", help="Only those not over yet.")] = False,
    limit: AtMost = None,
    json: AsJson = False,
) -> None:
    """List the alarms.

    Each code is a heading of docs/operate.md.

    Example: tweetserve show alarms --standing
    """
    from bot.cli.showing.listings import show_alarms

    show_alarms(code=code, standing_only=standing, limit=limit, as_json=json)


@show.command()
def commands(
    id_: Annotated[
        str | None, typer.Argument(metavar="ID", help="Only this one.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """List what customers can ask; what is off, and why.

    Example: tweetserve show commands
    """
    from bot.cli.showing.command_list import show_commands

    show_commands(command_id=id_, as_json=json)


@show.command()
def state(json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False) -> None:
    """Show on one screen how things stand.

    Sending, queues, alarms, money, calls left, last polls.

    Example: tweetserve show state
    """
    from bot.cli.showing.state_page import show_state

    show_state(as_json=json)
