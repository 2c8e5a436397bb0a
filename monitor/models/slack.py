"""Tables of what Slack must not make us forget: queues, posts, presses, reminders."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from monitor.models.core import word


class Lane(SQLModel, table=True):
    """One queue to one channel, and until when it waits.

    `refused_at` is set while a person must act: then `error` says what to do.
    """

    name: str = Field(primary_key=True)
    wait_until: datetime
    failures: int = 0
    refused_at: datetime | None = None
    error: str = ""


class SlackPost(SQLModel, table=True):
    """Where a message is being, or was, posted: noted before the call.

    What is unclear is looked up there, whatever the config says by then.
    """

    __tablename__ = "slack_post"

    post_key: str = Field(primary_key=True)
    channel: str = Field(description="Slack's id of it, C0123ABCD.")
    thread_ts: str | None = None
    at: datetime


class SeenEnvelope(SQLModel, table=True):
    """A press or event that Slack handed over: a second delivery is none.

    `key` is the event id, the trigger id, or view id and hash.
    """

    __tablename__ = "slack_seen"

    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class OpenModal(SQLModel, table=True):
    """Who has which mention open in a modal, so that others are told."""

    __tablename__ = "slack_modal"
    __table_args__ = (Index("ix_slack_modal_mention", "mention_id", "opened_at"),)

    view_id: str = Field(primary_key=True)
    mention_id: int = Field(foreign_key="mention.id")
    user_id: str
    name: str
    opened_at: datetime


class ReminderKind(StrEnum):
    """Which word of a deadline: most of the time is gone, nearly due, missed, after."""

    NEARING = "nearing"
    SOON = "soon"
    MISSED = "missed"
    ESCALATED = "escalated"


class Reminder(SQLModel, table=True):
    """A word about one deadline, owed at `due_at`. Claim and snooze move it.

    `sent_at` and `dropped` are ends; `for_due_at` is the deadline it speaks of.
    """

    __table_args__ = (
        Index(
            "ix_reminder_due",
            "due_at",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_reminder_unclear",
            "attempt_at",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_reminder_mention", "mention_id", "kind"),
    )

    id: int | None = Field(default=None, primary_key=True)
    post_key: str = Field(unique=True)
    mention_id: int = Field(foreign_key="mention.id")
    kind: ReminderKind = Field(sa_type=word(ReminderKind))
    for_due_at: datetime
    due_at: datetime
    state: str = "queued"
    body: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    attempts: int = 0
    attempt_at: datetime | None = None
    sent_at: datetime | None = None
    ref: str | None = None
    error: str = ""
