"""What the digest reads of mentions: plain frozen rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.models import Mention, Status


@dataclass(frozen=True, slots=True)
class Span:
    """Mentions of a brand posted from `start` to before `end`, both aware UTC."""

    brand: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """How many mentions share a day (its number), source, language and feeling."""

    day: int
    source: str
    language: str
    feeling: str
    count: int
    rating_sum: float
    rated: int


@dataclass(frozen=True, slots=True)
class Case:
    """A mention that somebody has, or had, to answer."""

    id: int
    posted_at: datetime
    found_at: datetime
    status: Status
    reason: str
    due_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    moved: bool
    """Whether it changed since it was found, so that its events tell more."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of a mention: from which status to which, and when."""

    mention_id: int
    at: datetime
    what: str
    old: str | None
    new: str
    actor: str


@dataclass(frozen=True, slots=True)
class Edit:
    """An author's edit after our answer, and the mention as it stands now."""

    mention: Mention
    at: datetime
    answered_at: datetime
    was: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Return:
    """An author who wrote again after an answer: both mentions' feelings."""

    platform: str
    author: str
    mention_id: int
    feeling: str
    feeling_before: str


@dataclass(frozen=True, slots=True)
class Text:
    """A mention's words, for themes and quotes."""

    id: int
    text: str
    feeling: str
    url: str
    platform: str
    author: str
    rating: float | None
    posted_at: datetime
