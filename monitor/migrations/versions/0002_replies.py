"""replies

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("next_at", UTCDateTime(), nullable=False),
        sa.Column("last_success_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("source", "job", name=op.f("pk_errand")),
    )
    op.create_table(
        "own_reply",
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("post_id", sa.String(), nullable=False),
        sa.Column("reply_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("posted_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "platform", "post_id", "reply_id", name=op.f("pk_own_reply")
        ),
    )
    with op.batch_alter_table("own_reply", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_own_reply_seen_at"), ["seen_at"], unique=False
        )

    op.create_table(
        "sourcehour",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("hour", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "hour", name=op.f("pk_sourcehour")),
    )
    op.create_table(
        "spend",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("micros", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", "what", name=op.f("pk_spend")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=True),
        sa.Column("seen", sa.JSON(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "awaiting",
                "queued",
                "sending",
                "sent",
                "refused",
                "withdrawn",
                name="replystate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_at", UTCDateTime(), nullable=True),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("ref", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_reply_mention_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reply_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.create_index("ix_reply_mention", ["mention_id", "id"], unique=False)
        batch_op.create_index(
            "uq_reply_under_way",
            ["mention_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('awaiting', 'queued', 'sending')"),
            postgresql_where=sa.text("state IN ('awaiting', 'queued', 'sending')"),
        )

    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_reply", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("recheck_at", UTCDateTime(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_mention_source"))
        batch_op.create_index(
            "ix_mention_recheck", ["source", "recheck_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index("ix_mention_recheck")
        batch_op.create_index(batch_op.f("ix_mention_source"), ["source"], unique=False)
        batch_op.drop_column("recheck_at")
        batch_op.drop_column("owner_reply")

    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reply_under_way",
            sqlite_where=sa.text("state IN ('awaiting', 'queued', 'sending')"),
            postgresql_where=sa.text("state IN ('awaiting', 'queued', 'sending')"),
        )
        batch_op.drop_index("ix_reply_mention")
        batch_op.drop_index(
            "ix_reply_due",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.drop_table("reply")
    op.drop_table("spend")
    op.drop_table("sourcehour")
    with op.batch_alter_table("own_reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_own_reply_seen_at"))

    op.drop_table("own_reply")
    op.drop_table("errand")
