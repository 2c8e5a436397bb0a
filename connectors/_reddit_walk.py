"""How far a listing of Reddit was read: pure, for the network is elsewhere.

A listing is newest first, about 1,000 things long, and paged by `after`. `before`
is of no use: it brings nothing once the thing it names is deleted. So each walk
starts at the top and goes down to ten minutes before the newest thing that an
earlier walk saw; what appears late (a slow search index, an approval) stands there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

OVERLAP = 600.0  # seconds
KEPT = 300
MOST_RESTARTS = 3
A_WHOLE_LISTING = 100
"""A listing that is shorter, and was seen in one page, was not cut off: it is all."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing in a listing: its fullname, when it was made, what its words were."""

    id: str
    at: float
    mark: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `after` leads to the next and is None at the listing's end."""

    sights: Sequence[Sight]
    after: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """What the listing no longer showed, in unix time."""

    since: float
    until: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk under way: `after` is where it goes on, `top` the newest it met.

    `met` says that it came to things an earlier walk knew.
    """

    after: str | None = None
    top: float = 0.0
    ids: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    met: bool = False
    restarts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is known of one listing. Things from before `start` are no news.

    `newest` is what walks that ended have reached; `walk` is one that goes on.
    """

    start: float
    newest: float | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    walk: Walk | None = None

    @property
    def after(self) -> str | None:
        """Return where the next page starts; None is the top."""
        return self.walk.after if self.walk else None

    @property
    def floor(self) -> float:
        """Return how far down a walk has to go."""
        return self.start if self.newest is None else self.newest - OVERLAP

    def is_news(self, sight: Sight) -> bool:
        """Tell whether we did not see this thing yet, or not in these words."""
        known = self.seen.get(sight.id)
        if self.walk:
            known = self.walk.ids.get(sight.id, known)
        return sight.at >= self.start and known != sight.mark

    def take(self, page: Page) -> tuple["Trail", Missed | None]:
        """Return the trail after the next page was read, and what it shows as lost."""
        walk = self.walk or Walk()
        if not page.sights and page.after is None and walk.after is not None:
            return self._anchor_lost(walk)
        walk = self._on(walk, page)
        if page.after is None:
            missed = self._missed(walk, page)
            return self._ended(walk), missed
        if page.sights and page.sights[-1].at < self.floor:
            return self._ended(walk), None
        return replace(self, walk=walk), None

    def _on(self, walk: Walk, page: Page) -> Walk:
        ids = {**walk.ids, **{one.id: one.mark for one in page.sights}}
        return replace(
            walk,
            after=page.after,
            top=max([walk.top, *(one.at for one in page.sights)]),
            ids=dict(islice(ids.items(), KEPT)),
            count=walk.count + len(page.sights),
            met=walk.met or any(map(self._knew, page.sights)),
        )

    def _knew(self, sight: Sight) -> bool:
        return sight.id in self.seen or (
            self.newest is not None and sight.at <= self.newest
        )

    def _anchor_lost(self, walk: Walk) -> tuple["Trail", Missed | None]:
        """The thing that `after` named was deleted: walk again from the top.

        The last page of a listing has no `after`, so that an empty one is odd.
        """
        if walk.restarts >= MOST_RESTARTS:
            return self._ended(walk), None if walk.met else self._unknown(walk)
        # What it met is no proof any more: there may be new things above, too many.
        again = Walk(top=walk.top, ids=walk.ids, restarts=walk.restarts + 1)
        return replace(self, walk=again), None

    def _missed(self, walk: Walk, page: Page) -> Missed | None:
        """Tell what fell off the end: the listing ended before it met what we know."""
        in_one_look = self.walk is None and walk.count < A_WHOLE_LISTING
        if self.newest is None or walk.met or in_one_look:
            return None
        until = page.sights[-1].at if page.sights else walk.top
        return Missed(self.newest, until, walk.count)

    def _unknown(self, walk: Walk) -> Missed:
        """Return all that a walk was to bring, for it could not be ended."""
        since = self.start if self.newest is None else self.newest
        return Missed(since, max(walk.top, since), walk.count)

    def _ended(self, walk: Walk) -> "Trail":
        seen = {**walk.ids, **{k: v for k, v in self.seen.items() if k not in walk.ids}}
        newest = max(walk.top, self.start if self.newest is None else self.newest)
        kept = dict(islice(seen.items(), KEPT))
        return replace(self, newest=newest, seen=kept, walk=None)

    def write(self) -> dict[str, Any]:
        """Return JSON. Lists of pairs, for jsonb forgets the order of keys."""
        return {
            "start": self.start,
            "newest": self.newest,
            "seen": [list(pair) for pair in self.seen.items()],
            "walk": self.walk and _written(self.walk),
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Trail":
        walk = told["walk"]
        return cls(
            start=told["start"],
            newest=told["newest"],
            seen=dict(told["seen"]),
            walk=walk and Walk(**{**walk, "ids": dict(walk["ids"])}),
        )


def _written(walk: Walk) -> dict[str, Any]:
    return {
        "after": walk.after,
        "top": walk.top,
        "ids": [list(pair) for pair in walk.ids.items()],
        "count": walk.count,
        "met": walk.met,
        "restarts": walk.restarts,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that a poll leaves to the next: one trail per listing, by its key.

    `searched_at` is when every search was last begun, for it has its own interval.
    `left` are the listings of this round that are still to be read to their end: none
    begins again before, or two that break off would take turns for ever.
    """

    trails: Mapping[str, Trail] = field(default_factory=dict)
    searched_at: datetime | None = None
    left: Sequence[str] = ()

    @classmethod
    def read(cls, cursor: Mapping[str, Any] | None) -> "Memory":
        if cursor is None:
            return cls()
        at = cursor["searched_at"]
        return cls(
            trails={key: Trail.read(one) for key, one in cursor["trails"].items()},
            searched_at=at and datetime.fromisoformat(at).astimezone(UTC),
            left=tuple(cursor["left"]),
        )

    def write(self) -> dict[str, Any]:
        return {
            "searched_at": self.searched_at and self.searched_at.isoformat(),
            "trails": {key: one.write() for key, one in self.trails.items()},
            "left": list(self.left),
        }
