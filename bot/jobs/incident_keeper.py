"""Ends incidents whose time is over, and tells those who asked to be told that one has ended.

The news waits in the followers' own table and comes to the outbox a few at a time, behind all answers. So
it never takes a message's place in X's window from somebody who asks now, and a stop in between counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Connection

from bot.clock import Clock
from bot.flow.decide.decision import IDLE
from bot.flow.decide.incident_answers import TELL_ME
from bot.flow.enqueue import SENDING_OFF
from bot.x.client import SEND_MESSAGE
from commands.wording.sentences import Sentences
from storage import deliveries, journal, outbox, people
from storage.database import Database, StorageTrouble
from storage.incidents import followers, incidents
from storage.incidents.followers import FollowerRow
from storage.incidents.incidents import IncidentRow
from storage.people import PersonRow
from storage.promises import consents
from storage.states import Channel, ConsentKind, DeliveryState, Purpose
from storage.upkeep import brand, windows

log = structlog.get_logger()

EVERY = timedelta(seconds=3)
WINDOW_OF_MESSAGES = 15  # what X takes in a window, until it says otherwise
KEPT_FOR_ANSWERS = 5  # of each window: who asks now is answered now, whatever news goes out
WORTH_TELLING_FOR = timedelta(hours=24)
NO_LEAVE = "no consent"
BLOCKED = "blocked by us"
REFUSES = "X refuses our messages to them"
TOO_LATE = "too long ago"


@dataclass(frozen=True, slots=True)
class NewsTerms:
    """`sending` False: nothing leaves. `privacy_url`: stands under the first message somebody gets."""

    brand_id: str
    sending: bool = True
    privacy_url: str | None = None


@dataclass(frozen=True)
class News(outbox.NewDelivery):
    """A message that nobody waits for in line: what its person asks meanwhile does not queue behind it."""

    @property
    def lane(self) -> str:
        return f"{self.person_id}:news"


class IncidentKeeper:
    """One brand's look for incidents that are over."""

    def __init__(self, database: Database, clock: Clock, say: Sentences, terms: NewsTerms) -> None:
        self._database = database
        self._clock = clock
        self._say = say
        self._terms = terms
        self._brand_id = terms.brand_id

    def run(self) -> None:
        """One look. Never raises for the database: the next look does what this one could not."""
        try:
            if self._database.read(self._is_due):
                self._database.write(self._work)
        except StorageTrouble as trouble:
            log.warning("database trouble", kind=trouble.kind.value, job="incidents")

    def _is_due(self, connection: Connection) -> bool:
        return bool(
            incidents.lapsed(connection, self._brand_id, self._clock.now())
            or followers.untold(connection, self._brand_id, 1)
        )

    def _work(self, connection: Connection) -> None:
        now = self._clock.now()
        self._close_lapsed(connection, now)
        room = self._room(connection, now)
        if room > 0:
            self._tell(connection, followers.untold(connection, self._brand_id, room), now)

    def _room(self, connection: Connection, now: datetime) -> int:
        """How many may be told now: what X's window leaves, less what is kept and what is under way."""
        row = windows.find(connection, self._brand_id, [SEND_MESSAGE]).get(SEND_MESSAGE)
        left = row.calls_now(now) if row else None
        spare = (WINDOW_OF_MESSAGES if left is None else min(left, WINDOW_OF_MESSAGES)) - KEPT_FOR_ANSWERS
        return spare - followers.under_way(connection, self._brand_id)

    def _close_lapsed(self, connection: Connection, now: datetime) -> None:
        for row in incidents.lapsed(connection, self._brand_id, now):
            at = row.until_at or now
            if incidents.close(connection, self._brand_id, row.id, by=journal.BOT, at=at):
                entry = journal.Entry(
                    "incident closed", None, f"incident:{row.id}", {"why": "its time is over"}
                )
                journal.write(connection, self._brand_id, [entry], now)
                log.info("incident over", incident=row.id)

    def _tell(self, connection: Connection, waiting: Sequence[FollowerRow], now: datetime) -> None:
        if not waiting:
            return
        over = incidents.find(connection, self._brand_id, [row.incident_id for row in waiting])
        ids = sorted({row.person_id for row in waiting})
        known = people.find(connection, self._brand_id, ids)
        agreed = consents.live(connection, self._brand_id, ids)
        out: list[tuple[FollowerRow, str]] = []
        told: list[tuple[FollowerRow, News]] = []
        for row in waiting:
            person, incident = known[row.person_id], over[row.incident_id]
            why = _why_not(person, agreed.get(row.person_id, frozenset()), incident, now)
            if why is None:
                told.append((row, self._news(connection, row, person, incident)))
            else:
                out.append((row, why))
        sent = outbox.enqueue(connection, self._brand_id, [news for _, news in told], now)
        followers.told(connection, list(zip([row for row, _ in told], sent, strict=True)), now)
        followers.left_out(connection, out, now)
        self._note(connection, [row for row, _ in told], sent, out, now)

    def _news(
        self, connection: Connection, row: FollowerRow, person: PersonRow, incident: IncidentRow
    ) -> News:
        assert incident.closed_at is not None, "only those of closed incidents are told"
        by_itself = incident.closed_by == journal.BOT
        text = self._say.incident_over(
            row.lang, incident.text, incident.closed_at, news=incident.news, by_itself=by_itself
        ).text
        url = self._terms.privacy_url
        carries_privacy = url is not None and person.privacy_sent_at is None
        if url is not None and carries_privacy:
            text += "\n\n" + self._say.privacy(row.lang, url).text
        state, reason = DeliveryState.QUEUED, ""
        if not self._terms.sending:
            state, reason = DeliveryState.DROPPED, SENDING_OFF
        elif brand.sending_paused(connection, self._brand_id):
            state, reason = DeliveryState.LATER, deliveries.PAUSED
        return News(
            person_id=row.person_id,
            channel=Channel.PRIVATE,
            purpose=Purpose.ANSWER,
            text=text,
            command=TELL_ME,
            priority=IDLE,
            instead={"nothing": True},
            carries_privacy=carries_privacy,
            state=state,
            reason=reason,
        )

    def _note(
        self,
        connection: Connection,
        told: Sequence[FollowerRow],
        sent: Sequence[int],
        out: Sequence[tuple[FollowerRow, str]],
        now: datetime,
    ) -> None:
        entries = [
            journal.Entry(
                "told of the end", row.mention_id, f"incident:{row.incident_id}", {"delivery": delivery_id}
            )
            for row, delivery_id in zip(told, sent, strict=True)
        ]
        entries += [
            journal.Entry("not told of the end", row.mention_id, f"incident:{row.incident_id}", {"why": why})
            for row, why in out
        ]
        journal.write(connection, self._brand_id, entries, now)
        log.info("told of the end", people=len(told), left_out=len(out))


def _why_not(
    person: PersonRow, agreed: frozenset[ConsentKind], incident: IncidentRow, now: datetime
) -> str | None:
    """Why somebody is not told; None: they are."""
    if person.stopped_at is not None:
        return deliveries.STOPPED
    if not {ConsentKind.DM, ConsentKind.PROGRESS} <= agreed:
        return NO_LEAVE
    if person.blocked_at is not None:
        return BLOCKED
    if person.refuses_dm_at is not None:
        return REFUSES
    if incident.closed_at is not None and now - incident.closed_at > WORTH_TELLING_FOR:
        return TOO_LATE
    return None
