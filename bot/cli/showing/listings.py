"""`tweetserve show …`: each listing, newest first, as a table or as one JSON array with stable keys."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import typer
from sqlalchemy.engine import Connection

from bot.cli.opened import Opened, opened
from bot.cli.printing import local_from_json, put_json, put_table, say, shortened
from bot.cli.troubles import not_found
from commands.references import in_order
from storage import people, stories
from storage.states import DeliveryState, MentionState, Reason, TicketState
from storage.stories import Listing

USUAL_LIMIT = 50
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """A listing on its way out: its rows, its headings, how a row is shown, and what is said when there are
    none.
    """

    rows: Listing
    headings: Sequence[str]
    shown: Callable[[dict[str, Any]], Sequence[str]]
    nothing: str
    is_cut: bool = False

    def out(self, *, as_json: bool) -> None:
        if as_json:
            put_json(self.rows)
            return
        put_table(self.headings, [self.shown(row) for row in self.rows], nothing=self.nothing)
        if self.is_cut:
            say(f"The newest {len(self.rows)}; --limit shows more.")


def show_mentions(
    *,
    x_id: str | None,
    states: Sequence[MentionState] | None,
    reason: Reason | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """The mentions. Raises: what `opened` raises; OperatorError for an id nobody knows."""
    with opened() as at:
        at_most = _at_most(limit, as_json)
        rows = at.database.read(
            lambda c: stories.list_mentions(
                c, at.brand_id, states=states or tuple(MentionState), reason=reason, x_id=x_id,
                at_most=_one_more(at_most),
            )
        )  # fmt: skip
        _must_be_there(rows, x_id, "mention", "tweetserve show mentions")
        rows, is_cut = _newest_first(rows, at_most)
        name, now = _names(at, (row["author_id"] for row in rows)), at.now()
    Page(
        rows,
        ("id", "from", "state", "reason", "commands", "received", "answered"),
        lambda row: (
            row["id"],
            name(row["author_id"]),
            row["state"],
            row["reason"] or "",
            " ".join(row["commands"]),
            local_from_json(row["received_at"], now),
            local_from_json(row["answered_at"], now),
        ),
        "No mentions.",
        is_cut,
    ).out(as_json=as_json)


def show_deliveries(
    *, row_id: int | None, states: Sequence[DeliveryState] | None, limit: int | None, as_json: bool
) -> None:
    """The deliveries. Raises: as `show_mentions`."""
    with opened() as at:
        at_most = _at_most(limit, as_json)
        rows = at.database.read(
            lambda c: stories.list_deliveries(
                c, at.brand_id, states=states or tuple(DeliveryState), row_id=row_id,
                at_most=_one_more(at_most),
            )
        )  # fmt: skip
        _must_be_there(rows, row_id, "delivery", "tweetserve show deliveries")
        rows, is_cut = _newest_first(rows, at_most)
        name = _names(at, (row["person_id"] for row in rows))
    Page(
        rows,
        ("id", "mention", "to", "channel", "state", "id on X", "text"),
        lambda row: (
            row["id"],
            row["mention_id"] or "",
            name(row["person_id"]),
            row["channel"],
            row["state"],
            row["x_id"] or "",
            shortened(row["text"]) if row_id is None else row["text"],
        ),
        "No deliveries.",
        is_cut,
    ).out(as_json=as_json)


def show_tickets(
    *,
    reference: str | None,
    due_within_hours: float | None,
    states: Sequence[TicketState] | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """The tickets; with `due_within_hours` those due by then, the first due first. Raises: as
    `show_mentions`.
    """
    with opened() as at:
        now, at_most = at.now(), _at_most(limit, as_json)
        due_before = None if due_within_hours is None else now + timedelta(hours=due_within_hours)
        written = in_order(reference) if reference else None
        rows = at.database.read(
            lambda c: stories.list_tickets(
                c, at.brand_id, states=states or tuple(TicketState), due_before=due_before,
                reference=written, at_most=_one_more(at_most),
            )
        )  # fmt: skip
        _must_be_there(rows, reference, "ticket", "tweetserve show tickets")
        if due_before is None:
            rows, is_cut = _newest_first(rows, at_most)
        else:
            rows, is_cut = _first_due_first(rows, at_most)
        name = _names(at, (row["person_id"] for row in rows))
    Page(
        rows,
        ("reference", "command", "person", "state", "due", "incident", "mentions"),
        lambda row: (
            row["reference"],
            row["command"],
            name(row["person_id"]),
            row["state"],
            local_from_json(row["due_at"], now),
            row["incident_id"] or "",
            " ".join(row["mention_ids"]),
        ),
        "No ticket is due." if due_before else "No tickets.",
        is_cut,
    ).out(as_json=as_json)


def show_handovers(*, row_id: int | None, released_too: bool, limit: int | None, as_json: bool) -> None:
    """The hand-overs that are open, or all. Raises: as `show_mentions`."""
    with opened() as at:
        open_only = not released_too and row_id is None
        rows = at.database.read(
            lambda c: stories.list_handovers(c, at.brand_id, open_only=open_only, row_id=row_id)
        )
        _must_be_there(rows, row_id, "hand-over", "tweetserve show handovers --all")
        rows, is_cut = _newest_first(rows, _at_most(limit, as_json))
        name, now = _names(at, (row["person_id"] for row in rows)), at.now()
    Page(
        rows,
        ("id", "person", "reason", "state", "opened", "last human word"),
        lambda row: (
            row["id"],
            name(row["person_id"]),
            ("urgent: " if row["urgent"] else "") + row["reason"],
            row["state"],
            local_from_json(row["opened_at"], now),
            local_from_json(row["last_human_at"], now),
        ),
        "Nobody is handed over." if open_only else "No hand-overs.",
        is_cut,
    ).out(as_json=as_json)


def show_people(*, who: str | None, limit: int | None, as_json: bool) -> None:
    """The people who wrote to us, the last one first. Raises: as `show_mentions`."""
    with opened() as at:
        at_most = _at_most(limit, as_json)
        x_id = None if who is None else _id_of(at, who)
        rows = at.database.read(
            lambda c: stories.list_people(c, at.brand_id, at_most=_one_more(at_most), x_id=x_id)
        )
        _must_be_there(rows, who, "person", "tweetserve show people")
        rows, is_cut = _newest_first(rows, at_most)
        now = at.now()
    Page(
        rows,
        ("id", "name", "customer", "agreed to", "stands", "last seen"),
        lambda row: (
            row["id"],
            f"@{row['username']}" if row["username"] else "",
            row["customer_id"] or "",
            " ".join(row["consents"]),
            " ".join(word for word in ("blocked", "stopped") if row[word]),
            local_from_json(row["last_seen_at"], now),
        ),
        "Nobody has written yet.",
        is_cut,
    ).out(as_json=as_json)


def show_ledger(*, day: str | None, limit: int | None, as_json: bool) -> None:
    """The money by day and item, the last day first. Raises: as `show_mentions`."""
    if day is not None:
        _day(day)
    with opened() as at:
        rows = at.database.read(lambda c: stories.list_ledger(c, at.brand_id))
    rows, is_cut = _newest_first(
        [row for row in rows if day is None or row["day"] == day], _at_most(limit, as_json)
    )
    Page(
        rows,
        ("UTC day", "item", "count", "reserved USD", "settled USD"),
        lambda row: (row["day"], row["item"], str(row["count"]), row["reserved_usd"], row["settled_usd"]),
        "X has cost nothing yet." if day is None else "X cost nothing on that day.",
        is_cut,
    ).out(as_json=as_json)


def show_alarms(*, code: str | None, standing_only: bool, limit: int | None, as_json: bool) -> None:
    """The alarms. Raises: what `opened` raises."""
    with opened() as at:
        rows = at.database.read(lambda c: stories.list_alarms(c, at.brand_id, standing_only=standing_only))
        now = at.now()
    rows, is_cut = _newest_first(
        [row for row in rows if code is None or row["code"] == code], _at_most(limit, as_json)
    )
    Page(
        rows,
        ("code", "since", "until"),
        lambda row: (
            row["code"],
            local_from_json(row["since"], now),
            local_from_json(row["until"], now) or "still standing",
        ),
        "No alarm is standing." if standing_only else "No alarms.",
        is_cut,
    ).out(as_json=as_json)


def _at_most(limit: int | None, as_json: bool) -> int | None:
    return limit if limit or as_json else USUAL_LIMIT


def _one_more(at_most: int | None) -> int | None:
    return None if at_most is None else at_most + 1


def _newest_first(rows: Listing, at_most: int | None) -> tuple[Listing, bool]:
    return _first(rows[::-1], at_most)


def _first_due_first(rows: Listing, at_most: int | None) -> tuple[Listing, bool]:
    return _first(rows, at_most)


def _first(rows: Listing, at_most: int | None) -> tuple[Listing, bool]:
    if at_most is None or len(rows) <= at_most:
        return rows, False
    return rows[:at_most], True


def _must_be_there(rows: Listing, wanted: object, kind: str, listing: str) -> None:
    if wanted is not None and not rows:
        raise not_found(f"There is no {kind} {wanted}.", f"Look for it with: {listing}")


def _names(at: Opened, ids: Iterable[str]) -> Callable[[str], str]:
    """How to call people: @name where it is known, else the id."""
    wanted = sorted(set(ids))
    known = at.database.read(lambda c: people.find(c, at.brand_id, wanted))
    return lambda x_id: f"@{known[x_id].username}" if x_id in known and known[x_id].username else x_id


def _id_of(at: Opened, who: str) -> str:
    if who.isdecimal():
        return who

    def by_name(connection: Connection) -> str | None:
        row = people.by_username(connection, at.brand_id, who)
        return None if row is None else row.x_id

    return at.database.read(by_name) or who


def _day(written: str) -> date:
    try:
        return datetime.strptime(written, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise typer.BadParameter(f"{written!r} is no day such as 2026-11-21") from None
