"""Tables of what we answer, what we look at again, and what that costs."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from monitor.models.core import OPTIONAL_JSON, word


class ReplyState(StrEnum):
    """Where a reply stands. `sending` found at start means: unclear.

    `awaiting` is for a second person's approval. `sent`, `refused` and `withdrawn`
    are ends: a refused one keeps its text, as the draft of the next.
    """

    AWAITING = "awaiting"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_UNDER_WAY = text("state IN ('awaiting', 'queued', 'sending')")


class ReplyRow(SQLModel, table=True):
    """One answer that a person submitted. At most one per mention is under way."""

    __tablename__ = "reply"
    __table_args__ = (
        Index(
            "uq_reply_under_way",
            "mention_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        Index(
            "ix_reply_due",
            "due_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_reply_mention", "mention_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id")
    text: str
    author: str = Field(description="Who submitted it.")
    approver: str | None = None
    seen: dict[str, Any] | None = Field(
        default=None,
        sa_type=OPTIONAL_JSON,
        description="The owner's answer that stood there when it was submitted.",
    )
    state: ReplyState = Field(default=ReplyState.QUEUED, sa_type=word(ReplyState))
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    attempt_at: datetime | None = None
    sent_at: datetime | None = None
    ref: str | None = Field(default=None, description="What the platform calls it.")
    url: str | None = None
    is_pending: bool = False
    error: str = ""


class Errand(SQLModel, table=True):
    """What is done for a source beside polling it ("notice", "recheck"), and when."""

    source: str = Field(primary_key=True)
    job: str = Field(primary_key=True)
    cursor: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    next_at: datetime
    last_success_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    paused_at: datetime | None = None


class OwnReplyRow(SQLModel, table=True):
    """An answer of the brand's own account, kept until the post it answers is here.

    A colleague may answer a post before we have seen it.
    """

    __tablename__ = "own_reply"

    platform: str = Field(primary_key=True)
    post_id: str = Field(primary_key=True)
    reply_id: str = Field(primary_key=True)
    source: str
    text: str
    author: str | None = None
    url: str | None = None
    posted_at: datetime
    seen_at: datetime = Field(index=True)


class Spend(SQLModel, table=True):
    """What a source cost on one UTC day, in micro-dollars."""

    source: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    units: int = 0
    micros: int = 0


class SourceHour(SQLModel, table=True):
    """How many new posts a source showed in one UTC hour ("2026-11-22T14")."""

    source: str = Field(primary_key=True)
    hour: str = Field(primary_key=True)
    posts: int = 0
