"""Reads what decisions rest on, for many mentions at once: people, edit chains, replies, colleagues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from bot.flow.decide.case import INCIDENT_REMEMBERED, Awaited, Incident, OpenTicketOf, Standing
from bot.flow.decide.incoming import Around, FoundAnswer, Incoming
from storage import deliveries, mentions, people
from storage.deliveries import DeliveryRow
from storage.incidents import incidents
from storage.mentions import MentionRow
from storage.people import PersonFile
from storage.states import Channel, ConsentKind
from storage.upkeep import own_posts, switches
from storage.upkeep.own_posts import OwnPostRow


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is known: of each person, around each mention by its X id, and which commands are switched off."""

    standings: Mapping[str, Standing]
    around: Mapping[str, Around]
    off: frozenset[str] = frozenset()
    earlier: Mapping[int, tuple[MentionRow, str, str]] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()


def gather(
    connection: Connection, brand_id: str, incoming: Sequence[Incoming], now: datetime, asked_for: timedelta
) -> Gathered:
    """Everything the decisions on these mentions need. `asked_for`: how far back requests are counted."""
    person_ids = sorted({one.author_id for one in incoming})
    files = people.files(connection, brand_id, person_ids, now=now, asked_since=now - asked_for)
    awaited = [row.mention_id for file in files.values() for row in file.pendings if row.ticket_id is None]
    asked_before = mentions.find(connection, brand_id, awaited) if awaited else {}
    standings = {
        x_id: standing_of(files[x_id], asked_before) if x_id in files else Standing() for x_id in person_ids
    }
    return Gathered(
        standings=standings,
        around=_around(connection, brand_id, incoming),
        off=frozenset(switches.off(connection, brand_id)),
        earlier=_bodies(connection, incoming, standings, asked_before),
        incidents=_incidents(connection, brand_id, now),
    )


def _incidents(connection: Connection, brand_id: str, now: datetime) -> tuple[Incident, ...]:
    """Those that are open, and those that ended within the last day."""
    return tuple(
        Incident(row.id, row.text, row.command_ids, row.opened_at, row.over_at(now))
        for row in incidents.current(connection, brand_id, now - INCIDENT_REMEMBERED)
    )


def standing_of(file: PersonFile, asked_before: Mapping[int, MentionRow]) -> Standing:
    """How a person stands with us, from what is on record."""
    person, handover = file.person, file.handover
    return Standing(
        username=person.username,
        lang=person.lang,
        customer_id=person.customer_id,
        blocked=person.blocked_at is not None,
        stopped=person.stopped_at is not None,
        consented=ConsentKind.DM in file.consents,
        refuses_messages=person.refuses_dm_at is not None,
        privacy_sent=person.privacy_sent_at is not None,
        help_line_at=person.help_line_at,
        told_too_many_at=person.told_too_many_at,
        handover_id=handover.id if handover else None,
        last_human_at=handover.last_human_at if handover else None,
        tickets=tuple(
            OpenTicketOf(
                row.id, row.reference, row.command, row.opened_at, row.due_at, row.acknowledged_at is not None
            )
            for row in file.tickets
        ),
        awaited=tuple(
            Awaited(
                row.id, row.mention_id, row.created_at, row.ticket_id, _commands(asked_before, row.mention_id)
            )
            for row in file.pendings
        ),
        asked=tuple((name, one.at) for one in file.asked for name in one.commands.split()),
    )


def _commands(asked_before: Mapping[int, MentionRow], mention_id: int) -> tuple[str, ...]:
    row = asked_before.get(mention_id)
    return tuple(row.commands.split()) if row else ()


def _bodies(
    connection: Connection,
    incoming: Sequence[Incoming],
    standings: Mapping[str, Standing],
    asked_before: Mapping[int, MentionRow],
) -> dict[int, tuple[MentionRow, str, str]]:
    """What the mentions said whose requests these messages may resume: the newest of each person's."""
    found = {}
    for one in incoming:
        newest = standings[one.author_id].next_awaited if one.is_message else None
        row = asked_before.get(newest.mention_id) if newest else None
        if row is not None:
            found[row.id] = (row, *mentions.body(connection, row.id))
    return found


def _around(connection: Connection, brand_id: str, incoming: Sequence[Incoming]) -> dict[str, Around]:
    posts = [one for one in incoming if not one.is_message]
    replied_to = [one.in_reply_to_id for one in posts if one.in_reply_to_id]
    ours = deliveries.ours(connection, brand_id, replied_to) if replied_to else {}
    roots = [one.edit_root_id for one in posts]
    chains = mentions.chains(connection, brand_id, roots) if roots else {}
    answers = _answers_to_earlier(connection, brand_id, posts, chains)
    unknown = _not_sent_by_the_bot(connection, brand_id, incoming, chains)
    found = _perhaps_forgotten(connection, brand_id, unknown)
    of_tickets = _tickets_of(connection, brand_id, ours)
    return {
        one.x_id: _around_one(
            one,
            brand_id,
            ours,
            of_tickets,
            chains.get(one.edit_root_id, []),
            answers,
            (unknown.get(one.x_id, ()), found.get(one.x_id, ())),
        )
        for one in incoming
    }


def _around_one(
    one: Incoming,
    brand_id: str,
    ours: Mapping[str, DeliveryRow],
    of_tickets: Mapping[int, int],
    chain: Sequence[MentionRow],
    answers: Mapping[int, Sequence[DeliveryRow]],
    after: tuple[Sequence[OwnPostRow], Sequence[FoundAnswer]],
) -> Around:
    delivery = ours.get(one.in_reply_to_id or "")
    earlier = [row for row in chain if row.position < int(one.x_id)]
    return Around(
        replies_to_ours=delivery is not None or one.in_reply_to_user_id == brand_id,
        ticket_replied_to=of_tickets.get(delivery.mention_id or 0) if delivery else None,
        newer_version=any(row.position > int(one.x_id) for row in chain),
        version_answered=any(sent.may_have_left for row in earlier for sent in answers.get(row.id, ())),
        unsent_versions=tuple(
            row.id for row in earlier if any(sent.surely_waits for sent in answers.get(row.id, ()))
        ),
        colleague_answered=bool(after[0]) and not after[1],
        found=tuple(after[1]),
    )


def _answers_to_earlier(
    connection: Connection,
    brand_id: str,
    posts: Sequence[Incoming],
    chains: Mapping[str, Sequence[MentionRow]],
) -> dict[int, list[DeliveryRow]]:
    """What was enqueued for earlier texts of these posts; most posts have none."""
    earlier = [
        row.id for one in posts for row in chains.get(one.edit_root_id, ()) if row.position < int(one.x_id)
    ]
    return deliveries.of_mentions(connection, brand_id, earlier) if earlier else {}


def _not_sent_by_the_bot(
    connection: Connection,
    brand_id: str,
    incoming: Sequence[Incoming],
    chains: Mapping[str, Sequence[MentionRow]],
) -> dict[str, list[OwnPostRow]]:
    """By mention: posts of ours under it, and messages to the person after it, that the bot is not known to
    have sent.
    """
    since = {one.author_id: int(one.x_id) for one in sorted(incoming, key=lambda one: -int(one.x_id))}
    versions = {row.x_id for chain in chains.values() for row in chain}
    under = own_posts.under(connection, brand_id, sorted({one.x_id for one in incoming} | versions))
    written = own_posts.written_to(connection, brand_id, since)
    found = {}
    for one in incoming:
        texts = {one.x_id, *(row.x_id for row in chains.get(one.edit_root_id, ()))}
        posts = [post for text in sorted(texts & under.keys(), key=int) for post in under[text]]
        messages = [sent for sent in written.get(one.author_id, ()) if int(sent.x_id) > int(one.x_id)]
        if posts or messages:
            found[one.x_id] = [*posts, *messages]
    return found


def _perhaps_forgotten(
    connection: Connection, brand_id: str, unknown: Mapping[str, Sequence[OwnPostRow]]
) -> dict[str, list[FoundAnswer]]:
    """Those of them whose words are kept, because a restored database may have forgotten to have sent
    them.
    """
    kept = {x_id: [row for row in rows if row.text] for x_id, rows in unknown.items()}
    ids = sorted({row.x_id for rows in kept.values() for row in rows})
    taken = deliveries.ours(connection, brand_id, ids) if ids else {}
    return {
        x_id: [
            FoundAnswer(row.x_id, Channel(row.channel), row.text, row.posted_at, row.x_id not in taken)
            for row in rows
        ]
        for x_id, rows in kept.items()
        if rows
    }


def _tickets_of(connection: Connection, brand_id: str, ours: Mapping[str, DeliveryRow]) -> dict[int, int]:
    """The tickets that our answers belong to, by the mention they answered."""
    answered = [row.mention_id for row in ours.values() if row.mention_id is not None]
    if not answered:
        return {}
    rows = mentions.find(connection, brand_id, answered)
    return {row.id: row.ticket_id for row in rows.values() if row.ticket_id is not None}
