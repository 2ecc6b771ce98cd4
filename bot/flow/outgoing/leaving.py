"""The terms of sending, and a delivery on its way: what leaves, at which price, until when, and what X
said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.x.client import CREATE_POST, SEND_MESSAGE, Answer
from bot.x.outcomes import Outcome
from bot.x.price_list import Cost
from bot.x.wire import Made
from storage.outbox import ClaimedDelivery
from storage.states import Channel

MILLISECOND = timedelta(milliseconds=1)

ROUTES = {Channel.PRIVATE: SEND_MESSAGE, Channel.PUBLIC: CREATE_POST}  # the scarcer first


@dataclass(frozen=True, slots=True)
class Terms:
    """How things are sent. `owner` names this process on what it holds.

    `oldest`: what was asked longer ago is not answered any more (None or 0: however old). `lag`: how late X
    may show our own posts. `most_attempts`: after so many calls of unknown fate a person decides.
    `pending_lasts`: how long a message of a person we invited brings their answer. `sending` False: nothing
    leaves. `web`: where X shows posts.
    Raises: ValueError when a call may last half a lease or longer: it could then outlive the claim it was
    made under.
    """

    brand_id: str
    owner: str
    lease: timedelta = timedelta(seconds=30)
    call_timeout: timedelta = timedelta(seconds=10)
    oldest: timedelta | None = timedelta(hours=24)
    lag: timedelta = timedelta(seconds=60)
    most_attempts: int = 5
    pending_lasts: timedelta = timedelta(hours=24)
    sending: bool = True
    web: str = "https://x.com"

    def __post_init__(self) -> None:
        if self.call_timeout * 2 >= self.lease:
            raise ValueError("a call may last less than half a lease")

    @property
    def lease_ms(self) -> int:
        return self.lease // MILLISECOND

    @property
    def lag_ms(self) -> int:
        return self.lag // MILLISECOND


@dataclass(frozen=True, slots=True)
class Leaving:
    """A delivery whose call may leave: on record as *sending*, its money and its place in the window
    taken.
    """

    delivery: ClaimedDelivery
    route: str
    cost: Cost
    line_id: int  # of the ledger
    asked_at: datetime | None  # when the mention was posted

    def must_leave_before_ms(self, lease_ms: int) -> int:
        """The call may begin in the first half of its lease only, by the lease clock; the rest is for its
        answer.
        """
        return self.delivery.lease_until_ms - lease_ms // 2


@dataclass(frozen=True, slots=True)
class Finished:
    """A call that is over."""

    leaving: Leaving
    answer: Answer[Made]
    at: datetime  # X's time

    @property
    def outcome(self) -> Outcome:
        return self.answer.outcome
