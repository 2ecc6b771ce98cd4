"""Who was being handled when a process ended is handled alone since then; and which commands burn the CPU."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    # The default is for the rows that stand; nothing that is written leaves the column out.
    op.add_column("mentions", sa.Column("suspect", sa.Boolean(), nullable=False, server_default=sa.false()))
    suspects = sa.text("state = 'waiting' AND suspect")
    op.create_index(
        "mentions_suspect",
        "mentions",
        ["brand_id", "tries", "id"],
        sqlite_where=suspects,
        postgresql_where=suspects,
    )
    op.create_table(
        "burns",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "command"),
    )
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
