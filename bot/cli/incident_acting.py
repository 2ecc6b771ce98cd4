"""`tweetserve act incident …`: carries what a colleague does about an incident to the desk."""

import typer

from bot.cli.acting import at_the_desk, name_of
from bot.cli.printing import clean, put
from bot.desk import incident_acts


def act_on_incident(
    do: str, incident_id: int | None, *, text: str, commands: str, until: str, by: str
) -> None:
    """Raises: what `opened` raises; OperatorError where the act cannot be done."""
    who, names = name_of(by), [name for name in commands.split(",") if name.strip()]
    if do == "open" and incident_id is not None:
        raise typer.BadParameter("a new incident gets its number when it is opened; leave it out")
    if do == "close" and (names or until):
        raise typer.BadParameter("close takes --text alone")
    with at_the_desk() as (_, desk, loaded):
        if do == "open":
            act = incident_acts.open_incident(desk, loaded, text, names, until, by=who)
        elif do == "update":
            act = incident_acts.update_incident(desk, loaded, incident_id, text, names, until, by=who)
        else:
            act = incident_acts.close_incident(desk, incident_id, text, by=who)
        put(clean(act.sentence))
