"""The digests we made: what each said, so that it can be restated later."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.models.core import word


class DigestState(StrEnum):
    """Where a digest stands in Slack: `sent` is its message, `failed` was dropped."""

    MADE = "made"
    SENT = "sent"
    FAILED = "failed"


class DigestRow(SQLModel, table=True):
    """One digest of a brand and a period; the first one made of it is the one kept."""

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("brand", "first", "last", name="uq_digest_period"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand: str
    first: date = Field(description="First local day.")
    last: date = Field(description="Last local day, counted.")
    zone: str
    start_at: datetime
    end_at: datetime
    as_of: datetime = Field(description="When the store was read.")
    made_at: datetime
    state: DigestState = Field(default=DigestState.MADE, sa_type=word(DigestState))
    sent_at: datetime | None = None
    error: str = Field(default="", description="Why it was not shown or not mailed.")
    mail_at: datetime | None = Field(
        default=None, description="When the e-mail was begun; it is begun once."
    )
    mail_after: datetime | None = Field(
        default=None, description="From when it is to be mailed; empty: it is not."
    )
    mailed_at: datetime | None = None
    folder: str = Field(default="", description="Its files, below digest.out.")
    numbers: dict[str, Any] = Field(
        default_factory=dict,
        sa_type=JSON,
        description="What it said, by number: value and unit.",
    )
