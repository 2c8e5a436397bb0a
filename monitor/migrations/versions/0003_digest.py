"""digest

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_EDITED = sa.text("what = 'edited'")
_ANSWERED = sa.text("answered_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("start_at", UTCDateTime(), nullable=False),
        sa.Column("end_at", UTCDateTime(), nullable=False),
        sa.Column("as_of", UTCDateTime(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "made",
                "sent",
                "failed",
                name="digeststate",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("mail_at", UTCDateTime(), nullable=True),
        sa.Column("mail_after", UTCDateTime(), nullable=True),
        sa.Column("mailed_at", UTCDateTime(), nullable=True),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
        sa.UniqueConstraint("brand", "first", "last", name="uq_digest_period"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("was", sa.JSON(), nullable=True))
        batch_op.create_index(
            "ix_event_edited",
            ["at"],
            unique=False,
            sqlite_where=_EDITED,
            postgresql_where=_EDITED,
        )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mention_digest",
            [
                "brand",
                "posted_at",
                "status",
                "reason",
                "sentiment",
                "corrected",
                "sure",
                "source",
                "language",
                "rating",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_mention_answered",
            ["brand", "platform", "author", "answered_at"],
            unique=False,
            sqlite_where=_ANSWERED,
            postgresql_where=_ANSWERED,
        )


def downgrade() -> None:
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_mention_answered", sqlite_where=_ANSWERED, postgresql_where=_ANSWERED
        )
        batch_op.drop_index("ix_mention_digest")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_event_edited", sqlite_where=_EDITED, postgresql_where=_EDITED
        )
        batch_op.drop_column("was")
    op.drop_table("digest")
