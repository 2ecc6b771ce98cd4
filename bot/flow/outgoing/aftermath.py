"""What follows from X's word on a delivery: its next state, and the next best way where X said no.

Every method takes part in the caller's transaction, so that an outcome and all that follows from it stand
together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from bot.flow.decide.story import post_link
from bot.flow.outgoing.leaving import MILLISECOND, Finished, Terms
from bot.x.outcomes import Later, NotSent, NotSentWhy, Outcome, Refused, RefusedWhy, Sent, Unsure
from storage import deliveries, journal, mentions, outbox, people
from storage.deliveries import DeliveryRow
from storage.mentions import MentionRow
from storage.outbox import ClaimedDelivery
from storage.promises import handovers, pendings
from storage.states import Channel, DeliveryState, MentionKind, PendingKind, Purpose, Reason
from storage.upkeep import notices, windows

log = structlog.get_logger()

DUPLICATE = "X says it has this text already"
FIRST_LOOK = timedelta(
    seconds=1
)  # X mostly shows a post at once; this look alone proves nothing if it finds none
LEAST_WAIT = timedelta(seconds=5)  # before a call that X put off without saying until when
REFUSED_MESSAGE = "X refused our message to them"


@dataclass(frozen=True, slots=True)
class _Written:
    x_id: str
    person_id: str
    is_message: bool


class Aftermath:
    """Turns outcomes into rows."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._brand_id = terms.brand_id

    def next_state(
        self, connection: Connection, finished: Finished, now: datetime, now_ms: int
    ) -> outbox.Outcome:
        """Where the delivery goes from here."""
        delivery, outcome = finished.leaving.delivery, finished.outcome
        to = _Outcomes(delivery)
        if isinstance(outcome, Sent):
            return to(DeliveryState.SENT, x_id=outcome.x_id, sent_at=finished.at)
        if isinstance(outcome, Unsure):
            first = min(self._terms.lag, FIRST_LOOK) // MILLISECOND
            return to(DeliveryState.UNSURE, outcome.why, unknown_fate=True, due_ms=now_ms + first)
        if isinstance(outcome, NotSent):
            waits = outcome.why is NotSentWhy.NO_CONNECTION
            due_ms = now_ms + LEAST_WAIT // MILLISECOND if waits else 0
            return to(DeliveryState.QUEUED, outcome.why, never_left=True, due_ms=due_ms)
        if isinstance(outcome, Refused):
            if outcome.why is RefusedWhy.DUPLICATE and delivery.channel == Channel.PUBLIC:
                return to(DeliveryState.UNSURE, DUPLICATE, due_ms=now_ms)
            return to(DeliveryState.REFUSED, outcome.why)
        until = outcome.until if isinstance(outcome, Later) else None
        opens_at = until or self._route_opens_at(connection, finished.leaving.route, now) or now + LEAST_WAIT
        why = outcome.why if isinstance(outcome, Later) else ""
        return to(DeliveryState.LATER, why, not_before_at=opens_at, never_left=True)

    def _route_opens_at(self, connection: Connection, route: str, now: datetime) -> datetime | None:
        row = windows.find(connection, self._brand_id, [route]).get(route)
        return None if row is None else row.opens_at(now)

    def follow(
        self, connection: Connection, delivery: ClaimedDelivery, outcome: Outcome, now: datetime
    ) -> None:
        """Does what an outcome calls for, besides the delivery's own row."""
        if isinstance(outcome, Sent):
            arrived(connection, self._brand_id, [delivery], now)
            return
        if isinstance(outcome, Refused) and outcome.why is not RefusedWhy.DUPLICATE:
            self._note(connection, delivery, "refused by X", {"why": outcome.why.value}, now)
            if delivery.channel == Channel.PRIVATE:
                if outcome.why is RefusedWhy.NO_DM_PERMISSION:
                    people.refuses_dm(connection, self._brand_id, [delivery.person_id], now)
                self.fall_back(connection, delivery, REFUSED_MESSAGE, now)
            elif outcome.why is RefusedWhy.TARGET_GONE:
                if delivery.mention_id is not None and delivery.purpose != Purpose.PERSON:
                    mentions.deleted(connection, self._brand_id, [delivery.mention_id])
            elif delivery.purpose != Purpose.DELAY:  # the answer that it announces follows all the same
                self.ask_a_person(connection, delivery, f"X refused our reply: {outcome.why.gloss}", now)
        elif isinstance(outcome, Unsure):
            self._note(connection, delivery, "of unknown fate", {"why": outcome.why.value}, now)

    def fall_back(self, connection: Connection, delivery: ClaimedDelivery, why: str, now: datetime) -> None:
        """The next best way for a private answer that cannot go out: the invitation in public, or a
        colleague.
        """
        if delivery.instead.get("nothing"):
            return  # news that somebody asked for: whoever cannot get it is no case for a colleague
        mention = self._mention(connection, delivery)
        invite = delivery.instead.get("invite")
        if invite and mention is not None and self._public_reply_is_free(connection, mention):
            self._invite(connection, delivery, mention, invite, now)
        elif delivery.purpose == Purpose.PERSON:
            self.ask_a_person(connection, delivery, why, now)
        else:
            said = delivery.instead.get("handover") or {}
            self._hand_over(
                connection, delivery, mention, str(said.get("reason") or why), bool(said.get("urgent")), now
            )

    def _mention(self, connection: Connection, delivery: ClaimedDelivery) -> MentionRow | None:
        if delivery.mention_id is None:
            return None
        return mentions.find(connection, self._brand_id, [delivery.mention_id]).get(delivery.mention_id)

    def _public_reply_is_free(self, connection: Connection, mention: MentionRow) -> bool:
        if mention.kind != MentionKind.POST:
            return False  # a message has no post to reply to
        given = deliveries.under(connection, self._brand_id, [mention.x_id]).get(mention.x_id, [])
        return not deliveries.public_reply_used(given)

    def _invite(
        self,
        connection: Connection,
        delivery: ClaimedDelivery,
        mention: MentionRow,
        invite: dict[str, Any],
        now: datetime,
    ) -> None:
        new = outbox.NewDelivery(
            person_id=delivery.person_id,
            channel=Channel.PUBLIC,
            purpose=Purpose.INVITE,
            text=str(invite["text"]),
            mention_id=mention.id,
            command=delivery.command,
            priority=delivery.priority,
            mark=str(invite.get("mark", "")),
            reply_to_id=mention.x_id,
            despite_stop=delivery.despite_stop,
            asked_at=delivery.asked_at,
        )
        outbox.enqueue(connection, self._brand_id, [new], now)
        if invite.get("pending"):
            awaited = pendings.NewPending(
                delivery.person_id, PendingKind.COMMAND, mention.id, now + self._terms.pending_lasts
            )
            pendings.expect(connection, self._brand_id, [awaited], now)
        self._note(connection, delivery, "invited instead", {}, now)

    def _hand_over(
        self,
        connection: Connection,
        delivery: ClaimedDelivery,
        mention: MentionRow | None,
        reason: str,
        urgent: bool,
        now: datetime,
    ) -> None:
        opened = handovers.open_(
            connection, self._brand_id, delivery.person_id, reason=reason, urgent=urgent, now=now
        )
        title = "Urgent: somebody waits for a person" if urgent else "Somebody waits for a person"
        text = f"{reason}\n{self._link(delivery, mention)}"
        notices.ring(connection, self._brand_id, f"handover:{opened.id}", title, text, now)
        self._note(connection, delivery, "handed over", {"why": reason, "handover": opened.id}, now)

    def ask_a_person(
        self, connection: Connection, delivery: ClaimedDelivery, why: str, now: datetime
    ) -> None:
        """Calls the people who answer about a delivery that the bot cannot bring to its end, once."""
        text = f"{why}\n{self._link(delivery, self._mention(connection, delivery))}"
        title = f"Delivery {delivery.id} needs a person"
        notices.ring(connection, self._brand_id, f"delivery:{delivery.id}", title, text, now)
        self._note(connection, delivery, "people asked", {"why": why}, now)

    def dropped(self, connection: Connection, delivery: ClaimedDelivery, why: str, now: datetime) -> None:
        """Notes that a delivery is not sent any more; a mention that it leaves unanswered says why."""
        if why == deliveries.TOO_OLD and delivery.mention_id is not None:
            mentions.left_unanswered(connection, self._brand_id, [delivery.mention_id], Reason.TOO_OLD)
        self._note(connection, delivery, "dropped", {"why": why}, now)

    def noted(
        self, connection: Connection, delivery: ClaimedDelivery, what: str, now: datetime, **detail: object
    ) -> None:
        """Writes a step of the delivery's story into the journal."""
        self._note(connection, delivery, what, detail, now)

    def _link(self, delivery: ClaimedDelivery, mention: MentionRow | None) -> str:
        is_message = mention is None or mention.kind == MentionKind.MESSAGE
        x_id = "" if mention is None else mention.x_id
        return post_link(self._terms.web, _Written(x_id, delivery.person_id, is_message))

    def _note(
        self,
        connection: Connection,
        delivery: ClaimedDelivery,
        what: str,
        detail: dict[str, object],
        now: datetime,
    ) -> None:
        entry = journal.Entry(what, delivery.mention_id, f"delivery:{delivery.id}", detail)
        journal.write(connection, self._brand_id, [entry], now)
        log.info(what, delivery=delivery.id, mention=delivery.mention_id, **detail)


def arrived(
    connection: Connection, brand_id: str, batch: Sequence[ClaimedDelivery | DeliveryRow], now: datetime
) -> None:
    """X has these deliveries: their mentions are answered, and who was sent the privacy link has it.

    That an answer takes a while is no answer.
    """
    answers = [one for one in batch if one.purpose != Purpose.DELAY]
    mentions.answered(connection, [one.mention_id for one in answers if one.mention_id is not None], now)
    told = sorted({one.person_id for one in batch if one.carries_privacy})
    if told:
        people.privacy_sent(connection, brand_id, told, now)


class _Outcomes:
    """Makes outcomes of one delivery."""

    def __init__(self, delivery: ClaimedDelivery) -> None:
        self._delivery = delivery

    def __call__(self, state: DeliveryState, reason: str = "", **more: Any) -> outbox.Outcome:
        return outbox.Outcome(self._delivery.id, self._delivery.fence, state, str(reason), **more)


MakeOutcome = Callable[..., outbox.Outcome]


def outcome_of(delivery: ClaimedDelivery) -> MakeOutcome:
    """Makes outcomes of a claimed delivery: `outcome_of(delivery)(DeliveryState.SENT, x_id=…)`."""
    return _Outcomes(delivery)
