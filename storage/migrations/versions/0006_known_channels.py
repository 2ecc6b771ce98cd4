"""A colleague's post is public or private, and nothing else can be written there."""

from alembic import op

from storage.schema import note_step

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"


def upgrade() -> None:
    # On SQLite the table is made anew, as a CHECK cannot be added to one that stands.
    with op.batch_alter_table("own_posts") as table:
        table.create_check_constraint("channel_is_known", "channel IN ('public', 'private')")
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
