"""Whether a delivery may still leave: asked in the transaction that claims it, a moment before the call.

Between the decision and its leaving a person may have said stop, a colleague may have answered, or a day of
trouble may have passed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from bot.flow.outgoing.leaving import Terms
from storage import deliveries, mentions, people
from storage.mentions import MentionRow
from storage.outbox import ClaimedDelivery
from storage.people import PersonRow
from storage.promises import consents
from storage.states import Channel, ConsentKind, MentionKind, Purpose, Reason
from storage.upkeep import own_posts

BLOCKED = "the person is blocked"
NO_CONSENT = "no consent to messages"
IN_TIME = "the answer it announces waits no longer"
_CLOSED = {
    Reason.DELETED: "the person deleted what they wrote",
    Reason.BY_HAND: "skipped by hand",
    Reason.ANSWERED_BY_PERSON: "answered by a person",
}


@dataclass(frozen=True, slots=True)
class Background:
    """What is known about a batch of deliveries when they are about to leave."""

    people: Mapping[str, PersonRow]
    may_message: frozenset[str]
    mentions: Mapping[int, MentionRow]
    colleagues_answered: frozenset[int]  # mentions
    still_late: frozenset[int] = frozenset()  # mentions whose private answer waits, as was to be announced


def background(connection: Connection, brand_id: str, batch: Sequence[ClaimedDelivery]) -> Background:
    """Gathers it in a few queries, whatever the size of the batch."""
    person_ids = sorted({delivery.person_id for delivery in batch})
    mention_ids = sorted({d.mention_id for d in batch if d.mention_id is not None})
    agreed = {}
    if any(delivery.channel == Channel.PRIVATE for delivery in batch):
        agreed = consents.live(connection, brand_id, person_ids)
    rows = mentions.find(connection, brand_id, mention_ids)
    return Background(
        people=people.find(connection, brand_id, person_ids),
        may_message=frozenset(person for person, kinds in agreed.items() if ConsentKind.DM in kinds),
        mentions=rows,
        colleagues_answered=_answered(connection, brand_id, batch, rows),
        still_late=_still_late(connection, brand_id, batch),
    )


def _still_late(connection: Connection, brand_id: str, batch: Sequence[ClaimedDelivery]) -> frozenset[int]:
    announced = [d.mention_id for d in batch if d.purpose == Purpose.DELAY and d.mention_id is not None]
    made = deliveries.of_mentions(connection, brand_id, announced) if announced else {}
    return frozenset(
        mention
        for mention, rows in made.items()
        if any(row.channel == Channel.PRIVATE and row.surely_waits for row in rows)
    )


def _answered(
    connection: Connection, brand_id: str, batch: Sequence[ClaimedDelivery], rows: Mapping[int, MentionRow]
) -> frozenset[int]:
    asked_under = {mention.x_id for mention in rows.values()} | {
        d.reply_to_id for d in batch if d.reply_to_id
    }
    replied = own_posts.under(connection, brand_id, sorted(asked_under))
    asked = [
        (d, rows[d.mention_id])
        for d in batch
        if d.channel == Channel.PRIVATE and d.mention_id is not None and d.mention_id in rows
    ]
    since = {delivery.person_id: row.position for delivery, row in asked}
    written = own_posts.written_to(connection, brand_id, since) if since else {}
    public = {d.mention_id for d in batch if d.reply_to_id in replied and d.mention_id is not None}
    public |= {row.id for row in rows.values() if row.x_id in replied}
    private = {row.id for delivery, row in asked if delivery.person_id in written}
    return frozenset(public | private)


def unfit(delivery: ClaimedDelivery, known: Background, terms: Terms, now: datetime) -> str | None:
    """Why a delivery must not leave any more; None: it may. What a colleague wrote is stopped by a stop
    alone.
    """
    person = known.people.get(delivery.person_id)
    if person is not None and person.stopped_at is not None and not delivery.despite_stop:
        return deliveries.STOPPED
    needs_consent = delivery.channel == Channel.PRIVATE and not delivery.despite_stop
    if needs_consent and delivery.person_id not in known.may_message:
        return NO_CONSENT
    if delivery.purpose == Purpose.PERSON:
        return None
    if delivery.purpose == Purpose.DELAY and delivery.attempts <= 1:
        expected_at = delivery.instead.get("expected_at", "")
        if delivery.mention_id not in known.still_late or expected_at <= now.isoformat():
            return IN_TIME
    if person is not None and person.blocked_at is not None:
        return BLOCKED
    mention = None if delivery.mention_id is None else known.mentions.get(delivery.mention_id)
    return None if mention is None else _outlived(delivery, mention, known, terms, now)


def waited_since(delivery: ClaimedDelivery, known: Background) -> datetime | None:
    """When the post was written whose answer this is, on its first attempt; None for all else.

    A colleague may have answered it since, in X's own app.
    """
    if delivery.attempts > 1 or delivery.mention_id is None or delivery.purpose == Purpose.PERSON:
        return None
    mention = known.mentions.get(delivery.mention_id)
    return None if mention is None or mention.kind != MentionKind.POST else mention.posted_at


def _outlived(
    delivery: ClaimedDelivery, mention: MentionRow, known: Background, terms: Terms, now: datetime
) -> str | None:
    if mention.reason in _CLOSED:
        return _CLOSED[Reason(mention.reason)]
    # Of what may have left before it is known by now that X does not have it.
    if terms.oldest and mention.posted_at < now - terms.oldest:
        return deliveries.TOO_OLD
    if delivery.attempts > 1:
        return None  # what was to be said once is brought to its end
    if mention.id in known.colleagues_answered:
        return _CLOSED[Reason.ANSWERED_BY_PERSON]
    return None
