"""Writes decisions: everything that follows from a mention, in one transaction with the end of its claim.

What the sender does when X refuses a message stands ready in the delivery's `instead`:
`{"invite": {"text", "mark", "pending"}}` is the public reply that takes its place (`pending`: a message of
the person then brings the answer, for `PENDING_LASTS`); `{"handover": {"reason", "urgent"}}` gives the person
to a colleague; `{"nothing": true}` leaves it at that.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.crash_points import CrashPoint, reach
from bot.flow.decide.decision import Decision, NewDelivery
from bot.flow.decide.story import ASKED_TO_BE_TOLD, WROTE_US, Made, rings, story
from bot.flow.restored import adopted_rows
from bot.x.price_list import PriceList, load_prices
from storage import deliveries, inbox, journal, outbox, people
from storage.incidents import followers, incidents, request_counts
from storage.promises import consents, handovers, pendings, tickets
from storage.states import ConsentKind, DeliveryState, MentionState, TicketState
from storage.upkeep import brand, notices

SENDING_OFF = "sending off"
EDITED = "edited before it was sent"
_FOUND = (DeliveryState.DROPPED, "found at X")  # until it is recorded as sent, in the same transaction
WORDING = "1"  # the version of the wording under which a message of theirs counts as leave to answer there


class Outdated(Exception):
    """What the decision rested on has changed meanwhile: decide again."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How what is enqueued is treated. `web` is where X shows its posts to people."""

    brand_id: str
    sending: bool = True  # False: everything is stored as dropped and never sent
    web: str = "https://x.com"
    prices: PriceList = field(default_factory=load_prices)  # what is found to have been sent is booked


@dataclass(frozen=True, slots=True)
class Written:
    """What became durable: the mentions decided, and how many deliveries wait for the sender."""

    mentions: frozenset[int]
    deliveries: int


def write(
    connection: Connection,
    terms: Terms,
    decisions: Sequence[Decision],
    fences: Mapping[int, int],
    now: datetime,
) -> Written:
    """Writes those decisions whose claims are still ours; the others are left to whoever has them now.

    Raises:
        Outdated: an answer to an earlier text of the same post has left.
        sqlalchemy.exc.IntegrityError: a new ticket's reference is taken already. In both cases nothing is
            written, and the mention is to be decided again.
    """
    ours = inbox.still_ours(connection, {d.mention_id: fences[d.mention_id] for d in decisions})
    mine = [decision for decision in decisions if decision.mention_id in ours]
    if not terms.sending:
        mine = [_unsaid(decision) for decision in mine]
    if not mine:
        return Written(frozenset(), 0)
    _change_people(connection, terms, mine, now)
    _withdraw(connection, terms, mine, now)
    ticket_of = _tickets(connection, terms, mine, now)
    handover_of = _handovers(connection, terms, mine, now)
    _incidents(connection, terms, mine, ticket_of, now)
    _pendings(connection, terms, mine, ticket_of, now)
    state, reason = _state(connection, terms)
    new = [_new(d, one, *(_FOUND if d.adopted else (state, reason))) for d in mine for one in d.deliveries]
    ids = outbox.enqueue(connection, terms.brand_id, new, now)
    made = Made(ticket_of, handover_of, _ids_by_mention(new, ids))
    _ring(connection, terms, mine, made, now)
    entries = [entry for decision in mine for entry in story(decision, made)]
    journal.write(connection, terms.brand_id, entries, now)
    inbox.decided(connection, [_decided(d, fences, made) for d in mine], now)
    adopted = [decision for decision in mine if decision.adopted]
    adopted_rows.record(connection, terms.brand_id, terms.prices, adopted, made.deliveries, now)
    _count(connection, terms, mine)
    reach(CrashPoint.DECISION_WRITING)
    return Written(frozenset(ours), len(new) if state is DeliveryState.QUEUED else 0)


def _unsaid(decision: Decision) -> Decision:
    """The same where nothing leaves: nobody has been told anything, and nothing is awaited of them."""
    if decision.adopted:
        return decision
    person = replace(decision.person, help_line=False, told_too_many=False)
    return replace(decision, person=person, pendings=(), acknowledged=None, follows=())


def _state(connection: Connection, terms: Terms) -> tuple[DeliveryState, str]:
    if not terms.sending:
        return DeliveryState.DROPPED, SENDING_OFF
    if brand.sending_paused(connection, terms.brand_id):
        return DeliveryState.LATER, deliveries.PAUSED
    return DeliveryState.QUEUED, ""


def _new(decision: Decision, one: NewDelivery, state: DeliveryState, reason: str) -> outbox.NewDelivery:
    return outbox.NewDelivery(
        person_id=decision.person_id,
        channel=one.channel,
        purpose=one.purpose,
        text=one.text,
        mention_id=decision.mention_id,
        command=one.command,
        priority=one.priority,
        mark=one.mark,
        reply_to_id=one.reply_to_id,
        despite_stop=one.despite_stop,
        carries_privacy=one.carries_privacy,
        instead=one.instead,
        asked_at=decision.posted_at,
        state=state,
        reason=reason,
    )


def _change_people(connection: Connection, terms: Terms, mine: Sequence[Decision], now: datetime) -> None:
    changed = [(d.person_id, d.person) for d in mine if d.person.changes()]
    if not changed:
        return
    brand_id = terms.brand_id
    for person_id, change in changed:
        if change.stop:
            people.stop(connection, brand_id, person_id, now)
            consents.withdraw(connection, brand_id, person_id, list(ConsentKind), now)
            deliveries.drop_for(connection, brand_id, person_id, deliveries.STOPPED)
            for awaited in pendings.live(connection, brand_id, [person_id], now).get(person_id, ()):
                pendings.use(connection, awaited.id, now)
        if change.start:
            people.start(connection, brand_id, person_id)
        if change.consent_to_messages:
            consents.give(
                connection, brand_id, person_id, ConsentKind.DM,
                how=WROTE_US, wording_version=WORDING, now=now,
            )  # fmt: skip
        if change.speaks:
            people.speaks(connection, brand_id, person_id, change.speaks)
    _note(people.help_line_given, connection, brand_id, [p for p, c in changed if c.help_line], now)
    _note(people.told_too_many, connection, brand_id, [p for p, c in changed if c.told_too_many], now)
    takes = [p for p, c in changed if c.takes_messages]
    if takes:
        people.takes_dm(connection, brand_id, takes)


def _note(
    note: Callable[[Connection, str, Sequence[str], datetime], None],
    connection: Connection,
    brand_id: str,
    person_ids: Sequence[str],
    now: datetime,
) -> None:
    if person_ids:
        note(connection, brand_id, person_ids, now)


def _withdraw(connection: Connection, terms: Terms, mine: Sequence[Decision], now: datetime) -> None:
    """Takes back the unsent answers to earlier texts of an edited post, and what was awaited for them.

    One that has left counts instead.
    """
    for decision in mine:
        if not decision.withdraws:
            continue
        rows = deliveries.of_mentions(connection, terms.brand_id, decision.withdraws)
        earlier = [row for mention in rows.values() for row in mention]
        if any(row.may_have_left for row in earlier):
            raise Outdated(f"mention {decision.mention_id}: an earlier text of it has been answered")
        deliveries.drop(connection, terms.brand_id, [row.id for row in earlier], EDITED)
        pendings.use_those_of(connection, terms.brand_id, decision.person_id, decision.withdraws, now)


def _tickets(connection: Connection, terms: Terms, mine: Sequence[Decision], now: datetime) -> dict[str, int]:
    """Opens new tickets and adds mentions to theirs; ticket ids by reference."""
    brand_id = terms.brand_id
    wanted = {reference for d in mine for reference in _references_used(d)}
    found = tickets.by_reference(connection, brand_id, sorted(wanted)) if wanted else {}
    ids = {reference: row.id for reference, row in found.items()}
    for decision in mine:
        for new in decision.tickets:
            ids[new.reference] = tickets.open_(
                connection,
                brand_id,
                tickets.NewTicket(new.reference, new.command, decision.person_id, new.due_at, new.urgent),
                now,
            )
        for reference in (*(new.reference for new in decision.tickets), *decision.added_to):
            if reference in ids:
                tickets.add(connection, brand_id, ids[reference], decision.mention_id, now)
        for reference in decision.added_to:
            row = found.get(reference)
            if row is not None and row.state != TicketState.OPEN:
                tickets.move(connection, brand_id, row.id, TicketState.OPEN, now)
        if decision.acknowledged in ids:
            tickets.acknowledge(connection, brand_id, ids[decision.acknowledged], now)
    return ids


def _references_used(decision: Decision) -> list[str]:
    asked = [pending.reference for pending in decision.pendings if pending.reference]
    return [*decision.added_to, *asked, *([decision.acknowledged] if decision.acknowledged else [])]


def _handovers(
    connection: Connection, terms: Terms, mine: Sequence[Decision], now: datetime
) -> dict[int, int]:
    """Opens, keeps and releases hand-overs; the one each mention belongs to."""
    of_mention: dict[int, int] = {}
    for decision in mine:
        if decision.releases is not None:
            handovers.release(connection, terms.brand_id, decision.releases, by=journal.BOT, now=now)
        if decision.kept_with is not None:
            handovers.touch(connection, terms.brand_id, [decision.person_id], decision.posted_at or now)
            of_mention[decision.mention_id] = decision.kept_with
        if decision.handover is not None:
            opened = handovers.open_(
                connection,
                terms.brand_id,
                decision.person_id,
                reason=decision.handover.reason,
                urgent=decision.handover.urgent,
                now=now,
            )
            of_mention[decision.mention_id] = opened.id
    return of_mention


def _incidents(
    connection: Connection,
    terms: Terms,
    mine: Sequence[Decision],
    ticket_of: Mapping[str, int],
    now: datetime,
) -> None:
    """Hangs tickets under incidents, and notes who wants to be told of an end."""
    brand_id = terms.brand_id
    incidents.count_answers(connection, Counter(one for d in mine for one in d.incidents))
    for decision in mine:
        for reference, incident_id in decision.hangs:
            if reference in ticket_of:
                incidents.hang(connection, brand_id, incident_id, [ticket_of[reference]])
        for incident_id in decision.follows:
            followers.follow(
                connection, brand_id, incident_id, decision.person_id,
                mention_id=decision.mention_id, lang=decision.lang, now=now,
            )  # fmt: skip
        if decision.follows:
            consents.give(
                connection, brand_id, decision.person_id, ConsentKind.PROGRESS,
                how=ASKED_TO_BE_TOLD, wording_version=WORDING, now=now,
            )  # fmt: skip


def _count(connection: Connection, terms: Terms, mine: Sequence[Decision]) -> None:
    """Counts what was asked and reported, in the minute in which people wrote it."""
    asked = Counter(
        (what, decision.posted_at.replace(second=0, microsecond=0))
        for decision in mine
        if decision.posted_at is not None
        for what in decision.counts
    )
    request_counts.add(connection, terms.brand_id, asked)


def _pendings(
    connection: Connection,
    terms: Terms,
    mine: Sequence[Decision],
    ticket_of: Mapping[str, int],
    now: datetime,
) -> None:
    new = [
        pendings.NewPending(
            d.person_id, one.kind, d.mention_id, one.expires_at, ticket_of.get(one.reference or "")
        )
        for d in mine
        for one in d.pendings
    ]
    pendings.expect(connection, terms.brand_id, new, now)
    for decision in mine:
        for pending_id in decision.used_pendings:
            pendings.use(connection, pending_id, now)


def _ring(
    connection: Connection,
    terms: Terms,
    mine: Sequence[Decision],
    made: Made,
    now: datetime,
) -> None:
    for decision in mine:
        for one in rings(decision, made, terms.web):
            notices.ring(connection, terms.brand_id, one.about, one.title, one.text, now)


def _ids_by_mention(new: Sequence[outbox.NewDelivery], ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for delivery, row_id in zip(new, ids, strict=True):
        found.setdefault(delivery.mention_id or 0, []).append(row_id)
    return found


def _decided(decision: Decision, fences: Mapping[int, int], made: Made) -> inbox.Decided:
    references = (*(ticket.reference for ticket in decision.tickets), *decision.added_to)
    return inbox.Decided(
        mention_id=decision.mention_id,
        fence=fences[decision.mention_id],
        reason=decision.reason,
        commands=" ".join(decision.commands),
        ticket_id=next((made.tickets[one] for one in references if one in made.tickets), None),
        handover_id=made.handovers.get(decision.mention_id),
        state=MentionState.PARKED if decision.parked else MentionState.DONE,
    )
