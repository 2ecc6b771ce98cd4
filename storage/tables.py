"""Every table of the daemon's own memory, each column with its meaning, each index with the query it serves.

Ids of X are strings. Instants are aware UTC and follow X's clock, unless their name ends in `_ms`: those count
milliseconds of the *lease clock* (storage/leases.py), which no change of the wall clock can move. Money is integer
micro-USD. No behaviour lives here. What a customer's account holds stands in account_tables.py.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage import states
from storage.columns import UtcDateTime, one_of


def _at(*, index: bool = False, nullable: bool = True) -> Any:
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable, index=index)


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=sa.BigInteger().with_variant(sa.Integer, "sqlite"))


def _ref(table: str, *, nullable: bool = True) -> Any:
    return Field(default=None, foreign_key=f"{table}.id", nullable=nullable, sa_type=sa.BigInteger)


def _json() -> Any:
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)


def _ms() -> Any:
    return Field(default=0, sa_type=sa.BigInteger, nullable=False)


class Brand(SQLModel, table=True):
    """The one brand this database serves, and the one X it serves it on."""

    __tablename__ = "brands"
    brand_id: str = Field(primary_key=True)  # the brand account's id on X
    username: str
    name: str = ""
    serves: str  # "real:<host>:<account id>" or "sandbox:<world id>"; another X is refused
    first_started_at: datetime = _at(
        nullable=False
    )  # what is older than this less a grace is before our time
    sending_paused_at: datetime | None = _at()  # set by `act sending pause`
    sending_paused_by: str = ""
    x_offset_ms: int = _ms()  # X's clock less this machine's, from the Date header
    boot_id: str = ""  # the host's boot the lease clock counts from (SQLite); another boot ends every lease
    credit_micro: int | None = Field(
        default=None, sa_type=sa.BigInteger
    )  # what X says is left; None: not asked yet
    credit_checked_at: datetime | None = _at()


class Person(SQLModel, table=True):
    """An X account that has written to us."""

    __tablename__ = "people"
    __table_args__ = (sa.Index("people_by_username", "brand_id", "username_folded"),)  # `act person @h`
    brand_id: str = Field(primary_key=True)
    x_id: str = Field(primary_key=True)
    username: str | None = None  # None: never looked up, because a look-up costs money
    username_folded: str | None = None
    lang: str = ""
    first_seen_at: datetime = _at(nullable=False)
    last_seen_at: datetime = _at(nullable=False)
    customer_id: str | None = None  # the company's record, linked by proof
    linked_at: datetime | None = _at()
    link_proof: str = ""  # which proof a colleague saw
    blocked_at: datetime | None = _at()
    blocked_by: str = ""
    stopped_at: datetime | None = _at()  # said stop; cleared by start
    help_line_at: datetime | None = _at()  # the last help line sent to a message without a command
    told_too_many_at: datetime | None = _at()
    refuses_dm_at: datetime | None = _at()  # X last refused our message to them
    privacy_sent_at: datetime | None = _at()  # the privacy link stood in our first message to them


class Consent(SQLModel, table=True):
    """A recorded yes, and its end."""

    __tablename__ = "consents"
    __table_args__ = (
        one_of("kind", states.ConsentKind),
        sa.Index("consents_of_person", "brand_id", "person_id", "kind"),  # may we write to this person?
    )
    id: int | None = _id()
    brand_id: str
    person_id: str
    kind: str
    how: str  # "wrote us a message", "said start", "recorded by dora: …"
    wording_version: str
    given_at: datetime = _at(nullable=False)
    withdrawn_at: datetime | None = _at()


class Mention(SQLModel, table=True):
    """The inbox: one row per post or message addressed to us, once per X id."""

    __tablename__ = "mentions"
    __table_args__ = (
        one_of("kind", states.MentionKind),
        one_of("state", states.MentionState),
        one_of("reason", states.Reason, nullable=True),
        sa.UniqueConstraint("brand_id", "x_id"),
        # claim: the waiting ones, urgent first, then oldest
        sa.Index(
            "mentions_waiting",
            "brand_id",
            "priority",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        # order: is an earlier one of this conversation still open? sweep: whose lease has lapsed?
        sa.Index(
            "mentions_open",
            "brand_id",
            "conversation_key",
            "position",
            sqlite_where=sa.text("state IN ('waiting', 'handling')"),
            postgresql_where=sa.text("state IN ('waiting', 'handling')"),
        ),
        sa.Index("mentions_of_author", "brand_id", "author_id", "id"),  # how often has this person asked?
        sa.Index("mentions_of_chain", "brand_id", "edit_root_id"),  # one request per edit chain
    )
    id: int | None = _id()
    brand_id: str
    x_id: str  # of the post or the message
    kind: str
    author_id: str
    conversation_key: str  # the author's id: what one person asks is decided in the order asked
    position: int = Field(sa_type=sa.BigInteger)  # the X id as an integer: X's own order
    in_reply_to_id: str | None = None
    edit_root_id: str  # the first id of the edit chain; the X id itself when never edited
    posted_at: datetime = _at(nullable=False)
    received_at: datetime = _at(nullable=False)
    decided_at: datetime | None = _at()
    answered_at: datetime | None = _at()  # when X took the first delivery of its answer
    state: str = states.MentionState.WAITING.value
    reason: str | None = None
    commands: str = ""  # the commands read in it, in order, parted by spaces
    priority: int = 5  # 0 urgent … 9 idle
    due_ms: int = _ms()  # not to be looked at before
    tries: int = 0
    lease_owner: str = ""
    lease_until_ms: int = _ms()
    fence: int = 0
    ticket_id: int | None = _ref("tickets")
    handover_id: int | None = _ref("handovers")


class MentionBody(SQLModel, table=True):
    """What a mention said, apart from its row, so that it can be forgotten while the row stays."""

    __tablename__ = "mention_bodies"
    mention_id: int = Field(primary_key=True, foreign_key="mentions.id", sa_type=sa.BigInteger)
    brand_id: str
    text: str  # as a person reads it, unescaped
    x_json: str  # the object as X sent it


class Delivery(SQLModel, table=True):
    """The outbox: one post or message to send, its text rendered once and never again."""

    __tablename__ = "deliveries"
    __table_args__ = (
        one_of("channel", states.Channel),
        one_of("purpose", states.Purpose),
        one_of("state", states.DeliveryState),
        # claim: what is due, by priority; sweep: what sends under a lapsed lease, what is unsure and due
        sa.Index(
            "deliveries_open",
            "brand_id",
            "state",
            "priority",
            "id",
            sqlite_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
            postgresql_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
        ),
        # order: is an earlier one of this lane still open?
        sa.Index(
            "deliveries_lane",
            "brand_id",
            "lane",
            "id",
            sqlite_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
            postgresql_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
        ),
        sa.Index("deliveries_of_mention", "mention_id"),  # the story of a mention
        sa.Index("deliveries_of_person", "brand_id", "person_id", "id"),  # what did we tell this person last?
        sa.Index(
            "deliveries_by_x_id", "brand_id", "x_id"
        ),  # is this post or message ours? whose answer is replied to?
        sa.Index("deliveries_by_mark", "brand_id", "mark"),  # is this mark taken today?
    )
    id: int | None = _id()
    brand_id: str
    mention_id: int | None = _ref("mentions")  # None: written by a colleague out of the blue
    person_id: str
    channel: str
    purpose: str
    lane: str  # "<person id>:<channel>": within it deliveries leave in the order of their ids
    priority: int = 5
    text: str  # frozen; every attempt sends these bytes
    mark: str = ""  # what makes a public text unlike any other of the day
    reply_to_id: str | None = None  # the post replied to (public)
    state: str = states.DeliveryState.QUEUED.value
    reason: str = ""  # why refused, later or dropped; a code of docs/operate.md where an operator can act
    instead: dict[str, Any] = _json()  # the next best way if X refuses: see bot/flow/enqueue.py
    x_id: str | None = None
    attempts: int = 0
    looks: int = 0  # how often it was looked for since the last attempt, without being found
    unknown_fate: bool = False  # an earlier attempt may have reached X
    remarked: bool = False  # it carries a new mark already; there is no second one
    created_at: datetime = _at(nullable=False)
    first_call_at: datetime | None = _at()  # X's time of the first attempt: how far back a look goes
    last_call_at: datetime | None = _at()
    sent_at: datetime | None = _at()
    not_before_at: datetime | None = _at()  # X's time: a window's reset, a pause
    due_ms: int = _ms()  # lease clock: the next look of an unsure one, the next try of a queued one
    lease_owner: str = ""
    lease_until_ms: int = _ms()
    fence: int = 0


class Ticket(SQLModel, table=True):
    """Something a person of ours has promised to look at."""

    __tablename__ = "tickets"
    __table_args__ = (
        one_of("state", states.TicketState),
        sa.UniqueConstraint("brand_id", "reference"),
        sa.Index(
            "tickets_of_person", "brand_id", "person_id", "state"
        ),  # is there an open one of this command?
        sa.Index("tickets_due", "brand_id", "state", "due_at"),  # show tickets --due
    )
    id: int | None = _id()
    brand_id: str
    reference: str
    command: str
    person_id: str
    state: str = states.TicketState.OPEN.value
    urgent: bool = False
    assigned_to: str = ""
    opened_at: datetime = _at(nullable=False)
    due_at: datetime | None = _at()
    closed_at: datetime | None = _at()
    acknowledged_at: datetime | None = _at()  # a follow-up is acknowledged once


class TicketMention(SQLModel, table=True):
    """Which mentions belong to a ticket, in the order they came."""

    __tablename__ = "ticket_mentions"
    ticket_id: int = Field(primary_key=True, foreign_key="tickets.id", sa_type=sa.BigInteger)
    mention_id: int = Field(primary_key=True, foreign_key="mentions.id", sa_type=sa.BigInteger)
    brand_id: str
    added_at: datetime = _at(nullable=False)


class Handover(SQLModel, table=True):
    """A customer given to a person; the bot is silent towards them until it is released."""

    __tablename__ = "handovers"
    __table_args__ = (
        one_of("state", states.HandoverState),
        sa.Index("handovers_of_person", "brand_id", "person_id", "state"),  # is a person in charge?
    )
    id: int | None = _id()
    brand_id: str
    person_id: str
    reason: str
    urgent: bool = False
    state: str = states.HandoverState.OPEN.value
    opened_at: datetime = _at(nullable=False)
    last_human_at: datetime = _at(
        nullable=False
    )  # the last message of the customer or of a colleague; +24 h releases it
    released_at: datetime | None = _at()
    released_by: str = ""


class Pending(SQLModel, table=True):
    """What we await from a person: until when, and which mention goes on when it comes."""

    __tablename__ = "pendings"
    __table_args__ = (
        one_of("kind", states.PendingKind),
        sa.Index("pendings_of_person", "brand_id", "person_id", "used_at", "expires_at"),  # resume the newest
    )
    id: int | None = _id()
    brand_id: str
    person_id: str
    kind: str
    mention_id: int = _ref("mentions", nullable=False)
    ticket_id: int | None = _ref("tickets")
    created_at: datetime = _at(nullable=False)
    expires_at: datetime = _at(nullable=False)
    used_at: datetime | None = _at()


class OwnPost(SQLModel, table=True):
    """A post or message of ours that the bot did not send: a colleague's, written in X's own app."""

    __tablename__ = "own_posts"
    __table_args__ = (
        sa.Index("own_posts_under", "brand_id", "reply_to_id"),  # has a colleague answered this mention?
        sa.Index(
            "own_posts_to_person", "brand_id", "person_id", "position"
        ),  # … or written to this person since?
    )
    brand_id: str = Field(primary_key=True)
    x_id: str = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger)
    channel: str
    reply_to_id: str | None = None
    person_id: str | None = None
    posted_at: datetime = _at(nullable=False)


class Cursor(SQLModel, table=True):
    """How far a feed of X has been read and stored completely."""

    __tablename__ = "cursors"
    brand_id: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)  # mentions | messages | own posts
    newest_id: str | None = None  # the newest id of the last complete read
    polls: int = 0  # complete reads so far: every tenth one looks further back
    read_at: datetime | None = _at()  # X's time at the start of the last complete read
    gap_since_id: str | None = None  # a gap being filled from search: from here …
    gap_until_id: str | None = None  # … to here


class Window(SQLModel, table=True):
    """What is left of X's rate limits on one route, as X's own headers last said."""

    __tablename__ = "windows"
    brand_id: str = Field(primary_key=True)
    route: str = Field(primary_key=True)  # "POST /2/tweets"
    calls_limit: int | None = None
    calls_left: int | None = None
    resets_at: datetime | None = _at()
    day_calls_left: int | None = None
    day_resets_at: datetime | None = _at()
    paused_until: datetime | None = _at()
    paused_why: str = ""
    tries: int = 0  # consecutive failures: the back-off's exponent


class LedgerLine(SQLModel, table=True):
    """One call's money: reserved at its worst price, settled at what X charged."""

    __tablename__ = "ledger"
    __table_args__ = (
        one_of("state", states.LedgerState),
        sa.Index("ledger_by_day", "brand_id", "day", "item"),  # the day's sum; show ledger
        sa.Index("ledger_by_delivery", "delivery_id"),  # settle a reconciled delivery
    )
    id: int | None = _id()
    brand_id: str
    day: date  # UTC, by X's clock
    item: str  # named as X's price list names it: bot/x/prices.yaml
    count: int
    reserved_micro: int = Field(sa_type=sa.BigInteger)
    settled_micro: int = Field(default=0, sa_type=sa.BigInteger)
    state: str = states.LedgerState.RESERVED.value
    is_write: bool = False
    delivery_id: int | None = _ref("deliveries")
    reserved_at: datetime = _at(nullable=False)


class ChargedObject(SQLModel, table=True):
    """What X has charged us for today already: it charges an object once per UTC day."""

    __tablename__ = "charged_objects"
    brand_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    x_object: str = Field(primary_key=True)  # "post:123", "user:7", "dm_event:9"


class Alarm(SQLModel, table=True):
    """Something an operator should know, from when until when."""

    __tablename__ = "alarms"
    __table_args__ = (sa.Index("alarms_open", "brand_id", "code", "until_at"),)  # raised already? show alarms
    id: int | None = _id()
    brand_id: str
    code: str  # a heading of docs/operate.md
    detail: str = ""
    since_at: datetime = _at(nullable=False)
    until_at: datetime | None = _at()


class Notice(SQLModel, table=True):
    """A ring at the people who answer: sent once."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("state", states.NoticeState),
        sa.UniqueConstraint("brand_id", "about"),
        sa.Index("notices_waiting", "brand_id", "state", "id"),  # what is to be rung
    )
    id: int | None = _id()
    brand_id: str
    about: str  # "handover:12", "ticket:7", "alarm:3"
    title: str
    text: str
    state: str = states.NoticeState.WAITING.value
    tries: int = 0
    created_at: datetime = _at(nullable=False)
    due_ms: int = _ms()


class JournalEntry(SQLModel, table=True):
    """What was done, by whom, when: the daemon's decisions and people's acts."""

    __tablename__ = "journal"
    __table_args__ = (
        sa.Index("journal_of_mention", "mention_id", "id"),  # the story of a mention
        sa.Index("journal_by_time", "brand_id", "at"),  # forget
    )
    id: int | None = _id()
    brand_id: str
    at: datetime = _at(nullable=False)
    who: str  # "bot" or a colleague's name
    what: str  # a verb and its object: "decided", "sent", "ticket closed"
    mention_id: int | None = _ref("mentions")
    subject: str = ""  # "delivery:5", "person:123", "sending"
    detail: dict[str, Any] = _json()


class SwitchedOff(SQLModel, table=True):
    """A command that an operator, or a fault, has switched off."""

    __tablename__ = "switched_off"
    brand_id: str = Field(primary_key=True)
    command: str = Field(primary_key=True)
    why: str
    since_at: datetime = _at(nullable=False)


class Lease(SQLModel, table=True):
    """A role that one process holds at a time, such as polling an account."""

    __tablename__ = "leases"
    brand_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    owner: str = ""
    until_ms: int = _ms()
    fence: int = 0
