"""One mention to decide, with everything that is known; and what kinds of way it can take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.flow.decide.incoming import Around, Incoming
from commands.api import Channel, Limit, Rules
from commands.lexicon.urgent import Urgency
from commands.parse import Call, Found
from storage.states import MentionKind, Reason

HANDOVER_LASTS = timedelta(hours=24)  # after the last message of a person, theirs or a colleague's
PENDING_LASTS = timedelta(hours=24)
HELP_LINE_EVERY = timedelta(hours=24)
INCIDENT_REMEMBERED = timedelta(hours=24)  # after its end, for who asks whether it is over


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator has settled. `pilot` holds folded user names; empty: everybody is answered."""

    brand_id: str
    language: str = "en"
    our_time_from: datetime | None = None  # what was written earlier is before our time
    answer_up_to: timedelta | None = timedelta(hours=24)  # None: whatever its age
    person_limit: Limit | None = None  # all commands of one person together
    limits: bool = True  # False: the commands' own limits do not count either
    pilot: frozenset[str] = frozenset()
    suggestions: bool = False
    public_links: bool = False
    privacy_url: str | None = None
    probe_id: str = ""  # the account with which the bot asks itself; no pilot and no limit is meant for it


@dataclass(frozen=True, slots=True)
class Book:
    """The commands there are: their folded names, and each one's rules by its id."""

    names: Mapping[str, str]
    rules: Mapping[str, Rules]
    off: frozenset[str] = frozenset()  # switched off
    rooms: Mapping[str, str] = field(default_factory=dict)
    only_alone: frozenset[str] = frozenset()  # names that count only as the whole message


@dataclass(frozen=True, slots=True)
class OpenTicketOf:
    """An open ticket of the person who wrote."""

    id: int
    reference: str
    command: str
    opened_at: datetime
    due_at: datetime | None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Awaited:
    """What we await from the person: the answer to a mention's commands, or the details of a ticket."""

    id: int
    mention_id: int
    created_at: datetime
    ticket_id: int | None = None  # set: its details are awaited
    commands: tuple[str, ...] = ()  # of that mention


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands with us."""

    username: str | None = None
    lang: str = ""
    customer_id: str | None = None
    blocked: bool = False
    stopped: bool = False
    consented: bool = False  # a live consent to direct messages is on record
    refuses_messages: bool = False  # X refused our last one
    privacy_sent: bool = False
    help_line_at: datetime | None = None
    told_too_many_at: datetime | None = None
    handover_id: int | None = None
    last_human_at: datetime | None = None
    tickets: tuple[OpenTicketOf, ...] = ()  # newest first
    awaited: tuple[Awaited, ...] = ()  # live ones, newest first
    asked: tuple[tuple[str, datetime], ...] = ()  # commands answered lately, and when they were asked

    @property
    def next_awaited(self) -> Awaited | None:
        """The newest that a message can still bring: a command's answer, or details of a live ticket."""
        live = {ticket.id for ticket in self.tickets}
        can_come = (one for one in self.awaited if one.ticket_id is None or one.ticket_id in live)
        return next(can_come, None)


@dataclass(frozen=True, slots=True)
class Incident:
    """A problem we know of: open, or over. `commands` answer with its text while it is open."""

    id: int
    text: str
    commands: frozenset[str]
    opened_at: datetime
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A mention and all that its decision rests on."""

    incoming: Incoming
    around: Around
    standing: Standing
    found: Found
    urgent: Urgency | None
    policy: Policy
    book: Book
    now: datetime
    incidents: tuple[Incident, ...] = ()
    troubles: tuple[str, ...] = ()  # known troubles that the words speak of

    @property
    def is_probe(self) -> bool:
        """Whether the bot asks itself, to see whether an answer comes."""
        return self.incoming.author_id == self.policy.probe_id

    @property
    def age(self) -> timedelta:
        return self.now - self.incoming.posted_at

    @property
    def asked(self) -> Channel:
        return Channel.PRIVATE if self.incoming.kind is MentionKind.MESSAGE else Channel.PUBLIC

    @property
    def handed_over(self) -> bool:
        """Whether a colleague is in charge still: the last human message is not older than a day."""
        standing = self.standing
        if standing.handover_id is None or standing.last_human_at is None:
            return False
        return self.now - standing.last_human_at < HANDOVER_LASTS

    @property
    def releases(self) -> int | None:
        """The hand-over that ends with this mention, because nobody has written in it for a day."""
        return None if self.handed_over else self.standing.handover_id

    @property
    def too_old(self) -> bool:
        return self.policy.answer_up_to is not None and self.age > self.policy.answer_up_to

    @property
    def may_message(self) -> bool:
        """Whether an answer to this mention may go by direct message."""
        if self.incoming.is_message:
            return True
        standing = self.standing
        return standing.consented and not standing.stopped and not standing.refuses_messages

    def incident_of(self, command: str) -> Incident | None:
        """The open incident whose text this command answers with."""
        open_ones = (one for one in self.incidents if one.over_at is None and command in one.commands)
        return next(open_ones, None)

    def mine(self, command: str) -> OpenTicketOf | None:
        """The person's open ticket of this command."""
        return next((ticket for ticket in self.standing.tickets if ticket.command == command), None)


@dataclass(frozen=True, slots=True)
class Skip:
    """No answer, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Urgent:
    """Straight to a person."""


@dataclass(frozen=True, slots=True)
class Run:
    """Its commands are run. The others are named: `unread` beyond the third, `not_now` switched off or asked
    too often, `after_start` closed to somebody who said stop.
    """

    calls: tuple[Call, ...]
    unread: tuple[str, ...] = ()
    not_now: tuple[str, ...] = ()
    after_start: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """A message brings the private answer to what was asked in public before."""

    awaited: Awaited


@dataclass(frozen=True, slots=True)
class TooMany:
    """Asked too often; `again` is when the next request counts. `tell`: they have not been told yet."""

    commands: tuple[str, ...]
    again: datetime
    tell: bool


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Belongs to an open ticket."""

    ticket: OpenTicketOf
    awaited: Awaited | None = None


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A message that nothing can be made of."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """A near miss of a command's name."""

    name: str


Way = Skip | Urgent | Run | Resume | TooMany | FollowUp | HelpLine | Suggest
