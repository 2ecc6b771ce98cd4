"""Known problems: their texts, the tickets under them, who wants to hear the end, and what is asked how often."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _incidents()
    _incident_followers()
    _request_counts()
    # By hand: Alembic adds a foreign key in a step of its own, which SQLite does not know.
    op.execute("ALTER TABLE tickets ADD COLUMN incident_id BIGINT REFERENCES incidents (id)")
    op.create_index("tickets_of_incident", "tickets", ["incident_id"], unique=False)
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("commands", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("news", sa.String(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _partly_indexed("incidents_open", "incidents", ["brand_id", "id"], "closed_at IS NULL")


def _incident_followers() -> None:
    op.create_table(
        "incident_followers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("delivery_id", sa.BigInteger(), nullable=True),
        sa.Column("left_out", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"]),
        sa.ForeignKeyConstraint(["mention_id"], ["mentions.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("incident_id", "person_id"),
    )
    _partly_indexed(
        "incident_followers_waiting", "incident_followers", ["brand_id", "id"], "ended_at IS NULL"
    )
    op.create_index("incident_followers_by_delivery", "incident_followers", ["delivery_id"], unique=False)


def _request_counts() -> None:
    op.create_table(
        "request_counts",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("minute_at", UtcDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "what", "minute_at"),
    )
    op.create_index("request_counts_by_minute", "request_counts", ["brand_id", "minute_at"], unique=False)


def _partly_indexed(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
