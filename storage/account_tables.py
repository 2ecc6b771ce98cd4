"""The tables of the embedded account source: what the company has told us about its customers.

An *edition* is one complete set of accounts. A new one is written beside the one in use, in short
transactions, and takes its place in a single step, so that an import of any length is seen wholly or not at
all. Rows of an edition are written once and never changed. Money is integer micro-units of its currency,
data are bytes, calls are seconds. References within an edition are checked before it is written, and
editions are removed whole, which is why these tables carry no foreign keys.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime, one_of


class EditionState(StrEnum):
    """loading → current → past; loading → past when given up."""

    LOADING = "loading"
    CURRENT = "current"
    PAST = "past"


def _whole(*, nullable: bool = False) -> Any:
    return Field(sa_type=sa.BigInteger, nullable=nullable)


class AccountEdition(SQLModel, table=True):
    """One complete set of accounts, where it came from, and whether it is the one in use."""

    __tablename__ = "account_editions"
    __table_args__ = (
        one_of("state", EditionState),
        # which edition is in use? never two
        sa.Index(
            "account_editions_current",
            "brand_id",
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        ),
    )
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    source: str  # "demo" or "import"
    as_of: date | None = None  # the day a demo edition was made for
    state: str = EditionState.LOADING.value
    customers: int = 0
    started_at: datetime = Field(sa_type=UtcDateTime, nullable=False)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AccountCustomer(SQLModel, table=True):
    """A customer of the company."""

    __tablename__ = "account_customers"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    name: str
    language: str


class AccountLine(SQLModel, table=True):
    """A number or connection of a customer."""

    __tablename__ = "account_lines"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger)  # the company's order
    line_id: str
    number: str
    label: str
    plan: str
    upgrade_on: date | None = None


class AccountDevice(SQLModel, table=True):
    """A handset or router on a line."""

    __tablename__ = "account_devices"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger)
    line_id: str
    model: str
    bought_on: date | None = None
    warranty_until: date | None = None


class AccountBill(SQLModel, table=True):
    """A bill; only a customer's newest is shown."""

    __tablename__ = "account_bills"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    issued_on: date
    due_on: date
    currency: str  # ISO 4217
    total_micro: int = _whole()
    paid_micro: int = _whole()


class AccountBillItem(SQLModel, table=True):
    """A line of a bill, in the bill's currency."""

    __tablename__ = "account_bill_items"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    bill_number: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger)
    label: str
    kind: str
    amount_micro: int = _whole()
    line_id: str | None = None


class AccountBucket(SQLModel, table=True):
    """What a plan or an add-on includes, and how much of it is used."""

    __tablename__ = "account_buckets"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger)
    kind: str
    name: str
    sponsored: bool = False
    allowance: int | None = _whole(nullable=True)  # None: unlimited
    used: int = _whole()
    line_ids: str  # parted by spaces
    only_in: str | None = None  # where it can be used
    ends_on: date | None = None
    renews: bool = False


class AccountOrder(SQLModel, table=True):
    """Something a customer has ordered."""

    __tablename__ = "account_orders"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    customer_id: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    what: str
    state: str
    ordered_on: date
    expected_on: date | None = None


class AccountHandset(SQLModel, table=True):
    """A handset the company sells to everybody, told along with its customers."""

    __tablename__ = "account_handsets"
    brand_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_type=sa.BigInteger)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger)
    model: str
    maker: str
    currency: str
    price_micro: int = _whole()
    monthly_micro: int | None = _whole(nullable=True)
    storage_bytes: int = _whole()
    screen_milli_inches: int
    in_stock: bool = True
