"""An alarm knows whether people were told that it is over, and which things it stands for."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"
UNCLEARED = "until_at IS NOT NULL AND all_clear_at IS NULL"


def upgrade() -> None:
    op.add_column("alarms", sa.Column("all_clear_at", UtcDateTime(), nullable=True))
    op.execute("UPDATE alarms SET all_clear_at = until_at")  # what is long over is no news
    op.create_index(
        "alarms_uncleared",
        "alarms",
        ["brand_id", "code"],
        sqlite_where=sa.text(UNCLEARED),
        postgresql_where=sa.text(UNCLEARED),
    )
    op.create_table(
        "alarm_subjects",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("since_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("brand_id", "code", "subject"),
    )
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
