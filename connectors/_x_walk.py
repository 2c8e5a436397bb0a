"""How far a newest-first list of X has been read. Pure: no network, no clock.

https://docs.x.com/x-api/posts/search/integrate/paginate: the list is asked for all
after `since_id`, page by page along `next_token`; the newest id of the FIRST page
is the next `since_id`. A walk may stop after any page and go on in a later poll.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

WINDOW = timedelta(days=6, hours=23)  # X: 7 days, to the second
SAFE_SINCE = timedelta(days=6, hours=20)
OVERLAP = timedelta(minutes=2)  # a start time is compared to the second, clocks differ
LONGEST_TIMELINE = 800  # X shows no more of a mentions timeline (from memory)

_SLACK = timedelta(minutes=55)  # X's 7 days less WINDOW, nearly: for walks under way
_EPOCH_MS = 1_288_834_974_657  # X's ids count milliseconds from here


def time_of(post_id: str) -> datetime:
    """Return when an id was given out: its upper bits are a time (a "snowflake")."""
    ms = (int(post_id) >> 22) + _EPOCH_MS
    return datetime.fromtimestamp(ms / 1000, UTC)


def newer(one: str | None, other: str | None) -> str | None:
    """Return the later of two ids. They are numbers: as strings "9" > "10"."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One list, and how far it is read. `write()` is JSON.

    Everything up to `since_id`, and up to the time `read_until`, was read. While a
    walk is under way (`started` is set), `after_id` or `from_time` is where it will
    end, `token` is its next page, `newest` the newest id it began with, and `count`
    how many posts it has passed.
    """

    since_id: str | None = None
    read_until: datetime | None = None
    started: datetime | None = None
    after_id: str | None = None
    from_time: datetime | None = None
    token: str | None = None
    newest: str | None = None
    count: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Walk":
        told = dict(stored or {})
        for name in ("read_until", "started", "from_time"):
            if name in told:
                told[name] = datetime.fromisoformat(told[name])
        return cls(**told)

    def write(self) -> dict[str, Any]:
        kept = {
            "since_id": self.since_id,
            "read_until": _iso(self.read_until),
            "started": _iso(self.started),
            "after_id": self.after_id,
            "from_time": _iso(self.from_time),
            "token": self.token,
            "newest": self.newest,
            "count": self.count,
        }
        return {name: value for name, value in kept.items() if value}

    @property
    def is_under_way(self) -> bool:
        return self.started is not None

    @property
    def floor(self) -> datetime | None:
        """When everything before was read, or was never to be read; None if new."""
        if self.read_until is not None:
            return self.read_until
        if self.from_time is not None:
            return self.from_time
        return time_of(self.since_id) if self.since_id else None

    def begun(
        self, now: datetime, first: datetime, window: timedelta | None = WINDOW
    ) -> "Walk":
        """Return the walk, under way: from the top if it was not, or has grown stale.

        `first` is how far back the very first walk goes. `window` is how far back X
        shows this list at all, None where it sets no limit in time.
        """
        if self.is_under_way and not self._is_stale(now, window):
            return self
        fresh = Walk(since_id=self.since_id, read_until=self.read_until, started=now)
        limit = now - SAFE_SINCE if window else None
        if self.since_id and (limit is None or time_of(self.since_id) > limit):
            return replace(fresh, after_id=self.since_id)
        start = first if self.floor is None else self.floor - OVERLAP
        return replace(fresh, from_time=max(start, now - window) if window else start)

    def missed(
        self, now: datetime, window: timedelta | None = WINDOW
    ) -> datetime | None:
        """Return from when on posts are out of X's sight, if the next walk misses any.

        A brand that nobody named for a month misses nothing: we looked all along.
        """
        if window is None or self.floor is None:
            return None
        goes_on = self.is_under_way and not self._is_stale(now, window)
        return self.floor if not goes_on and self.floor < now - window else None

    def paged(self, newest: str | None, token: str | None, count: int) -> "Walk":
        """Return the walk after one page; without a `token` it has come to its end."""
        top = self.newest or newest
        passed = self.count + count
        if token is not None:
            return replace(self, newest=top, token=token, count=passed)
        return Walk(since_id=newer(self.since_id, top), read_until=self.started)

    def afresh(self) -> "Walk":
        """Return the walk not under way: its next one begins at the top again."""
        return Walk(since_id=self.since_id, read_until=self.floor)

    def without_since(self) -> "Walk":
        """Return the walk for a list whose `since_id` X no longer takes."""
        return Walk(read_until=self.floor)

    def _is_stale(self, now: datetime, window: timedelta | None) -> bool:
        """Tell whether X would no longer take this walk's end: begin another."""
        end = time_of(self.after_id) if self.after_id else self.from_time
        return window is not None and end is not None and end < now - window - _SLACK


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
