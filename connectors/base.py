"""What a platform must be able to do for us. Read this file first.

A connector turns one platform's API into `Post`s and back. It knows nothing of
brand policy, sentiment, Slack or the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.durations import Duration

Cursor: TypeAlias = Mapping[str, Any]
"""JSON that only the connector which made it can read."""


class Kind(StrEnum):
    POST = "post"
    COMMENT = "comment"
    REVIEW = "review"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Whoever wrote a post, as far as the platform tells."""

    handle: str
    id: str | None = None
    name: str | None = None
    url: str | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerReply:
    """The answer that already stands under a post, given on the platform itself."""

    text: str
    posted_at: datetime
    id: str | None = None
    author: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public post, comment or review, exactly as its platform tells it.

    `id` survives edits (X: the first id of the edit history). `text` is plain
    text with no markup; where the platform has a title it is the first line.
    `rating` is in stars, 1 to 5. `lang` is the platform's own word, a BCP 47 tag.
    `ref` is JSON that only the connector reads: what it will need to answer, to
    look again, or to say why it cannot.
    """

    platform: str
    id: str
    url: str
    author: Author
    text: str
    posted_at: datetime
    kind: Kind = Kind.POST
    lang: str | None = None
    rating: float | None = None
    edited_at: datetime | None = None
    parent_id: str | None = None
    root_id: str | None = None
    is_repost: bool = False
    owner_reply: OwnerReply | None = None
    ref: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of time the platform no longer shows us. Never silent."""

    since: datetime | None
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """Something that came in and could not be read; the rest went on.

    `where` names the place to look (file and line, entry, post id), `reason` what
    is wrong with it and what would mend it.
    """

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Posts since the last poll, oldest first, and where to go on from.

    The cursor must be safe to resume from: losing a post is a bug, seeing one
    twice is not. `more` says that another poll right now would bring more.
    """

    posts: Sequence[Post]
    cursor: Cursor
    more: bool = False
    gaps: Sequence[Gap] = ()
    set_aside: Sequence[SetAside] = ()


class Connector(Protocol):
    def poll(self, cursor: Cursor | None) -> Batch:
        """Return what is new since `cursor`; None means the first poll ever.

        Raises:
            Unavailable: try again later.
            Refused: a person must act first.
        """
        ...


@runtime_checkable
class Validator(Protocol):
    """A connector that can prove its settings with one cheap call."""

    def validate(self) -> str:
        """Return one line that says what was found ("@acme, 3 scopes").

        Raises:
            Unavailable: the platform did not answer.
            Refused: what is missing, and where to get it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What one brand is called, for platforms that must be asked by search."""

    any_of: Sequence[str]
    none_of: Sequence[str] = ()
    own_handles: Sequence[str] = ()
    languages: Sequence[str] = ()


class SourceConfig(BaseModel):
    """One entry under `sources:` in config.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, description="How status and alerts call it.")
    every: Duration = Field(
        default=timedelta(minutes=5), description="Time between polls: 30s, 5m, 2h, 1d."
    )

    @field_validator("every")
    @classmethod
    def _not_at_once(cls, every: timedelta) -> timedelta:
        if every < timedelta(seconds=1):
            raise ValueError("polls must be at least 1s apart")
        return every

    since: date | None = Field(
        default=None,
        description="Posts from before this day are counted, not alerted: 2026-11-01.",
    )
    brands: tuple[str, ...] = Field(
        default=(),
        description="Every post from here is about these brands, whatever it says "
        "(a review page of ours). Left out: keywords decide.",
    )

    def connect(self, terms: Sequence[Terms]) -> Connector:
        """Return the connector; `terms` has one entry per watched brand."""
        raise NotImplementedError


class ConnectorError(Exception):
    """A platform did not do what we asked. Raise one of the three below."""


class Unavailable(ConnectorError):
    """Rate limit, timeout, 5xx: nobody is to blame, try again later.

    `unclear` is for writes: the platform may have done it all the same, so look
    before any second try.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        unclear: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.unclear = unclear


class Refused(ConnectorError):
    """Bad credentials, missing permission, bad query: retrying cannot help."""


class Gone(ConnectorError):
    """The post is deleted, locked or hidden: there is nothing to answer."""
