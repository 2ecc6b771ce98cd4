"""A colleague's own words to a customer: checked, signed, and put in the outbox like every other answer."""

import re
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from bot.desk import desk_errors
from bot.desk.acts import Desk, called, note
from bot.flow.decide.decision import SOON
from commands.plan import PRIVATE_CHARACTERS, PUBLIC_WEIGHT, marked
from commands.text import outgoing_weight, would_link
from commands.wording.locales import language
from storage import deliveries, mentions, outbox
from storage.mentions import MentionRow
from storage.people import PersonRow
from storage.promises import consents, handovers
from storage.states import Channel, ConsentKind, DeliveryState, MentionKind, Purpose
from storage.upkeep import brand


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to enqueue. `channel` None: by message where we may, else in public."""

    person: PersonRow
    text: str
    by: str
    channel: Channel | None = None
    about: MentionRow | None = None  # the mention it answers; None: whatever they wrote last


def reply(desk: Desk, connection: Connection, wanted: Reply) -> int:
    """Puts a reply in the outbox; the delivery's id.

    In public it goes under the person's newest post to us and costs what a post costs; by message only to
    whom we may write. Raises: OperatorError.
    """
    if not desk.sending:
        raise desk_errors.sending_off()
    if not wanted.text.strip():
        raise desk_errors.empty_reply()
    now = desk.now()
    last = mentions.newest_of(connection, desk.brand_id, wanted.person.x_id)
    despite_stop = _asked_after_stop(wanted.person, last)
    if wanted.person.stopped_at is not None and not despite_stop:
        raise desk_errors.stopped(called(wanted.person))
    channel = wanted.channel or _usual_channel(desk, connection, wanted.person, last)
    make = _private if channel is Channel.PRIVATE else _public
    new = make(desk, connection, wanted, last, despite_stop)
    [delivery_id] = outbox.enqueue(connection, desk.brand_id, [new], now)
    handovers.touch(connection, desk.brand_id, [wanted.person.x_id], now)
    subject = f"delivery:{delivery_id}"
    note(desk, connection, "replied", subject, by=wanted.by, mention_id=new.mention_id, channel=channel.value)
    return delivery_id


def signature(by: str) -> str:
    """How a colleague signs: `^CL` for cleo, `^DS` for Dora Smith."""
    words = [word for word in re.split(r"[\s._-]+", by) if word[:1].isalpha()]
    if not words:
        return "^XX"
    letters = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return f"^{letters.upper()}"


def _asked_after_stop(person: PersonRow, last: MentionRow | None) -> bool:
    """Whether they have asked for a person, or to be written to, since they said stop."""
    if person.stopped_at is None or last is None or last.handover_id is None:
        return False
    return last.posted_at >= person.stopped_at


def _usual_channel(desk: Desk, connection: Connection, person: PersonRow, last: MentionRow | None) -> Channel:
    if _may_message(desk, connection, person, last) and person.refuses_dm_at is None:
        return Channel.PRIVATE
    return Channel.PUBLIC


def _may_message(desk: Desk, connection: Connection, person: PersonRow, last: MentionRow | None) -> bool:
    live = consents.live(connection, desk.brand_id, [person.x_id]).get(person.x_id, frozenset())
    if ConsentKind.DM in live:
        return True
    return last is not None and last.kind == MentionKind.MESSAGE and _asked_after_stop(person, last)


def _private(
    desk: Desk, connection: Connection, wanted: Reply, last: MentionRow | None, despite_stop: bool
) -> outbox.NewDelivery:
    person = wanted.person
    if not _may_message(desk, connection, person, last):
        raise desk_errors.no_consent(called(person))
    text = f"{wanted.text.strip()} {signature(wanted.by)}"
    url = desk.policy.privacy_url
    carries_privacy = url is not None and person.privacy_sent_at is None
    if url is not None and carries_privacy:
        text += "\n\n" + desk.say.privacy(language(person.lang or desk.policy.language), url).text
    if len(text) > PRIVATE_CHARACTERS:
        raise desk_errors.too_long(len(text), PRIVATE_CHARACTERS)
    about = wanted.about or last
    return _new(
        desk, connection, wanted, Channel.PRIVATE, text,
        about=about, despite_stop=despite_stop, carries_privacy=carries_privacy,
    )  # fmt: skip


def _public(
    desk: Desk, connection: Connection, wanted: Reply, _: MentionRow | None, despite_stop: bool
) -> outbox.NewDelivery:
    under = mentions.newest_post_of(connection, desk.brand_id, wanted.person.x_id)
    if under is None:
        raise desk_errors.nothing_to_reply_under(called(wanted.person))
    mark = desk.marks.take(desk.now())
    text = marked(f"{wanted.text.strip()} {signature(wanted.by)}", mark)
    weight = outgoing_weight(text)
    if weight > PUBLIC_WEIGHT:
        raise desk_errors.too_long(weight, PUBLIC_WEIGHT)
    found = would_link(text)
    if found and not desk.policy.public_links:
        raise desk_errors.links(", ".join(link.value for link in found))
    return _new(
        desk, connection, wanted, Channel.PUBLIC, text,
        about=wanted.about or under, despite_stop=despite_stop, mark=mark, reply_to_id=under.x_id,
    )  # fmt: skip


def _new(
    desk: Desk,
    connection: Connection,
    wanted: Reply,
    channel: Channel,
    text: str,
    *,
    about: MentionRow | None,
    despite_stop: bool,
    mark: str = "",
    reply_to_id: str | None = None,
    carries_privacy: bool = False,
) -> outbox.NewDelivery:
    paused = brand.sending_paused(connection, desk.brand_id)
    return outbox.NewDelivery(
        person_id=wanted.person.x_id,
        channel=channel,
        purpose=Purpose.PERSON,
        text=text,
        mention_id=about.id if about else None,
        priority=SOON,
        asked_at=about.posted_at if about else None,
        mark=mark,
        reply_to_id=reply_to_id,
        despite_stop=despite_stop,
        carries_privacy=carries_privacy,
        state=DeliveryState.LATER if paused else DeliveryState.QUEUED,
        reason=deliveries.PAUSED if paused else "",
    )


def told_when(desk: Desk, connection: Connection) -> str:
    """When a reply goes out, for the sentence that confirms it."""
    if brand.sending_paused(connection, desk.brand_id):
        return "It goes out when sending is resumed."
    return "It goes out now."
