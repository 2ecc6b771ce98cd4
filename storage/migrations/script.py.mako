"""${message}."""

import sqlalchemy as sa
from alembic import op

from storage.schema import note_step

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None

NEEDS_VERSION = ""


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored: docs/operate.md")
