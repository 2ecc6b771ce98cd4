"""The conversation: people, what they wrote, what we answered, what we promised."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime
from storage.schema import note_step

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEEDS_VERSION = "0.1.0"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _schema_steps()
    _brands()
    _people()
    _consents()
    _tickets()
    _handovers()
    _mentions()
    _mention_bodies()
    _ticket_mentions()
    _deliveries()
    _pendings()
    note_step(op.get_bind(), revision, NEEDS_VERSION)


def downgrade() -> None:
    raise NotImplementedError("a step back is a backup restored")


def _schema_steps() -> None:
    op.create_table(
        "schema_steps",
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("needs_version", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("revision"),
    )


def _brands() -> None:
    op.create_table(
        "brands",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("serves", sa.String(), nullable=False),
        sa.Column("first_started_at", UtcDateTime(), nullable=False),
        sa.Column("sending_paused_at", UtcDateTime(), nullable=True),
        sa.Column("sending_paused_by", sa.String(), nullable=False),
        sa.Column("x_offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("credit_micro", sa.BigInteger(), nullable=True),
        sa.Column("credit_checked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id"),
    )


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("x_id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("username_folded", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("linked_at", UtcDateTime(), nullable=True),
        sa.Column("link_proof", sa.String(), nullable=False),
        sa.Column("blocked_at", UtcDateTime(), nullable=True),
        sa.Column("blocked_by", sa.String(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.Column("help_line_at", UtcDateTime(), nullable=True),
        sa.Column("told_too_many_at", UtcDateTime(), nullable=True),
        sa.Column("refuses_dm_at", UtcDateTime(), nullable=True),
        sa.Column("privacy_sent_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("brand_id", "x_id"),
    )
    op.create_index("people_by_username", "people", ["brand_id", "username_folded"], unique=False)


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("wording_version", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('matching', 'dm', 'progress')", name="kind_is_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consents_of_person", "consents", ["brand_id", "person_id", "kind"], unique=False)


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("acknowledged_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'waiting for customer', 'closed')", name="state_is_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "reference"),
    )
    op.create_index("tickets_due", "tickets", ["brand_id", "state", "due_at"], unique=False)
    op.create_index("tickets_of_person", "tickets", ["brand_id", "person_id", "state"], unique=False)


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_human_at", UtcDateTime(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'released')", name="state_is_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "handovers_open",
        "handovers",
        ["brand_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("x_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("conversation_key", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("in_reply_to_id", sa.String(), nullable=True),
        sa.Column("edit_root_id", sa.String(), nullable=False),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("commands", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("handover_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('post', 'message')", name="kind_is_known"),
        sa.CheckConstraint(
            "reason IS NULL OR reason IN ('answered', 'follow up', 'own post', 'repost', 'not addressed', 'blocked', 'opted out', 'seen before', 'edited', 'too old', 'before our time', 'no command', 'command switched off', 'not in the pilot', 'in a hand-over', 'too many', 'answered by a person', 'deleted', 'skipped by hand', 'crashed')",
            name="reason_is_known",
        ),
        sa.CheckConstraint("state IN ('waiting', 'handling', 'done', 'parked')", name="state_is_known"),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["handovers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("brand_id", "x_id"),
    )
    op.create_index(
        "mentions_handling",
        "mentions",
        ["brand_id", "lease_until_ms"],
        unique=False,
        sqlite_where=sa.text("state = 'handling'"),
        postgresql_where=sa.text("state = 'handling'"),
    )
    op.create_index("mentions_of_author", "mentions", ["brand_id", "author_id", "posted_at"], unique=False)
    op.create_index("mentions_of_chain", "mentions", ["brand_id", "edit_root_id"], unique=False)
    op.create_index("mentions_of_ticket", "mentions", ["ticket_id"], unique=False)
    op.create_index(
        "mentions_open",
        "mentions",
        ["brand_id", "conversation_key", "position"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'handling')"),
        postgresql_where=sa.text("state IN ('waiting', 'handling')"),
    )
    op.create_index(
        "mentions_parked",
        "mentions",
        ["brand_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'parked'"),
        postgresql_where=sa.text("state = 'parked'"),
    )
    op.create_index(
        "mentions_waiting",
        "mentions",
        ["brand_id", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _mention_bodies() -> None:
    op.create_table(
        "mention_bodies",
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("x_json", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mentions.id"],
        ),
        sa.PrimaryKeyConstraint("mention_id"),
    )


def _ticket_mentions() -> None:
    op.create_table(
        "ticket_mentions",
        sa.Column("ticket_id", sa.BigInteger(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mentions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
        ),
        sa.PrimaryKeyConstraint("ticket_id", "mention_id"),
    )
    op.create_index("ticket_mentions_of_mention", "ticket_mentions", ["mention_id"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reply_to_id", sa.String(), nullable=True),
        sa.Column("despite_stop", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("instead", sa.JSON(), nullable=False),
        sa.Column("x_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("unknown_fate", sa.Boolean(), nullable=False),
        sa.Column("remarked", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("first_call_at", UtcDateTime(), nullable=True),
        sa.Column("last_call_at", UtcDateTime(), nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("not_before_at", UtcDateTime(), nullable=True),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=False),
        sa.Column("lease_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.CheckConstraint("channel IN ('public', 'private')", name="channel_is_known"),
        sa.CheckConstraint(
            "purpose IN ('answer', 'invite', 'ticket', 'details', 'acknowledge', 'help line', 'holding', 'person')",
            name="purpose_is_known",
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'refused', 'unsure', 'later', 'dropped')",
            name="state_is_known",
        ),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mentions.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deliveries_by_mark", "deliveries", ["brand_id", "mark"], unique=False)
    op.create_index("deliveries_by_x_id", "deliveries", ["brand_id", "x_id"], unique=False)
    op.create_index(
        "deliveries_lane",
        "deliveries",
        ["brand_id", "lane", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
    )
    op.create_index("deliveries_of_mention", "deliveries", ["mention_id"], unique=False)
    op.create_index("deliveries_of_person", "deliveries", ["brand_id", "person_id", "id"], unique=False)
    op.create_index(
        "deliveries_open",
        "deliveries",
        ["brand_id", "state", "channel", "priority", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
        postgresql_where=sa.text("state IN ('queued', 'sending', 'unsure', 'later')"),
    )
    op.create_index("deliveries_under", "deliveries", ["brand_id", "reply_to_id"], unique=False)


def _pendings() -> None:
    op.create_table(
        "pendings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mention_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('command', 'details')", name="kind_is_known"),
        sa.ForeignKeyConstraint(
            ["mention_id"],
            ["mentions.id"],
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["tickets.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "pendings_live",
        "pendings",
        ["brand_id", "expires_at"],
        unique=False,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )
    op.create_index(
        "pendings_of_person",
        "pendings",
        ["brand_id", "person_id", "expires_at"],
        unique=False,
        sqlite_where=sa.text("used_at IS NULL"),
        postgresql_where=sa.text("used_at IS NULL"),
    )
