"""How far we have read a list that shows what changed last first.

Google's reviews come newest change first, in pages, with no way to ask for "since".
So a walk goes from the top down to what we know and some way further; what we know
moves up only once the walk got there. A walk that is cut off goes on at its page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

OVERLAP = 3600.0
"""Seconds that each walk goes further than it must: clocks of servers differ."""


def digest(*words: object) -> str:
    """Return 80 bits that stand for the words."""
    text = "\x00".join(str(word) for word in words)
    return blake2b(text.encode("utf-8", "replace"), digest_size=10).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One review in the list: `changed` is a unix time, `content` a digest."""

    id: str
    changed: float
    content: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A review we saw: its digest then, its first known and its last change."""

    content: str
    first: float
    changed: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """All that is known of one list.

    Everything that changed up to `known` was read. While walking, `top` is the
    newest change met, `floor` where the walk may end (None: at the list's end) and
    `token` the page it goes on at. `met` says that it came upon something known.
    `read_at` is when the last page came; `done_at` and `swept_at` when a walk, and one
    down to the end, was finished.
    `seen` holds the newest of the list, by a digest of the id.
    """

    known: float | None = None
    walking: bool = False
    top: float | None = None
    floor: float | None = None
    token: str | None = None
    met: bool = False
    read_at: float | None = None
    done_at: float | None = None
    swept_at: float | None = None
    seen: Mapping[str, Sighting] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Mapping[str, Any] | None) -> "Walk":
        if told is None:
            return cls()
        seen = {key: Sighting(*rest) for key, *rest in told["seen"]}
        return cls(**{**told, "seen": seen})

    def write(self) -> dict[str, Any]:
        """Return JSON; `seen` as a list, for jsonb forgets the order of keys."""
        seen = [[k, s.content, s.first, s.changed] for k, s in self.seen.items()]
        names = ("known", "walking", "top", "floor", "token", "met", "read_at")
        told = {name: getattr(self, name) for name in names}
        return {
            **told,
            "done_at": self.done_at,
            "swept_at": self.swept_at,
            "seen": seen,
        }

    def begun(self, *, whole: bool) -> "Walk":
        """Return the walk under way: the one cut off, or a new one from the top."""
        if self.walking:
            return self
        floor = None if whole or self.known is None else self.known - OVERLAP
        return replace(self, walking=True, top=None, floor=floor, token=None, met=False)

    def restarted(self) -> "Walk":
        """Return the same walk from the top: its page is no longer known there."""
        return replace(self, token=None)

    def is_news(self, entry: Entry) -> bool:
        before = self.seen.get(digest(entry.id))
        return before is None or before.content != entry.content

    def first(self, entry: Entry) -> float:
        """Return the earliest change we know of: the nearest to when it was made."""
        before = self.seen.get(digest(entry.id))
        return min(before.first, entry.changed) if before else entry.changed

    def with_page(
        self, entries: Sequence[Entry], token: str | None, now: float, kept: int
    ) -> "Walk":
        """Return the walk after one more page; `token` is that of the next."""
        changes = [entry.changed for entry in entries]
        on = replace(
            self,
            top=max(
                [*changes, *([] if self.top is None else [self.top])], default=None
            ),
            met=self.met or any(digest(entry.id) in self.seen for entry in entries),
            token=token,
            read_at=now,
            seen=self._with(entries, kept),
        )
        reached = on.floor is not None and min(changes, default=now) < on.floor
        return on if token and not reached else on.done(now)

    def done(self, now: float) -> "Walk":
        """Return the walk ended: all up to its top is known."""
        reached = [t for t in (self.known, self.top) if t is not None]
        return replace(
            self,
            known=max(reached, default=None),
            walking=False,
            top=None,
            floor=None,
            token=None,
            done_at=now,
            swept_at=now if self.floor is None else self.swept_at,
        )

    def _with(self, entries: Sequence[Entry], kept: int) -> dict[str, Sighting]:
        new = {
            digest(e.id): Sighting(e.content, self.first(e), e.changed) for e in entries
        }
        every = sorted(
            ({**self.seen, **new}).items(), key=lambda item: -item[1].changed
        )
        return dict(every[:kept])
