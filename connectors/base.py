"""What a platform must be able to do for us. Read this file first.

A connector turns one platform's API into `Post`s and back. It knows nothing of
brand policy, sentiment, Slack or the database.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, field_validator

from connectors.clock import utc_now
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
class Caution:
    """A word for the operator that stops nothing ("80 % of the budget is spent").

    Told once per `key`, which names the occasion: "budget-80:2026-11".
    """

    key: str
    text: str


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
    cautions: Sequence[Caution] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A post that we keep, as its own connector needs it to act on it again.

    The fields are those of the `Post` it came as.
    """

    id: str
    url: str
    author: Author
    posted_at: datetime
    kind: Kind = Kind.POST
    parent_id: str | None = None
    root_id: str | None = None
    ref: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CanReply:
    """Whether this post can be answered through the API; if not, why, in words.

    `url` is where a person can answer by hand, if not at the post's own address.
    """

    ok: bool
    reason: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A reply's length as its platform counts: used, limit, and what is counted."""

    used: int
    limit: int
    unit: str = "characters"

    @property
    def fits(self) -> bool:
        return 0 < self.used <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A reply of ours that stands on the platform, or waits there for approval."""

    id: str | None = None
    url: str | None = None
    posted_at: datetime | None = None
    is_pending: bool = False


@runtime_checkable
class Replier(Protocol):
    """A connector that can answer. `can_reply` and `measure` ask nobody.

    `settle` is how long a reply may take to be found after it was stored.
    """

    @property
    def settle(self) -> timedelta: ...

    def can_reply(self, target: Target) -> CanReply: ...

    def measure(self, target: Target, text: str) -> Length: ...

    def standing_reply(self, target: Target) -> OwnerReply | None:
        """Return the brand's newest answer under the post, read just now.

        Raises:
            Unavailable, Refused, Gone: as every call.
        """
        ...

    def reply(self, target: Target, text: str) -> Posted:
        """Publish `text` under the post. One call, one try.

        Raises:
            Unavailable: not now; `unclear` where it may stand there all the same.
            Refused: the platform does not take it; the message says why.
            Gone: the post is deleted, locked or hidden.
        """
        ...

    def find_reply(self, target: Target, text: str, since: datetime) -> Posted | None:
        """Return our reply with this text if it was stored since then."""
        ...


@dataclass(frozen=True, slots=True)
class OwnReply:
    """An answer that the brand gave by itself: `post_id` is what it answers.

    `root_id` is the thread it stands in, where the platform tells.
    """

    post_id: str
    reply: OwnerReply
    root_id: str | None = None


@dataclass(frozen=True, slots=True)
class OwnReplies:
    """The brand's own answers since the last look, oldest first."""

    replies: Sequence[OwnReply]
    cursor: Cursor
    more: bool = False


@runtime_checkable
class Noticer(Protocol):
    """A connector that lists what the brand's own account answered.

    Where a platform keeps the answer within the post (`Post.owner_reply`), `poll`
    brings it and this is not needed.
    """

    def own_replies(self, cursor: Cursor | None) -> OwnReplies:
        """Return the brand's answers since `cursor`; None means the first look.

        Raises:
            Unavailable, Refused: as `poll`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What became of posts we keep: as they now are, or gone, with how in words.

    `gone` maps ids to "deleted by its author", "removed by a moderator"... `left` are
    the ids of those that were not reached, as the platform broke off before: they are
    asked for again soon. A post in none of them was asked for, and nothing can be said.
    """

    posts: Sequence[Post] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    left: Collection[str] = ()


@runtime_checkable
class Rechecker(Protocol):
    """A connector that can look again at posts we keep.

    `recheck_limit` is how many targets one call takes.
    """

    @property
    def recheck_limit(self) -> int: ...

    def recheck(self, targets: Sequence[Target]) -> Rechecked:
        """Return what became of these posts.

        Raises:
            Unavailable, Refused: as `poll`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What one brand is called, for platforms that must be asked by search.

    A post is about the brand if it has one of `any_of`, or every word of one group
    in `all_of`. Both may catch too much, never too little: our own matcher decides.
    `own_handles` are the brand's accounts per platform.
    """

    brand: str
    any_of: Sequence[str] = ()
    all_of: Sequence[Sequence[str]] = ()
    none_of: Sequence[str] = ()
    own_handles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: Sequence[str] = ()


class Meter(Protocol):
    """What a source has spent, kept across restarts. Amounts are micro-dollars."""

    def spent(self, since: date) -> int:
        """Return what was spent on that UTC day and after."""
        ...

    def add(self, what: str, units: int, micros: int) -> None:
        """Note what a call cost, at once: it is spent whatever becomes of it."""
        ...


@dataclass(slots=True)
class Purse:
    """A meter in memory, for a connector that stands alone (a check, a test)."""

    micros: int = 0

    def spent(self, since: date) -> int:  # noqa: ARG002
        return self.micros

    def add(self, what: str, units: int, micros: int) -> None:  # noqa: ARG002
        self.micros += micros


@dataclass(frozen=True, slots=True)
class Context:
    """What the application lends a connector: its clock, and its meter."""

    now: Callable[[], datetime] = utc_now
    meter: Meter = field(default_factory=Purse)


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

    def connect(self, terms: Sequence[Terms], context: Context) -> Connector:
        """Return the connector; `terms` has one entry per watched brand.

        Asks nobody yet.
        """
        raise NotImplementedError


class ConnectorError(Exception):
    """A platform did not do what we asked. Raise one of the three below."""


class Unavailable(ConnectorError):
    """Rate limit, timeout, 5xx: nobody is to blame, try again later.

    `unclear` is for writes: the platform may have done it all the same, so look
    before any second try. `tell` is for what mends itself, but late: the operator
    hears of it at once (a monthly cap).
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        unclear: bool = False,
        tell: bool = False,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.unclear = unclear
        self.tell = tell


class Refused(ConnectorError):
    """Bad credentials, missing permission, bad query: retrying cannot help."""


class Gone(ConnectorError):
    """The post is deleted, locked or hidden: there is nothing to answer."""
