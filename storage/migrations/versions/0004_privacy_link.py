"""Deliveries say whether they carry the privacy link, so that it counts as sent only once X has them."""

import sqlalchemy as sa
from alembic import op

from storage.schema import note_step

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    op.add_column(
        "deliveries",
        sa.Column("carries_privacy", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
