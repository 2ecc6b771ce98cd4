"""People: the X accounts that have written to us, and everything a decision about one of them needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from storage.columns import table_of
from storage.engine.both_engines import EXCLUDED
from storage.engine.given_rows import insert_rows, packed
from storage.engine.rows import columns_for, ids_in
from storage.promises import consents, handovers, pendings, tickets
from storage.promises.handovers import HandoverRow
from storage.promises.pendings import PendingRow
from storage.promises.tickets import TicketRow
from storage.states import ConsentKind, Reason
from storage.tables import Mention, Person

_people = table_of(Person)
_mentions = table_of(Mention)


@dataclass(frozen=True)
class PersonRow:
    """A person as we know them. Every `_at` is empty until it happened."""

    x_id: str
    username: str | None
    lang: str
    first_seen_at: datetime
    last_seen_at: datetime
    customer_id: str | None
    linked_at: datetime | None
    blocked_at: datetime | None
    stopped_at: datetime | None
    help_line_at: datetime | None
    told_too_many_at: datetime | None
    refuses_dm_at: datetime | None
    privacy_sent_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """A request this person made before: when, with which commands, parted by spaces."""

    at: datetime
    commands: str


@dataclass(frozen=True)
class PersonFile:
    """All that is known of a person when one of their mentions is decided."""

    person: PersonRow
    consents: frozenset[ConsentKind]
    handover: HandoverRow | None
    tickets: tuple[TicketRow, ...]  # not closed, the newest first
    pendings: tuple[PendingRow, ...]  # live, the newest first
    asked: tuple[Asked, ...]  # the answered requests since `asked_since`, the newest first

    def times_asked(self, command: str, since: datetime) -> int:
        """How often this person asked for a command since then."""
        return sum(1 for asked in self.asked if asked.at >= since and command in asked.commands.split())


_rows = sa.select(*columns_for(PersonRow, _people)).where(_people.c.brand_id == sa.bindparam("brand"))
_by_id = _rows.where(ids_in(_people.c.x_id))
_by_username = _rows.where(_people.c.username_folded == sa.bindparam("folded"))
_see = insert_rows(
    _people,
    ("brand_id", "x_id", "first_seen_at", "last_seen_at"),
    unique=("brand_id", "x_id"),
    changes={"last_seen_at": EXCLUDED},
)
_name = (
    _people.update()
    .where(_people.c.brand_id == sa.bindparam("brand"), _people.c.x_id == sa.bindparam("person"))
    .values(username=sa.bindparam("called"), username_folded=sa.bindparam("folded"))
)
_unname = (
    _people.update()
    .where(
        _people.c.brand_id == sa.bindparam("brand"),
        _people.c.username_folded == sa.bindparam("folded"),
        _people.c.x_id != sa.bindparam("person"),
    )
    .values(username=None, username_folded=None)
)
_asked = (
    sa.select(_mentions.c.author_id, _mentions.c.posted_at, _mentions.c.commands)
    .where(
        _mentions.c.brand_id == sa.bindparam("brand"),
        ids_in(_mentions.c.author_id),
        _mentions.c.posted_at >= sa.bindparam("since", type_=_mentions.c.posted_at.type),
        sa.or_(
            _mentions.c.reason == Reason.ANSWERED.value,
            # a command was suggested to them
            sa.and_(_mentions.c.reason == Reason.NO_COMMAND.value, _mentions.c.commands != ""),
        ),
    )
    .order_by(_mentions.c.posted_at.desc())
)


def see(connection: Connection, brand_id: str, x_ids: Sequence[str], now: datetime) -> None:
    """Makes sure that these people are known, and notes that they were here."""
    if x_ids:
        # One order for all workers: no deadlock on PostgreSQL.
        rows = [(brand_id, x_id, now, now) for x_id in sorted(set(x_ids))]
        connection.execute(_see.on(connection), {"given": packed(rows)})


def name(connection: Connection, brand_id: str, names: Mapping[str, str]) -> None:
    """Notes what these people (X id → username) are called now; a name can have only one bearer."""
    for person_id, username in sorted(names.items()):
        values = {
            "brand": brand_id,
            "person": person_id,
            "called": username,
            "folded": username.casefold(),
        }
        connection.execute(_unname, {key: values[key] for key in ("brand", "person", "folded")})
        connection.execute(_name, values)


def find(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> dict[str, PersonRow]:
    """The people with these X ids."""
    rows = connection.execute(_by_id, {"brand": brand_id, "ids": list(x_ids)})
    return {row[0]: PersonRow(*row) for row in rows}


def by_username(connection: Connection, brand_id: str, username: str) -> PersonRow | None:
    """The person of this username, with or without @, in any case."""
    folded = username.removeprefix("@").casefold()
    row = connection.execute(_by_username, {"brand": brand_id, "folded": folded}).first()
    return None if row is None else PersonRow(*row)


def files(
    connection: Connection, brand_id: str, x_ids: Sequence[str], *, now: datetime, asked_since: datetime
) -> dict[str, PersonFile]:
    """What a decision needs to know of these people, in six queries whatever their number.

    Somebody never seen is left out: `see` them first.
    """
    known = find(connection, brand_id, x_ids)
    ids = list(known)
    said_yes = consents.live(connection, brand_id, ids)
    in_charge = handovers.open_of(connection, brand_id, ids)
    open_tickets = tickets.live_of(connection, brand_id, ids)
    awaited = pendings.live(connection, brand_id, ids, now)
    asked = _asked_since(connection, brand_id, ids, asked_since)
    return {
        x_id: PersonFile(
            person,
            said_yes.get(x_id, frozenset()),
            in_charge.get(x_id),
            tuple(open_tickets.get(x_id, ())),
            tuple(awaited.get(x_id, ())),
            tuple(asked.get(x_id, ())),
        )
        for x_id, person in known.items()
    }


def _asked_since(
    connection: Connection, brand_id: str, x_ids: Sequence[str], since: datetime
) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    values = {"brand": brand_id, "ids": list(x_ids), "since": since}
    for author_id, at, commands in connection.execute(_asked, values):
        found.setdefault(author_id, []).append(Asked(at, commands))
    return found


def _note(**changes: object) -> sa.Update:
    return (
        _people.update()
        .where(_people.c.brand_id == sa.bindparam("brand"), ids_in(_people.c.x_id))
        .values(**changes)
    )


_at = sa.bindparam("at", type_=_people.c.stopped_at.type)
_stop = _note(stopped_at=_at)
_start = _note(stopped_at=None)
_block = _note(blocked_at=_at, blocked_by=sa.bindparam("who"))
_unblock = _note(blocked_at=None, blocked_by="")
_help_line = _note(help_line_at=_at)
_too_many = _note(told_too_many_at=_at)
_refuses_dm = _note(refuses_dm_at=_at)
_takes_dm = _note(refuses_dm_at=None)
_privacy = _note(privacy_sent_at=_at)
_lang = _note(lang=sa.bindparam("speaks"))
_link = _note(customer_id=sa.bindparam("customer"), linked_at=_at, link_proof=sa.bindparam("proof"))
_unlink = _note(
    customer_id=None, link_proof=""
)  # linked_at stays: it was linked once, and is never again unasked


def stop(connection: Connection, brand_id: str, x_id: str, now: datetime) -> None:
    """This person said stop."""
    connection.execute(_stop, {"brand": brand_id, "ids": [x_id], "at": now})


def start(connection: Connection, brand_id: str, x_id: str) -> None:
    """This person wants to hear from us again."""
    connection.execute(_start, {"brand": brand_id, "ids": [x_id]})


def block(connection: Connection, brand_id: str, x_id: str, *, by: str, now: datetime) -> None:
    """A colleague blocks this person: nothing of theirs is answered."""
    connection.execute(_block, {"brand": brand_id, "ids": [x_id], "at": now, "who": by})


def unblock(connection: Connection, brand_id: str, x_id: str) -> None:
    """A colleague takes the block back."""
    connection.execute(_unblock, {"brand": brand_id, "ids": [x_id]})


def link(
    connection: Connection, brand_id: str, x_id: str, customer_id: str, *, proof: str, now: datetime
) -> None:
    """This X account belongs to this customer, by the proof a colleague saw."""
    values = {"brand": brand_id, "ids": [x_id], "customer": customer_id, "proof": proof, "at": now}
    connection.execute(_link, values)


def unlink(connection: Connection, brand_id: str, x_id: str) -> None:
    """This X account belongs to no customer that we know of."""
    connection.execute(_unlink, {"brand": brand_id, "ids": [x_id]})


def help_line_given(connection: Connection, brand_id: str, x_ids: Sequence[str], now: datetime) -> None:
    """These people were sent the line of help."""
    connection.execute(_help_line, {"brand": brand_id, "ids": list(x_ids), "at": now})


def told_too_many(connection: Connection, brand_id: str, x_ids: Sequence[str], now: datetime) -> None:
    """These people were told that they ask too often."""
    connection.execute(_too_many, {"brand": brand_id, "ids": list(x_ids), "at": now})


def refuses_dm(connection: Connection, brand_id: str, x_ids: Sequence[str], now: datetime) -> None:
    """X refused our message to these people: they take none from us."""
    connection.execute(_refuses_dm, {"brand": brand_id, "ids": list(x_ids), "at": now})


def takes_dm(connection: Connection, brand_id: str, x_ids: Sequence[str]) -> None:
    """These people wrote to us, or took a message: they can be written to."""
    connection.execute(_takes_dm, {"brand": brand_id, "ids": list(x_ids)})


def privacy_sent(connection: Connection, brand_id: str, x_ids: Sequence[str], now: datetime) -> None:
    """These people have the link to the privacy page."""
    connection.execute(_privacy, {"brand": brand_id, "ids": list(x_ids), "at": now})


def speaks(connection: Connection, brand_id: str, x_id: str, lang: str) -> None:
    """This person's language, as X named it for their last post."""
    connection.execute(_lang, {"brand": brand_id, "ids": [x_id], "speaks": lang})
