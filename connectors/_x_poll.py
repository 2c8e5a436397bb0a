"""One poll of X: the mentions at once, the searches when they are due.

The cursor keeps one walk for the mentions and one per query, by a digest of its
text: a query's walk survives when other queries change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any

from connectors._x_budget import SearchesRest
from connectors._x_errors import Outdated
from connectors._x_posts import newest_versions
from connectors._x_read import Listing, Pace, Reader, mentions, search
from connectors._x_walk import LONGEST_TIMELINE, Walk
from connectors.base import (
    Batch,
    Caution,
    ConnectorError,
    Cursor,
    Gap,
    Post,
    Refused,
    SetAside,
    Unavailable,
)

MENTIONS = "mentions"


def digest(query: str) -> str:
    return blake2b(query.encode(), digest_size=10).hexdigest()


@dataclass(slots=True)
class XCursor:
    """Every walk by its key, and when the last round of searches was begun."""

    walks: dict[str, Walk] = field(default_factory=dict)
    searched_at: datetime | None = None

    @classmethod
    def read(cls, stored: Cursor | None) -> "XCursor":
        if not stored:
            return cls()
        at = stored.get("searched_at")
        return cls(
            walks={key: Walk.read(walk) for key, walk in stored["walks"].items()},
            searched_at=datetime.fromisoformat(at) if at else None,
        )

    def write(self, wanted: Sequence[str]) -> Mapping[str, Any]:
        """Return JSON. Walks of former queries are kept until all new ones have begun,
        which start where those ended."""
        has_all = all(key in self.walks for key in wanted)
        kept = {
            key: walk.write()
            for key, walk in self.walks.items()
            if not has_all or key in wanted or key == MENTIONS
        }
        at = self.searched_at
        return {"walks": kept, "searched_at": at.isoformat() if at else None}

    def new_walk(self, wanted: Sequence[str], pace: Pace, now: datetime) -> Walk:
        """Return the walk of a new query: from where a query it replaces had come to,
        if that is further back than the first look goes."""
        floors = [
            walk.floor
            for key, walk in self.walks.items()
            if key != MENTIONS and key not in wanted and walk.floor is not None
        ]
        if floors and min(floors) < now - pace.look_back:
            return Walk(read_until=min(floors))
        return Walk()


@dataclass(slots=True)
class _Found:
    posts: list[Post] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    cautions: list[Caution] = field(default_factory=list)
    is_cut: bool = False


class XPolls:
    def __init__(
        self, reader: Reader, user_id: str | None, queries: Sequence[str], pace: Pace
    ) -> None:
        self._reader = reader
        self._pace = pace
        client = reader.client
        self._mentions = mentions(client, user_id) if user_id else None
        self._searches = {digest(query): search(client, query) for query in queries}

    def poll(self, stored: Cursor | None, now: datetime) -> Batch:
        """Read on along every walk that is due.

        Raises:
            Unavailable, Refused: and nothing was found before. What was found is
                returned; the next poll meets the same error.
        """
        cursor, found = XCursor.read(stored), _Found()
        is_round = self._is_due(cursor, now)
        for key, listing in self._due(cursor, is_round=is_round):
            self._follow(key, listing, cursor, found, now)
            if found.is_cut:
                break
        if is_round and not found.is_cut:
            cursor.searched_at = now
        keys = {*self._searches, MENTIONS}
        under_way = any(cursor.walks[k].is_under_way for k in keys & {*cursor.walks})
        return Batch(
            posts=newest_versions(found.posts),
            cursor=cursor.write([*self._searches]),
            more=under_way and not found.is_cut,
            gaps=list(dict.fromkeys(found.gaps)),
            set_aside=found.aside,
            cautions=found.cautions,
        )

    def _is_due(self, cursor: XCursor, now: datetime) -> bool:
        at = cursor.searched_at
        return at is None or now - at >= self._pace.search_every

    def _due(self, cursor: XCursor, *, is_round: bool) -> list[tuple[str, Listing]]:
        """Return what to read now; between rounds, only new and unfinished searches."""
        searches = [
            (key, listing)
            for key, listing in self._searches.items()
            if is_round or key not in cursor.walks or cursor.walks[key].is_under_way
        ]
        first = [(MENTIONS, self._mentions)] if self._mentions else []
        return [*first, *searches]

    def _follow(
        self, key: str, listing: Listing, cursor: XCursor, found: _Found, now: datetime
    ) -> None:
        try:
            self._reader.check_room(listing)  # no walk begins that cannot go on
            was_under_way = key in cursor.walks and cursor.walks[key].is_under_way
            self._walk(key, listing, cursor, found, now)
            if was_under_way and not cursor.walks[key].is_under_way:
                # what was written since that walk began stands above it
                self._walk(key, listing, cursor, found, now)
        except SearchesRest as e:  # mentions go on, also where there are none today
            found.is_cut = True
            began = self._reader.budget.started()
            found.cautions.append(Caution(f"x-searches-rest:{began}", str(e)))
        except ConnectorError as e:
            if not found.posts:
                raise
            found.is_cut = True
            if isinstance(e, Refused) or (isinstance(e, Unavailable) and e.tell):
                told = Caution(f"x-{listing.name}:{now:%Y-%m-%d}", str(e))
                found.cautions.append(told)

    def _walk(
        self, key: str, listing: Listing, cursor: XCursor, found: _Found, now: datetime
    ) -> None:
        self._begin(key, listing, cursor, found, now)
        try:
            self._read_on(key, listing, cursor, found)
        except Outdated:
            stale = cursor.walks[key]
            fresh = stale.afresh() if stale.token else stale.without_since()
            cursor.walks[key] = fresh
            self._begin(key, listing, cursor, found, now)
            self._read_on(key, listing, cursor, found)

    def _begin(
        self, key: str, listing: Listing, cursor: XCursor, found: _Found, now: datetime
    ) -> None:
        """Set a walk under way, and tell what it can no longer reach."""
        walk = cursor.walks.get(key)
        if walk is None:
            is_search = key != MENTIONS
            new = cursor.new_walk([*self._searches], self._pace, now)
            walk = new if is_search else Walk()
        window = listing.window
        missed = walk.missed(now, window)
        if missed is not None and window is not None:
            reason = "X's search shows seven days; what was said before is not found"
            found.gaps.append(Gap(missed, now - window, reason))
        cursor.walks[key] = walk.begun(now, now - self._pace.look_back, window)

    def _read_on(
        self, key: str, listing: Listing, cursor: XCursor, found: _Found
    ) -> None:
        before = cursor.walks[key]
        for page, walk in self._reader.pages(listing, before, self._pace.max_pages):
            posts, aside = page.posts()
            found.posts += posts
            found.aside += aside
            passed = before.count + page.count
            if not walk.is_under_way and listing.window is None:
                found.gaps += _cut_short(before, passed, posts)
            cursor.walks[key] = before = walk


def _cut_short(walk: Walk, passed: int, last: Sequence[Post]) -> list[Gap]:
    """Return a gap where a timeline ended because X shows no more of it."""
    if passed < LONGEST_TIMELINE or not last:
        return []
    oldest = min(post.posted_at for post in last)
    since = replace(walk, started=None).floor
    reason = f"X shows only the newest {LONGEST_TIMELINE} mentions"
    return [Gap(since, oldest, reason)]
