"""Persons take turns when calls are scarce, and may be told in public that a private answer takes a while."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"

_OPEN = sa.text("state IN ('queued', 'sending', 'unsure', 'later')")
_PURPOSES = "'answer', 'invite', 'ticket', 'details', 'acknowledge', 'help line', 'holding', "


def upgrade() -> None:
    # The defaults are for the rows that stand; nothing that is written leaves the columns out.
    op.add_column("deliveries", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    long_ago = sa.text("'1970-01-01 00:00:00.000000'")
    op.add_column("deliveries", sa.Column("asked_at", UtcDateTime(), nullable=False, server_default=long_ago))
    op.execute(
        "UPDATE deliveries SET asked_at = coalesce("
        "(SELECT posted_at FROM mentions WHERE mentions.id = deliveries.mention_id), created_at)"
    )
    op.drop_index("deliveries_open", "deliveries")
    op.create_index(
        "deliveries_open",
        "deliveries",
        ["brand_id", "state", "channel", "priority", "turn", "asked_at", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    _know_purpose("'delay', ")
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def _know_purpose(new: str) -> None:
    rule = f"purpose IN ({_PURPOSES}{new}'person')"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("purpose_is_known", "deliveries", type_="check")
        op.create_check_constraint("purpose_is_known", "deliveries", rule)
        return
    # The ledger's rows refer to this table, so it cannot be made anew with foreign keys on. A CHECK is
    # nothing but its words in the schema. Source: https://www.sqlite.org/lang_altertable.html#otheralter,
    # read 2026-11-22.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute("PRAGMA writable_schema=ON")
    op.get_bind().exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'deliveries'",
        (f"purpose IN ({_PURPOSES}'person')", rule),
    )
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")
