"""How far we have read a list that shows what changed last first.

Google's reviews come newest change first, in pages, with no way to ask for "since".
So a walk goes from the top down to what we know and some way further; what we know
moves up only once the walk got there.

A walk that one poll does not finish goes on with the next, and the list has moved in
between. What moved down is seen twice. What moved up past us, because something above
was deleted, would be missed: so the last page is read again first. What is new stands
above where the walk began: so its end is followed by a catch-up, down to that place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

OVERLAP = 3600.0
"""Seconds that each walk goes further than it must: clocks of servers differ."""
STALE = 3600.0
"""Seconds without progress after which a walk begins anew. Page tokens do not last,
and one page that never comes must not keep what is new from us."""

KEPT_AS_IT_IS = (
    "known",
    "walking",
    "catch_up",
    "top",
    "bottom",
    "floor",
    "met",
    "read_at",
    "done_at",
    "swept_at",
)


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

    Everything that changed up to `known` was read. While walking, `top` and `bottom`
    are the newest and the oldest change met, `floor` is where the walk may end (None:
    at the list's end), `page` the page it read last and `token` the next (None: the
    first). `met` says that it came upon something known. A `catch_up` leaves `known`
    as it is, so that the next walk has its whole overlap.
    `resumed` says that an earlier poll began the walk, `rereads` that its next page
    is the last one again.
    `read_at` is when the last new page came; `done_at` and `swept_at` when a walk, and
    one down to the end, was finished.
    `seen` holds the newest of the list, by a digest of the id.
    """

    known: float | None = None
    walking: bool = False
    catch_up: bool = False
    top: float | None = None
    bottom: float | None = None
    floor: float | None = None
    page: str | None = None
    token: str | None = None
    met: bool = False
    resumed: bool = False
    rereads: bool = False
    read_at: float | None = None
    done_at: float | None = None
    swept_at: float | None = None
    seen: Mapping[str, Sighting] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Mapping[str, Any] | None) -> "Walk":
        """Return the walk as a new poll finds it; one from the top is not resumed."""
        if told is None:
            return cls()
        seen = {key: Sighting(*rest) for key, *rest in told["seen"]}
        walk = cls(**{**told, "seen": seen})
        return walk._going_on_at(walk.token)

    def write(self) -> dict[str, Any]:
        """Return JSON. Its `token` is the page to go on at: the last one, again.

        `seen` is a list, for jsonb forgets the order of keys.
        """
        seen = [[k, s.content, s.first, s.changed] for k, s in self.seen.items()]
        told = {name: getattr(self, name) for name in KEPT_AS_IT_IS}
        return {**told, "token": self.page, "seen": seen}

    def begun(self, *, whole: bool, now: float) -> "Walk":
        """Return the walk under way: the one cut off, or a new one from the top."""
        if self.walking:
            return self.restarted() if self._is_stale(now) else self
        floor = None if whole or self.known is None else self.known - OVERLAP
        return replace(self, walking=True, floor=floor)

    def restarted(self) -> "Walk":
        """Return the same walk from the top: its page is no longer known there."""
        return self._going_on_at(None)

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
            top=self._top(changes),
            bottom=min([*changes, *_if_any(self.bottom)], default=None),
            page=self.token,
            token=token,
            rereads=False,
            seen=self._with(entries, kept),
        )
        if not self.rereads:
            met = any(digest(entry.id) in self.seen for entry in entries)
            on = replace(on, met=self.met or met, read_at=now)
        elif not self._joins(changes, token):
            return on.restarted()
        return on if token and not self._reaches(changes) else on.done(now)

    def done(self, now: float) -> "Walk":
        """Return the walk ended: all up to its top is known.

        One that was resumed is followed by another, for what came since it began.
        """
        tops = [*_if_any(self.known), *_if_any(self.top)]
        ended = Walk(
            known=self.known if self.catch_up else max(tops, default=None),
            read_at=self.read_at,
            done_at=now,
            swept_at=self.swept_at if self.floor is not None else now,
            seen=self.seen,
        )
        if not self.resumed or not tops:
            return ended
        began = max([*tops, *_if_any(self.floor)])
        return replace(ended, walking=True, catch_up=True, floor=began)

    def _going_on_at(self, token: str | None) -> "Walk":
        """Return the walk going on at a page that was read, or at the first."""
        goes_on = token is not None
        return replace(
            self,
            bottom=self.bottom if goes_on else None,
            page=token,
            token=token,
            resumed=goes_on,
            rereads=goes_on,
        )

    def _is_stale(self, now: float) -> bool:
        return self.rereads and self.read_at is not None and now - self.read_at > STALE

    def _top(self, changes: Sequence[float]) -> float | None:
        """Return the newest change met. What a resumed walk meets above where it began
        came since: that is for the catch-up, all of it."""
        if self.resumed and self.top is not None:
            return self.top
        return max([*changes, *_if_any(self.top)], default=None)

    def _joins(self, changes: Sequence[float], token: str | None) -> bool:
        """Tell whether a page read again still begins within what we read.

        One that is empty now, at the end, says that the list ends further up.
        """
        if not changes:
            return token is not None
        return self.bottom is None or max(changes) >= self.bottom

    def _reaches(self, changes: Sequence[float]) -> bool:
        """Tell whether a page comes down to the floor; a catch-up reads no further."""
        if self.floor is None or not changes:
            return False
        oldest = min(changes)
        return oldest < self.floor or (self.catch_up and oldest == self.floor)

    def _with(self, entries: Sequence[Entry], kept: int) -> dict[str, Sighting]:
        new = {
            digest(e.id): Sighting(e.content, self.first(e), e.changed) for e in entries
        }
        every = sorted(
            ({**self.seen, **new}).items(), key=lambda item: -item[1].changed
        )
        return dict(every[:kept])


def _if_any(time: float | None) -> list[float]:
    return [] if time is None else [time]
