"""The tables that hold what customers and we said to each other: each column's meaning, each index's query.

Ids of X are strings. Instants are aware UTC and follow X's clock, unless their name ends in `_ms`: those
count milliseconds of the *lease clock* (storage/upkeep/leases.py), which no change of the wall clock can
move. No behaviour lives here. The daemon's housekeeping (money, windows, alarms …) stands in
upkeep_tables.py, customers' accounts in account_tables.py.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage import states
from storage.columns import instant, json_object, milliseconds, one_of, ref, row_id, where
from storage.engine import conditions


class Brand(SQLModel, table=True):
    """The one brand this database serves, and the one X it serves it on."""

    __tablename__ = "brands"
    brand_id: str = Field(primary_key=True)  # the brand account's id on X
    username: str
    name: str = ""
    serves: str  # "real:<host>:<account id>" or "sandbox:<world id>"; another X is refused
    first_started_at: datetime = instant(nullable=False)  # older than this less a grace: before our time
    sending_paused_at: datetime | None = instant()  # set by `act sending pause`
    sending_paused_by: str = ""
    x_offset_ms: int = milliseconds()  # X's clock less this machine's, from the Date header
    boot_id: str = ""  # the host's boot the lease clock counts from (SQLite); another boot ends every lease
    credit_micro: int | None = Field(default=None, sa_type=sa.BigInteger)  # left, says X; None: not asked yet
    credit_checked_at: datetime | None = instant()


class Person(SQLModel, table=True):
    """An X account that has written to us."""

    __tablename__ = "people"
    __table_args__ = (sa.Index("people_by_username", "brand_id", "username_folded"),)  # `act person @h`
    brand_id: str = Field(primary_key=True)
    x_id: str = Field(primary_key=True)
    username: str | None = None  # None: never looked up, because a look-up costs money
    username_folded: str | None = None
    lang: str = ""
    first_seen_at: datetime = instant(nullable=False)
    last_seen_at: datetime = instant(nullable=False)
    customer_id: str | None = None  # the company's record, linked by proof
    linked_at: datetime | None = instant()
    link_proof: str = ""  # which proof a colleague saw
    blocked_at: datetime | None = instant()
    blocked_by: str = ""
    stopped_at: datetime | None = instant()  # said stop; cleared by start
    help_line_at: datetime | None = instant()  # the last help line sent to a message without a command
    told_too_many_at: datetime | None = instant()
    refuses_dm_at: datetime | None = instant()  # X last refused our message to them
    privacy_sent_at: datetime | None = instant()  # the privacy link stood in our first message to them


class Consent(SQLModel, table=True):
    """A recorded yes, and its end."""

    __tablename__ = "consents"
    __table_args__ = (
        one_of("kind", states.ConsentKind),
        sa.Index("consents_of_person", "brand_id", "person_id", "kind"),  # may we write to this person?
    )
    id: int | None = row_id()
    brand_id: str
    person_id: str
    kind: str
    how: str  # "wrote us a message", "said start", "recorded by dora: …"
    wording_version: str
    given_at: datetime = instant(nullable=False)
    withdrawn_at: datetime | None = instant()


class Mention(SQLModel, table=True):
    """The inbox: one row per post or message addressed to us, once per X id."""

    __tablename__ = "mentions"
    __table_args__ = (
        one_of("kind", states.MentionKind),
        one_of("state", states.MentionState),
        one_of("reason", states.Reason, nullable=True),
        sa.UniqueConstraint("brand_id", "x_id"),
        # claim: the waiting ones, urgent first, then oldest
        sa.Index("mentions_waiting", "brand_id", "priority", "id", **where(conditions.WAITING)),
        # quarantine: whom is a process to handle alone, the least tried first?
        sa.Index("mentions_suspect", "brand_id", "tries", "id", **where(conditions.SUSPECT)),
        # sweep: whose lease has lapsed? give back: what does this process hold?
        sa.Index("mentions_handling", "brand_id", "lease_until_ms", **where(conditions.HANDLING)),
        sa.Index("mentions_parked", "brand_id", "id", **where(conditions.PARKED)),  # what waits for a person?
        # order: is an earlier one of this conversation still open?
        sa.Index(
            "mentions_open", "brand_id", "conversation_key", "position", **where(conditions.OPEN_MENTION)
        ),
        sa.Index(
            "mentions_of_author", "brand_id", "author_id", "posted_at"
        ),  # how often has this person asked?
        sa.Index("mentions_of_chain", "brand_id", "edit_root_id"),  # one request per edit chain
        sa.Index("mentions_of_ticket", "ticket_id"),  # the story of a ticket
    )
    id: int | None = row_id()
    brand_id: str
    x_id: str  # of the post or the message
    kind: str
    author_id: str
    conversation_key: str  # the author's id: what one person asks is decided in the order asked
    position: int = Field(sa_type=sa.BigInteger)  # the X id as an integer: X's own order
    in_reply_to_id: str | None = None
    edit_root_id: str  # the first id of the edit chain; the X id itself when never edited
    posted_at: datetime = instant(nullable=False)
    received_at: datetime = instant(nullable=False)
    decided_at: datetime | None = instant()
    answered_at: datetime | None = instant()  # when X took the first delivery of its answer
    state: str = states.MentionState.WAITING.value
    reason: str | None = None
    commands: str = ""  # the commands read in it, in order, parted by spaces
    priority: int = 5  # 0 urgent … 9 idle
    due_ms: int = milliseconds()  # not to be looked at before
    tries: int = 0
    # It was being handled when a process ended without giving it back: since then it is handled alone.
    suspect: bool = False
    lease_owner: str = ""
    lease_until_ms: int = milliseconds()
    fence: int = 0
    ticket_id: int | None = ref("tickets")
    handover_id: int | None = ref("handovers")


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
        # claim: what is due on a channel, in the order of storage/scarcity/turns.py; sweep: what sends
        # under a lapsed lease, what is unsure and due
        sa.Index(
            "deliveries_open",
            "brand_id",
            "state",
            "channel",
            "priority",
            "turn",
            "asked_at",
            "id",
            **where(conditions.OPEN_DELIVERY),
        ),
        # order: is an earlier one of this lane still open?
        sa.Index("deliveries_lane", "brand_id", "lane", "id", **where(conditions.OPEN_DELIVERY)),
        sa.Index("deliveries_of_mention", "mention_id"),  # the story of a mention
        sa.Index("deliveries_of_person", "brand_id", "person_id", "id"),  # what did we tell this person last?
        sa.Index("deliveries_by_x_id", "brand_id", "x_id"),  # is this post ours? whose answer is replied to?
        sa.Index("deliveries_under", "brand_id", "reply_to_id"),  # what of ours stands under this post?
        sa.Index("deliveries_by_mark", "brand_id", "mark"),  # is this mark taken today?
    )
    id: int | None = row_id()
    brand_id: str
    mention_id: int | None = ref("mentions")  # None: written by a colleague out of the blue
    person_id: str
    channel: str
    purpose: str
    command: str = ""  # the command it answers, for the figures; several parted by spaces
    lane: str  # "<person id>:<channel>": within it deliveries leave in the order of their ids
    priority: int = 5  # 0 urgent … 9 idle: the class of those who go first
    turn: int = 0  # within it: the round of giving each person one call in which it is due
    asked_at: datetime = instant(nullable=False)  # within a round: when it was asked for
    text: str  # frozen; every attempt sends these bytes
    mark: str = ""  # what makes a public text unlike any other of the day
    reply_to_id: str | None = None  # the post replied to (public)
    despite_stop: bool = (
        False  # goes out although the person said stop: its confirmation, #start, #agent, urgent
    )
    state: str = states.DeliveryState.QUEUED.value
    reason: str = ""  # why refused, later or dropped; a code of docs/operate.md where an operator can act
    instead: dict[str, Any] = json_object()  # the next best way if X refuses: see bot/flow/enqueue.py
    carries_privacy: bool = False  # the privacy link stands in it: once X has it, the person has the link
    x_id: str | None = None
    attempts: int = 0
    looks: int = 0  # how often it was looked for in vain, a lag apart, since the last attempt
    unknown_fate: bool = False  # an earlier attempt may have reached X
    remarked: bool = False  # it carries a new mark already; there is no second one
    created_at: datetime = instant(nullable=False)
    first_call_at: datetime | None = instant()  # X's time of the first attempt: how far back a look goes
    last_call_at: datetime | None = instant()
    sent_at: datetime | None = instant()
    not_before_at: datetime | None = instant()  # X's time: a window's reset, the next UTC day
    due_ms: int = milliseconds()  # lease clock: the next look of an unsure one, the next try of a queued one
    lease_owner: str = ""
    lease_until_ms: int = milliseconds()
    fence: int = 0


class Ticket(SQLModel, table=True):
    """Something a person of ours has promised to look at."""

    __tablename__ = "tickets"
    __table_args__ = (
        one_of("state", states.TicketState),
        sa.UniqueConstraint("brand_id", "reference"),
        # has this person an open one, of this command?
        sa.Index("tickets_of_person", "brand_id", "person_id", "state"),
        sa.Index("tickets_due", "brand_id", "state", "due_at"),  # show tickets --due
        sa.Index("tickets_of_incident", "incident_id"),  # which tickets hang under it?
    )
    id: int | None = row_id()
    brand_id: str
    reference: str
    command: str
    person_id: str
    state: str = states.TicketState.OPEN.value
    urgent: bool = False
    assigned_to: str = ""
    opened_at: datetime = instant(nullable=False)
    due_at: datetime | None = instant()
    closed_at: datetime | None = instant()
    acknowledged_at: datetime | None = instant()  # a follow-up is acknowledged once
    incident_id: int | None = ref("incidents")  # the problem it hangs under: storage/incidents


class TicketMention(SQLModel, table=True):
    """Which mentions belong to a ticket, in the order they came."""

    __tablename__ = "ticket_mentions"
    # whose tickets does this mention belong to?
    __table_args__ = (sa.Index("ticket_mentions_of_mention", "mention_id"),)
    ticket_id: int = Field(primary_key=True, foreign_key="tickets.id", sa_type=sa.BigInteger)
    mention_id: int = Field(primary_key=True, foreign_key="mentions.id", sa_type=sa.BigInteger)
    brand_id: str
    added_at: datetime = instant(nullable=False)


class Handover(SQLModel, table=True):
    """A customer given to a person; the bot is silent towards them until it is released."""

    __tablename__ = "handovers"
    __table_args__ = (
        one_of("state", states.HandoverState),
        # is a person in charge? never two at once for one customer
        sa.Index("handovers_open", "brand_id", "person_id", unique=True, **where(conditions.OPEN_HANDOVER)),
    )
    id: int | None = row_id()
    brand_id: str
    person_id: str
    reason: str
    urgent: bool = False
    state: str = states.HandoverState.OPEN.value
    opened_at: datetime = instant(nullable=False)
    last_human_at: datetime = instant(nullable=False)  # last message of customer or colleague; +24 h releases
    released_at: datetime | None = instant()
    released_by: str = ""


class Pending(SQLModel, table=True):
    """What we await from a person: until when, and which mention goes on when it comes."""

    __tablename__ = "pendings"
    __table_args__ = (
        one_of("kind", states.PendingKind),
        # resume the newest of this person
        sa.Index("pendings_of_person", "brand_id", "person_id", "expires_at", **where(conditions.UNUSED)),
        # is anybody expected at all?
        sa.Index("pendings_live", "brand_id", "expires_at", **where(conditions.UNUSED)),
    )
    id: int | None = row_id()
    brand_id: str
    person_id: str
    kind: str
    mention_id: int = ref("mentions", nullable=False)
    ticket_id: int | None = ref("tickets")
    created_at: datetime = instant(nullable=False)
    expires_at: datetime = instant(nullable=False)
    used_at: datetime | None = instant()
