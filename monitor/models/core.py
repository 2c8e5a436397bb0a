"""Mentions, their events, what we owe, and how sources stand."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, Index, Integer, UniqueConstraint, text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from connectors import Kind
from monitor.config import Priority
from sentiment import Label

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

SYSTEM = "everyreply"
"""The actor of what no person did."""


class Status(StrEnum):
    """Where a mention stands. The last three are ends; answered may open again."""

    OPEN = "open"
    SENDING = "sending"
    ANSWERED = "answered"
    DISMISSED = "dismissed"
    GONE = "gone"
    NOT_OURS = "not_ours"


class Reason(StrEnum):
    """Why a mention is where it is, when nobody had to say so in words."""

    NEEDS_REPLY = "needs_reply"
    OWN_POST = "own_post"
    REPOST = "repost"
    EXCLUDED = "excluded"
    WATCH_ONLY = "watch_only"
    OTHER_LANGUAGE = "other_language"
    BLOCKED_AUTHOR = "blocked_author"
    SPAM_COPY = "spam_copy"
    HISTORY = "history"
    REPLIED = "replied"
    REPLIED_BY_HAND = "replied_by_hand"
    REPLIED_NATIVELY = "replied_natively"
    GONE = "gone"
    SPAM = "spam"
    NOT_ABOUT_US = "not_about_us"


class OutboxKind(StrEnum):
    """What we owe: a card, its new state, a word in its thread or to the operator, or a
    digest."""

    ALERT = "alert"
    UPDATE = "update"
    NOTE = "note"
    NOTICE = "notice"
    DIGEST = "digest"


class Delivery(StrEnum):
    """Where an outbox row stands. `sending` found at start means: unclear."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


OPTIONAL_JSON = JSON(none_as_null=True)
"""JSON whose None is NULL, so that SQL can ask for it."""


class PriorityRank(TypeDecorator[Priority]):
    """A priority kept as a number, so that the queue sorts by it."""

    impl = Integer
    cache_ok = True
    _ORDER: ClassVar = tuple(Priority)

    def process_bind_param(
        self,
        value: Priority | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy asks
    ) -> int | None:
        return None if value is None else self._ORDER.index(value)

    def process_result_value(
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy asks
    ) -> Priority | None:
        return None if value is None else self._ORDER[value]


def word(kind: type[StrEnum]) -> Enum:
    """Keep an enum as its value: readable in SQL, no migration for a new member."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


class Mention(SQLModel, table=True):
    """A post that names one of our brands. Two brands named are two mentions."""

    __table_args__ = (
        UniqueConstraint("platform", "post_id", "brand", name="uq_mention_post"),
        Index(
            "ix_mention_queue",
            "priority",
            "due_at",
            # The rest only spares the table: SQLite looks at status all the same.
            "found_at",
            "brand",
            "status",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_mention_found", "found_at", "brand", "source", "sentiment"),
        Index("ix_mention_author", "platform", "author", "found_at"),
        Index("ix_mention_text", "text_hash"),
        Index(
            "ix_mention_erase",
            "closed_at",
            sqlite_where=text("erased_at IS NULL AND closed_at IS NOT NULL"),
            postgresql_where=text("erased_at IS NULL AND closed_at IS NOT NULL"),
        ),
        Index("ix_mention_ledger", "brand", "status", "reason"),
        Index("ix_mention_recheck", "source", "recheck_at"),
        # Whom we answered, and when: did they come back?
        Index(
            "ix_mention_answered",
            "brand",
            "platform",
            "author",
            "answered_at",
            sqlite_where=text("answered_at IS NOT NULL"),
            postgresql_where=text("answered_at IS NOT NULL"),
        ),
        # Covers what the digest counts; the rest of a week is read row by row.
        Index(
            "ix_mention_digest",
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
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    source: str
    platform: str
    post_id: str
    kind: Kind = Field(sa_type=word(Kind))
    url: str
    author: str
    author_id: str | None = None
    author_name: str | None = None
    author_url: str | None = None
    followers: int | None = None
    text: str
    text_hash: str
    content_hash: str
    language: str | None = None
    rating: float | None = None
    posted_at: datetime
    edited_at: datetime | None = None
    found_at: datetime
    parent_id: str | None = None
    root_id: str | None = None
    ref: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    hits: list[list[Any]] = Field(
        default_factory=list,
        sa_type=JSON,
        description="[keyword, start, end] in code points of `text`.",
    )

    sentiment: Label = Field(sa_type=word(Label))
    negative: float
    neutral: float
    positive: float
    sure: bool
    model: str
    corrected: Label | None = Field(default=None, sa_type=word(Label))
    corrected_by: str | None = None

    status: Status = Field(sa_type=word(Status))
    reason: str
    note: str = Field(default="", description="The reason in words.")
    priority: Priority = Field(sa_type=PriorityRank)
    why: list[str] = Field(default_factory=list, sa_type=JSON)
    due_at: datetime | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    owner_reply: dict[str, Any] | None = Field(
        default=None,
        sa_type=OPTIONAL_JSON,
        description="What the brand's account says under it, whoever wrote that: "
        "id, text, posted_at, author, url.",
    )
    recheck_at: datetime | None = Field(
        default=None, description="When to look at it again; None: not planned yet."
    )
    closed_at: datetime | None = None
    closed_by: str | None = None
    erased_at: datetime | None = None
    rev: int = 0


class Event(SQLModel, table=True):
    """Who changed what on a mention, when and why: the audit trail."""

    __table_args__ = (
        Index("ix_event_mention", "mention_id", "id"),
        Index(
            "ix_event_edited",
            "at",
            sqlite_where=text("what = 'edited'"),
            postgresql_where=text("what = 'edited'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    mention_id: int = Field(foreign_key="mention.id")
    at: datetime
    actor: str
    what: str
    old: str | None = None
    new: str
    reason: str = ""
    was: dict[str, Any] | None = Field(
        default=None,
        sa_type=OPTIONAL_JSON,
        description="What an edit replaced: rating, label.",
    )


class Outbox(SQLModel, table=True):
    """Something we owe the outside world. Written with its cause, sent later."""

    __table_args__ = (
        Index(
            "ix_outbox_due",
            "due_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_unclear",
            "attempt_at",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_outbox_mention", "mention_id", "kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_key: str = Field(unique=True)
    kind: OutboxKind = Field(sa_type=word(OutboxKind))
    mention_id: int | None = Field(default=None, foreign_key="mention.id")
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: Delivery = Field(default=Delivery.QUEUED, sa_type=word(Delivery))
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    attempt_at: datetime | None = None
    sent_at: datetime | None = None
    ref: str | None = Field(default=None, description="What the sender calls it.")
    error: str = ""


class Checkpoint(SQLModel, table=True):
    """Where a source stands: its cursor, when to ask again, what came in."""

    source: str = Field(primary_key=True)
    cursor: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    version: int = 0
    next_poll_at: datetime
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_post_at: datetime | None = None
    failures: int = 0
    error: str = ""
    failing_since: datetime | None = None
    paused_at: datetime | None = None
    silent_since: datetime | None = None
    posts_seen: int = 0
    posts_new: int = 0
    posts_known: int = 0
    posts_unmatched: int = 0
    posts_set_aside: int = 0
    mentions: int = 0


class SourceDay(SQLModel, table=True):
    """How many posts a source showed on one UTC day: what is usual for it."""

    source: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    posts: int = 0


class GapRow(SQLModel, table=True):
    """A stretch of time a source could not show us."""

    __tablename__ = "gap"

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(index=True)
    at: datetime
    since: datetime | None = None
    until: datetime | None = None
    reason: str


class SetAsideRow(SQLModel, table=True):
    """Something that came in and could not be taken, with its place and reason."""

    __tablename__ = "set_aside"
    __table_args__ = (UniqueConstraint("source", "place", name="uq_set_aside_place"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    place: str
    at: datetime
    reason: str


class Unmatched(SQLModel, table=True):
    """A post that named no brand, kept a while so that keywords can be tried."""

    platform: str = Field(primary_key=True)
    post_id: str = Field(primary_key=True)
    source: str
    url: str
    author: str
    text: str
    posted_at: datetime
    seen_at: datetime = Field(index=True)
