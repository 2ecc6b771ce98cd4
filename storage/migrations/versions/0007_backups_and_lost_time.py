"""When backups were made, and the time that a database put back from one has lost."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "backups",
        sa.Column("id", number, primary_key=True),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
    )
    op.create_index("backups_newest", "backups", ["brand_id", "id"])
    op.create_table(
        "lost_times",
        sa.Column("id", number, primary_key=True),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("is_restored", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("posts_read_at", UtcDateTime(), nullable=True),
        sa.Column("shown_from_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
    )
    op.create_index(
        "lost_times_open",
        "lost_times",
        ["brand_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "served_from",
        sa.Column("brand_id", sa.String(), primary_key=True),
        sa.Column("server", sa.String(), nullable=False),
    )
    # The default is for the rows that stand; nothing that is written leaves the column out.
    op.add_column("own_posts", sa.Column("text", sa.String(), nullable=False, server_default=""))
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
