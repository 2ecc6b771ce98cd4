"""`tweetserve show incidents`: the problems we know of, with the tickets under them and who waits to hear."""

from bot.cli.opened import opened
from bot.cli.printing import local_from_json, shortened
from bot.cli.showing.listings import USUAL_LIMIT, Page
from bot.cli.troubles import not_found
from storage.incidents.incident_list import list_incidents


def show_incidents(*, row_id: int | None, closed_too: bool, limit: int | None, as_json: bool) -> None:
    """The incidents that are open, or all, the newest first.

    Raises: what `opened` raises; OperatorError for a number nobody knows.
    """
    with opened() as at:
        now = at.now()
        rows = at.database.read(
            lambda c: list_incidents(c, at.brand_id, now=now, open_only=not closed_too, row_id=row_id)
        )
    if row_id is not None and not rows:
        raise not_found(
            f"There is no incident {row_id}.", "Look for it with: tweetserve show incidents --all"
        )
    at_most = limit or (None if as_json else USUAL_LIMIT)
    newest = rows[::-1][:at_most]
    Page(
        newest,
        ("id", "state", "text", "commands", "opened", "until", "answered", "to be told", "tickets"),
        lambda row: (
            row["id"],
            row["state"],
            shortened(row["text"]) if row_id is None else row["text"],
            " ".join(row["commands"]),
            local_from_json(row["opened_at"], now),
            local_from_json(row["closed_at"] or row["until"], now),
            str(row["answered"]),
            f"{row['followers'] - row['told']} of {row['followers']}",
            " ".join(row["tickets"]),
        ),
        "No incidents." if closed_too else "No incident is open.",
        len(newest) < len(rows),
    ).out(as_json=as_json)
