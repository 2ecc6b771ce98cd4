"""What a read on the ledger was of: a lost answer is settled by reading the same again, restarts included."""

import sqlalchemy as sa
from alembic import op

from storage.schema import note_step

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    # The default is for the rows that stand; nothing that is written leaves the column out.
    op.add_column("ledger", sa.Column("route", sa.String(), nullable=False, server_default=""))
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
