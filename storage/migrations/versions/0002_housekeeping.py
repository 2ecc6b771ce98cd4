"""The daemon's housekeeping: what it has read, may call, has paid, has rung, has done."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _own_posts()
    _cursors()
    _windows()
    _ledger()
    _ledger_days()
    _charged_objects()
    _alarms()
    _notices()
    _journal()
    _switched_off()
    _leases()
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")


def _own_posts() -> None:
    op.create_table(
        "own_posts",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("x_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reply_to_id", sa.String(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "x_id"),
    )
    op.create_index("own_posts_to_person", "own_posts", ["brand_id", "person_id", "position"], unique=False)
    op.create_index("own_posts_under", "own_posts", ["brand_id", "reply_to_id"], unique=False)


def _cursors() -> None:
    op.create_table(
        "cursors",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("newest_id", sa.String(), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("gap_since_id", sa.String(), nullable=True),
        sa.Column("gap_until_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "feed"),
    )


def _windows() -> None:
    op.create_table(
        "windows",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("calls_limit", sa.Integer(), nullable=True),
        sa.Column("calls_left", sa.Integer(), nullable=True),
        sa.Column("resets_at", UtcDateTime(), nullable=True),
        sa.Column("day_calls_left", sa.Integer(), nullable=True),
        sa.Column("day_resets_at", UtcDateTime(), nullable=True),
        sa.Column("paused_until", UtcDateTime(), nullable=True),
        sa.Column("paused_why", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "route"),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reserved_micro", sa.BigInteger(), nullable=False),
        sa.Column("settled_micro", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("is_write", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("reserved_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("state IN ('reserved', 'settled')", name="state_is_known"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ledger_by_day", "ledger", ["brand_id", "day", "item"], unique=False)
    op.create_index("ledger_by_delivery", "ledger", ["delivery_id"], unique=False)
    op.create_index(
        "ledger_unsettled",
        "ledger",
        ["brand_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'reserved'"),
        postgresql_where=sa.text("state = 'reserved'"),
    )


def _ledger_days() -> None:
    op.create_table(
        "ledger_days",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reserved_micro", sa.BigInteger(), nullable=False),
        sa.Column("settled_micro", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "day"),
    )


def _charged_objects() -> None:
    op.create_table(
        "charged_objects",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("x_object", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "day", "x_object"),
    )


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "alarms_open",
        "alarms",
        ["brand_id", "code"],
        unique=True,
        sqlite_where=sa.text("until_at IS NULL"),
        postgresql_where=sa.text("until_at IS NULL"),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "about"),
    )
    op.create_index("notices_waiting", "notices", ["brand_id", "state", "id"], unique=False)


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mentions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("journal_by_time", "journal", ["brand_id", "at"], unique=False)
    op.create_index("journal_of_mention", "journal", ["mention_id", "id"], unique=False)


def _switched_off() -> None:
    op.create_table(
        "switched_off",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "command"),
    )


def _leases() -> None:
    op.create_table(
        "leases",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "role"),
    )
