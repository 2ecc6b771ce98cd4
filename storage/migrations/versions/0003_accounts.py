"""What a customer's account holds, served from our own database."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    _account_bill_items()
    _account_bills()
    _account_buckets()
    _account_customers()
    _account_devices()
    _account_editions()
    _account_handsets()
    _account_lines()
    _account_orders()
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")


def _account_bill_items() -> None:
    op.create_table(
        "account_bill_items",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("bill_number", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_micro", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "bill_number", "position"),
    )


def _account_bills() -> None:
    op.create_table(
        "account_bills",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total_micro", sa.BigInteger(), nullable=False),
        sa.Column("paid_micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "number"),
    )


def _account_buckets() -> None:
    op.create_table(
        "account_buckets",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sponsored", sa.Boolean(), nullable=False),
        sa.Column("allowance", sa.BigInteger(), nullable=True),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.Column("line_ids", sa.String(), nullable=False),
        sa.Column("only_in", sa.String(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("renews", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "position"),
    )


def _account_customers() -> None:
    op.create_table(
        "account_customers",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id"),
    )


def _account_devices() -> None:
    op.create_table(
        "account_devices",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "position"),
    )


def _account_editions() -> None:
    op.create_table(
        "account_editions",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('loading', 'current', 'past')", name="state_is_known"),
        sa.PrimaryKeyConstraint("brand_id", "edition"),
    )
    op.create_index(
        "account_editions_current",
        "account_editions",
        ["brand_id"],
        unique=True,
        sqlite_where=sa.text("state = 'current'"),
        postgresql_where=sa.text("state = 'current'"),
    )


def _account_handsets() -> None:
    op.create_table(
        "account_handsets",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("price_micro", sa.BigInteger(), nullable=False),
        sa.Column("monthly_micro", sa.BigInteger(), nullable=True),
        sa.Column("storage_bytes", sa.BigInteger(), nullable=False),
        sa.Column("screen_milli_inches", sa.Integer(), nullable=False),
        sa.Column("in_stock", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "edition", "position"),
    )


def _account_lines() -> None:
    op.create_table(
        "account_lines",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("upgrade_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "position"),
    )


def _account_orders() -> None:
    op.create_table(
        "account_orders",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("edition", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "edition", "customer_id", "reference"),
    )
