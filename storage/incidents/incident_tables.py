"""The tables of incidents: known problems, who wants to hear of their end, and what is asked how often.

The same conventions as storage/tables.py, which holds the conversation itself. No behaviour lives here.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, instant, ref, row_id, where
from storage.engine import conditions


class Incident(SQLModel, table=True):
    """A problem that many people meet: while it is open its commands answer with its text."""

    __tablename__ = "incidents"
    # which are open? asked for every batch of mentions
    __table_args__ = (sa.Index("incidents_open", "brand_id", "id", **where(conditions.UNCLOSED)),)
    id: int | None = row_id()
    brand_id: str
    text: str  # what everybody is told
    commands: str  # the ids of the commands that answer with it, parted by spaces
    opened_at: datetime = instant(nullable=False)
    opened_by: str
    until_at: datetime | None = instant()  # it ends by itself then; None: somebody closes it
    closed_at: datetime | None = instant()
    closed_by: str = ""  # "bot" where its time was over
    news: str = ""  # what those who asked to be told hear besides, at the end
    answered: int = 0  # mentions answered with its text


class IncidentFollower(SQLModel, table=True):
    """Somebody who asked to be told when an incident is over."""

    __tablename__ = "incident_followers"
    __table_args__ = (
        sa.UniqueConstraint("incident_id", "person_id"),
        # who is still to be told?
        sa.Index("incident_followers_waiting", "brand_id", "id", **where(conditions.UNENDED_FOLLOWING)),
        sa.Index("incident_followers_by_delivery", "delivery_id"),  # how much of this news is under way?
    )
    id: int | None = row_id()
    brand_id: str
    incident_id: int = ref("incidents", nullable=False)
    person_id: str
    mention_id: int = ref("mentions", nullable=False)  # the message they asked in
    lang: str  # the language they were answered in then
    asked_at: datetime = instant(nullable=False)
    ended_at: datetime | None = instant()  # when the news was put in the outbox, or given up
    delivery_id: int | None = ref("deliveries")
    left_out: str = ""  # why they were not told


class RequestCount(SQLModel, table=True):
    """How often something was asked for or reported in one minute; minutes without any have no row."""

    __tablename__ = "request_counts"
    # what was asked lately, by all; what may be forgotten
    __table_args__ = (sa.Index("request_counts_by_minute", "brand_id", "minute_at"),)
    brand_id: str = Field(primary_key=True)
    what: str = Field(primary_key=True)  # "#broken", or the name of a known trouble: "no signal"
    minute_at: datetime = Field(sa_type=UtcDateTime, primary_key=True)  # its beginning, by X's clock
    count: int
