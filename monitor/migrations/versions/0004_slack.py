"""slack

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")
SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    op.create_table(
        "lane",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wait_until", UTCDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("refused_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lane")),
    )
    op.create_table(
        "slack_post",
        sa.Column("post_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("post_key", name=op.f("pk_slack_post")),
    )
    op.create_table(
        "slack_seen",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_slack_seen")),
    )
    with op.batch_alter_table("slack_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_seen_at"), ["at"], unique=False)
    op.create_table(
        "slack_modal",
        sa.Column("view_id", sa.String(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_slack_modal_mention_id")
        ),
        sa.PrimaryKeyConstraint("view_id", name=op.f("pk_slack_modal")),
    )
    with op.batch_alter_table("slack_modal", schema=None) as batch_op:
        batch_op.create_index(
            "ix_slack_modal_mention", ["mention_id", "opened_at"], unique=False
        )
    _create_reminders()


def _create_reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nearing",
                "soon",
                "missed",
                "escalated",
                name="reminderkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("for_due_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_reminder_mention_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("post_key", name=op.f("uq_reminder_post_key")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminder_due",
            ["due_at"],
            unique=False,
            sqlite_where=QUEUED,
            postgresql_where=QUEUED,
        )
        batch_op.create_index(
            "ix_reminder_unclear",
            ["attempt_at"],
            unique=False,
            sqlite_where=SENDING,
            postgresql_where=SENDING,
        )
        batch_op.create_index("ix_reminder_mention", ["mention_id", "kind"])


def downgrade() -> None:
    for table in ("reminder", "slack_modal", "slack_seen", "slack_post", "lane"):
        op.drop_table(table)
