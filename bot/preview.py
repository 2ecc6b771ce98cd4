"""What would be answered to a text, by the same rules as in earnest; nothing is written or sent."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape

from bot.flow.decide.decision import Decision
from bot.flow.decide.incoming import Incoming
from bot.flow.decider import Decider
from bot.flow.receive import read_incoming_message, read_incoming_post
from bot.x.price_list import MICRO_PER_USD, Item, PriceList
from bot.x.wire import Entities, MentionEntity, XMessage, XPost, snowflake_at
from commands.text import mentions, outgoing_weight, would_link
from storage.states import Channel, Reason

# Who writes when nobody we know is named: an account that has never written to us.
STRANGER = "0"


@dataclass(frozen=True, slots=True)
class Draft:
    """One text that would be sent. `weight` is X's weighted length, `usd` the price of sending it."""

    channel: Channel
    text: str
    weight: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow from a text; `read_usd` is the price of having read it."""

    decision: Decision
    drafts: tuple[Draft, ...]
    read_usd: Decimal

    @property
    def usd(self) -> Decimal:
        """The price of reading and answering."""
        return self.read_usd + sum((draft.usd for draft in self.drafts), Decimal(0))


class Previewer:
    """Shows what would be answered. `brand_username` is the name people write behind the @."""

    def __init__(self, decider: Decider, prices: PriceList, *, brand_id: str, brand_username: str) -> None:
        self._decider = decider
        self._prices = prices
        self._brand_id = brand_id
        self._brand_username = brand_username

    def say(
        self, text: str, *, person_id: str = STRANGER, as_message: bool = False, now: datetime
    ) -> Preview:
        """The answer to this text by this person (an X id), as a post or as a direct message.

        A post counts as addressed to us where the text names the brand, as on X.
        """
        incoming = self._message(text, person_id, now) if as_message else self._post(text, person_id, now)
        [looked] = self._decider.look([incoming])
        decision = self._decider.decide(looked)
        drafts = tuple(self._draft(one.channel, one.text) for one in decision.deliveries)
        return Preview(decision, drafts, self._read_usd(decision, as_message=as_message))

    def _read_usd(self, decision: Decision, *, as_message: bool) -> Decimal:
        if decision.reason is Reason.NOT_ADDRESSED:
            return Decimal(0)  # X never shows it to us
        item = Item.MESSAGE_READ if as_message else Item.OWNED_READ
        return _usd(self._prices.of_read(item, 1).micro)

    def _post(self, text: str, person_id: str, now: datetime) -> Incoming:
        escaped = escape(text, quote=False)
        named = tuple(
            MentionEntity(one.start, one.end, one.value, self._id_of(one.value)) for one in mentions(escaped)
        )
        post = XPost(snowflake_at(now), escaped, person_id, now, Entities(mentions=named))
        return read_incoming_post(post, self._brand_id)

    def _message(self, text: str, person_id: str, now: datetime) -> Incoming:
        return read_incoming_message(XMessage(snowflake_at(now), escape(text, quote=False), person_id, now))

    def _id_of(self, username: str) -> str | None:
        return self._brand_id if username.casefold() == self._brand_username.casefold() else None

    def _draft(self, channel: Channel, text: str) -> Draft:
        if channel is Channel.PRIVATE:
            return Draft(channel, text, len(text), _usd(self._prices.of_message().micro))
        cost = self._prices.of_post(has_link=bool(would_link(text)), summoned=True)
        return Draft(channel, text, outgoing_weight(text), _usd(cost.micro))


def _usd(micro: int) -> Decimal:
    return Decimal(micro) / MICRO_PER_USD
