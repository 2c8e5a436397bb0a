"""A platform that takes replies, keeps them, and misbehaves as told. No network."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors import (
    CanReply,
    Gone,
    Length,
    OwnerReply,
    Posted,
    Refused,
    Unavailable,
)
from tests.fakes.connector import EPOCH, FakeConnector

BEFORE = ("busy", "down", "drop_before", "refuse", "gone", "defect_before")
AFTER = ("drop_after", "defect_after")
FAULTS = BEFORE + AFTER
"""What can go wrong with one `reply`: before it is stored, or after."""


@dataclass(frozen=True)
class Stored:
    """A reply as the platform keeps it; `by` is who gave it."""

    number: int
    post_id: str
    text: str
    by: str
    at: datetime

    @property
    def id(self) -> str:
        return f"r{self.number}"

    @property
    def url(self) -> str:
        return f"https://fake.example/{self.id}"


def error(fault: str) -> Exception:
    """Return what a connector raises of a fault."""
    match fault:
        case "busy":
            return Unavailable("too many requests", retry_after=timedelta(minutes=2))
        case "down":
            return Unavailable("status 503")
        case "drop_before" | "drop_after":
            return Unavailable("connection dropped", unclear=True)
        case "refuse":
            return Refused("the account may not reply here")
        case "gone":
            return Gone("the post is deleted")
    return ZeroDivisionError("a bug of this connector")


@dataclass
class FakeReplier(FakeConnector):
    """Keeps replies; `overwrites` as review sites do, or appends as X and Reddit do.

    `faults` are met by one `reply` each, in order; None is no fault. `lookup` and
    `look` are raised by every `find_reply` and `standing_reply`. `shown` is how the
    platform shows a text. `before_reply` runs as a reply comes in.
    """

    now: Callable[[], datetime] = lambda: EPOCH
    overwrites: bool = False
    settle: timedelta = timedelta(0)
    limit: int = 100
    can: CanReply = field(default_factory=lambda: CanReply(ok=True))
    replies: list[Stored] = field(default_factory=list)
    journal: list[Stored] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    faults: deque[str | None] = field(default_factory=deque)
    look: Exception | None = None
    lookup: Exception | None = None
    lag: timedelta = timedelta(0)
    calls: list[str] = field(default_factory=list)
    shown: Callable[[str], str] = str
    before_reply: Callable[[], object] = lambda: None

    def can_reply(self, target):
        return self.can

    def measure(self, target, text):
        return Length(len(text), self.limit)

    def standing_reply(self, target):
        self.calls.append(f"standing {target.id}")
        self._check(target)
        if self.look:
            raise self.look
        found = [one for one in self.replies if one.post_id == target.id]
        return self._owner_reply(found[-1]) if found else None

    def reply(self, target, text):
        self.calls.append(f"reply {target.id}")
        self.before_reply()
        self._check(target)
        fault = self.faults.popleft() if self.faults else None
        if fault in BEFORE:
            raise error(fault)
        stored = self.store(target.id, text, "us")
        if fault:
            raise error(fault)
        return self._posted(stored)

    def find_reply(self, target, text, since):
        self.calls.append(f"find {target.id}")
        self._check(target)
        if self.lookup:
            raise self.lookup
        for one in reversed(self.replies):
            is_ours = one.by == "us" and one.text == text
            is_shown = since <= one.at <= self.now() - self.lag
            if one.post_id == target.id and is_ours and is_shown:
                return self._posted(one)
        return None

    def store(self, post_id, text, by):
        """Keep a reply: ours, or a colleague's given on the platform itself."""
        made = Stored(len(self.journal) + 1, post_id, text, by, self.now())
        self.journal.append(made)
        if self.overwrites:
            self.replies = [one for one in self.replies if one.post_id != post_id]
        self.replies.append(made)
        return made

    def of(self, post_id, by="us"):
        """Return what one side ever said under a post."""
        return [
            one.text for one in self.journal if (one.post_id, one.by) == (post_id, by)
        ]

    def _check(self, target):
        if target.id in self.deleted:
            raise Gone("the post is deleted")

    def _posted(self, one):
        return Posted(id=one.id, url=one.url, posted_at=one.at)

    def _owner_reply(self, one):
        return OwnerReply(
            text=self.shown(one.text),
            posted_at=one.at,
            id=one.id,
            author="Acme" if one.by == "us" else one.by,
            url=one.url,
        )
