"""The tables of the daemon's housekeeping: what it has read, may call, has paid, has rung, has done.

The same conventions as tables.py, which holds the conversation itself. No behaviour lives here.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage import states
from storage.columns import instant, json_object, micro, milliseconds, one_of, ref, row_id, where
from storage.engine import conditions


class OwnPost(SQLModel, table=True):
    """A post or message of ours that the bot did not send: a colleague's, written in X's own app."""

    __tablename__ = "own_posts"
    __table_args__ = (
        one_of("channel", states.Channel),
        sa.Index("own_posts_under", "brand_id", "reply_to_id"),  # has a colleague answered this mention?
        sa.Index("own_posts_to_person", "brand_id", "person_id", "position"),  # … or written to them since?
    )
    brand_id: str = Field(primary_key=True)
    x_id: str = Field(primary_key=True)
    position: int = Field(sa_type=sa.BigInteger)
    channel: str
    reply_to_id: str | None = None
    person_id: str | None = None
    posted_at: datetime = instant(nullable=False)
    text: str = ""  # what it says, where it may be an answer that this database has forgotten: LostTime


class Cursor(SQLModel, table=True):
    """How far a feed of X has been read and stored completely."""

    __tablename__ = "cursors"
    brand_id: str = Field(primary_key=True)
    feed: str = Field(primary_key=True)  # mentions | messages | own posts
    newest_id: str | None = None  # the newest id of the last complete read
    polls: int = 0  # complete reads so far: every tenth one looks further back
    read_at: datetime | None = instant()  # X's time at the start of the last complete read
    gap_since_id: str | None = None  # a gap being filled from search: from here …
    gap_until_id: str | None = None  # … to here


class Window(SQLModel, table=True):
    """What is left of X's rate limits on one route, as X's own headers last said."""

    __tablename__ = "windows"
    brand_id: str = Field(primary_key=True)
    route: str = Field(primary_key=True)  # "POST /2/tweets"
    calls_limit: int | None = None
    calls_left: int | None = None
    resets_at: datetime | None = instant()
    day_calls_left: int | None = None
    day_resets_at: datetime | None = instant()
    paused_until: datetime | None = instant()
    paused_why: str = ""
    tries: int = 0  # consecutive failures: the back-off's exponent


class LedgerLine(SQLModel, table=True):
    """One call's money: reserved at its worst price, settled at what X charged."""

    __tablename__ = "ledger"
    __table_args__ = (
        one_of("state", states.LedgerState),
        sa.Index("ledger_by_day", "brand_id", "day", "item"),  # show ledger
        sa.Index("ledger_by_delivery", "delivery_id"),  # settle a reconciled delivery
        # which reservations were never settled?
        sa.Index("ledger_unsettled", "brand_id", "id", **where(conditions.UNSETTLED)),
    )
    id: int | None = row_id()
    brand_id: str
    day: date  # UTC, by X's clock
    item: str  # named as X's price list names it: bot/x/prices.yaml
    count: int
    reserved_micro: int = micro()
    settled_micro: int = micro()
    state: str = states.LedgerState.RESERVED.value
    is_write: bool = False
    delivery_id: int | None = ref("deliveries")
    route: str = ""  # of a read: what was read, so that only reading it again settles a lost answer
    reserved_at: datetime = instant(nullable=False)


class LedgerDay(SQLModel, table=True):
    """The sums of a day's ledger lines, kept in the same transaction, so that the budget check costs one
    row.
    """

    __tablename__ = "ledger_days"
    brand_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    reserved_micro: int = micro()  # what is reserved and not settled yet
    settled_micro: int = micro()


class ChargedObject(SQLModel, table=True):
    """What X has charged us for today already: it charges an object once per UTC day."""

    __tablename__ = "charged_objects"
    brand_id: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    x_object: str = Field(primary_key=True)  # "post:123", "user:7", "dm_event:9"


class Alarm(SQLModel, table=True):
    """Something an operator should know, from when until when."""

    __tablename__ = "alarms"
    __table_args__ = (
        # raised already? at most one open row per code
        sa.Index("alarms_open", "brand_id", "code", unique=True, **where(conditions.UNENDED)),
        # over, and nobody was told so yet
        sa.Index("alarms_uncleared", "brand_id", "code", **where(conditions.UNCLEARED)),
    )
    id: int | None = row_id()
    brand_id: str
    code: str  # a heading of docs/operate.md
    detail: str = ""
    since_at: datetime = instant(nullable=False)
    until_at: datetime | None = instant()
    all_clear_at: datetime | None = instant()  # people were told that it is over; until then it may go on


class AlarmSubject(SQLModel, table=True):
    """One of the things an alarm stands for, such as a ticket: people are told of each once."""

    __tablename__ = "alarm_subjects"
    brand_id: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)  # "BT-7KQ2-4", "handover:12"
    since_at: datetime = instant(nullable=False)


class Probe(SQLModel, table=True):
    """A question that the bot asked itself, with a second account."""

    __tablename__ = "probes"
    __table_args__ = (
        one_of("state", states.ProbeState),
        sa.Index("probes_newest", "brand_id", "id"),  # is the next one due? how did the last ones end?
    )
    id: int | None = row_id()
    brand_id: str
    state: str = states.ProbeState.ASKING.value
    text: str
    x_id: str | None = None
    line_id: int | None = Field(default=None, sa_type=sa.BigInteger)  # of the ledger; free lines are removed
    asked_at: datetime = instant(nullable=False)
    answered_at: datetime | None = instant()
    detail: str = ""


class Notice(SQLModel, table=True):
    """A ring at the people who answer: sent once."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("state", states.NoticeState),
        sa.UniqueConstraint("brand_id", "about"),
        sa.Index("notices_waiting", "brand_id", "state", "id"),  # what is to be rung
    )
    id: int | None = row_id()
    brand_id: str
    about: str  # "handover:12", "ticket:7", "alarm:3"
    title: str
    text: str
    state: str = states.NoticeState.WAITING.value
    tries: int = 0
    created_at: datetime = instant(nullable=False)
    due_ms: int = milliseconds()


class JournalEntry(SQLModel, table=True):
    """What was done, by whom, when: the daemon's decisions and people's acts."""

    __tablename__ = "journal"
    __table_args__ = (
        sa.Index("journal_of_mention", "mention_id", "id"),  # the story of a mention
        sa.Index("journal_by_time", "brand_id", "at"),  # forget
    )
    id: int | None = row_id()
    brand_id: str
    at: datetime = instant(nullable=False)
    who: str  # "bot" or a colleague's name
    what: str  # a verb and its object: "decided", "sent", "ticket closed"
    mention_id: int | None = ref("mentions")
    subject: str = ""  # "delivery:5", "person:123", "sending"
    detail: dict[str, Any] = json_object()


class SwitchedOff(SQLModel, table=True):
    """A command that an operator, or a fault, has switched off."""

    __tablename__ = "switched_off"
    brand_id: str = Field(primary_key=True)
    command: str = Field(primary_key=True)
    why: str
    since_at: datetime = instant(nullable=False)


class Burn(SQLModel, table=True):
    """How often a command has burnt the CPU until the daemon had to start again, since it was last switched
    on.
    """

    __tablename__ = "burns"
    brand_id: str = Field(primary_key=True)
    command: str = Field(primary_key=True)
    times: int = 0
    last_at: datetime = instant(nullable=False)


class Lease(SQLModel, table=True):
    """A role that one process holds at a time, such as polling an account."""

    __tablename__ = "leases"
    brand_id: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    owner: str = ""
    until_ms: int = milliseconds()
    fence: int = 0


class Backup(SQLModel, table=True):
    """A backup that was made of this database."""

    __tablename__ = "backups"
    __table_args__ = (sa.Index("backups_newest", "brand_id", "id"),)  # is the newest one too old?
    id: int | None = row_id()
    brand_id: str
    made_at: datetime = instant(nullable=False)
    place: str


class LostTime(SQLModel, table=True):
    """A time of which this database may know less than X: from its last sign of life to a start.

    While it is open, nothing that was asked before its end is decided or sent.
    """

    __tablename__ = "lost_times"
    __table_args__ = (
        # is one open? never two at once
        sa.Index("lost_times_open", "brand_id", unique=True, **where(conditions.UNCLOSED)),
    )
    id: int | None = row_id()
    brand_id: str
    since_at: datetime = instant(nullable=False)
    until_at: datetime = instant(nullable=False)  # the start; put off by every further one
    is_restored: bool = False  # it is certain: a backup was put back
    why: str = ""  # what gave it away
    posts_read_at: datetime | None = instant()  # X's time at which our own posts were last read completely
    shown_from_at: datetime | None = instant()  # X shows no older ones of our posts
    closed_at: datetime | None = instant()
    closed_by: str = ""  # "bot", or who decided that it be over


class ServedFrom(SQLModel, table=True):
    """Which PostgreSQL server, and which making of the tables on it, this database was last served from."""

    __tablename__ = "served_from"
    brand_id: str = Field(primary_key=True)
    server: str


class SchemaStep(SQLModel, table=True):
    """Which version of the program a step of the schema needs, so that an older one can name it when it
    refuses.
    """

    __tablename__ = "schema_steps"
    revision: str = Field(primary_key=True)
    needs_version: str
