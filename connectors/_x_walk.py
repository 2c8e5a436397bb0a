"""How far a newest-first list of X has been read. Pure: no network, no clock.

https://docs.x.com/x-api/posts/search/integrate/paginate: the list is asked for all
after `since_id`, page by page along `next_token`; the newest id of the FIRST page
is the next `since_id`. A walk may stop after any page and go on in a later poll.

X's lists do not show every post at once, and one that shows late may have a lower id
than one that we saw. So a walk begins `LATE` before the time up to which was read; what
was read of that stretch is known by its ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

WINDOW = timedelta(days=6, hours=23)  # X: 7 days, to the second
SAFE_SINCE = timedelta(days=6, hours=20)
OVERLAP = timedelta(minutes=2)  # a start time is compared to the second, clocks differ
LATE = timedelta(minutes=2)  # search holds back 30 s by itself; the rest is a guess
MOST_KNOWN = 300  # ids; one that is forgotten is only read and paid once more
LONGEST_TIMELINE = 800  # X shows no more of a mentions timeline (from memory)

_SLACK = timedelta(minutes=55)  # X's 7 days less WINDOW, nearly: for walks under way
_EPOCH_MS = 1_288_834_974_657  # X's ids count milliseconds from here


def time_of(post_id: str) -> datetime:
    """Return when an id was given out: its upper bits are a time (a "snowflake")."""
    ms = (int(post_id) >> 22) + _EPOCH_MS
    return datetime.fromtimestamp(ms / 1000, UTC)


def id_at(at: datetime) -> str:
    """Return the id just before the first one that could be given out at a time."""
    ms = int(at.timestamp() * 1000) - _EPOCH_MS
    return str(max(0, (ms << 22) - 1))


def newer(one: str | None, other: str | None) -> str | None:
    """Return the later of two ids. They are numbers: as strings "9" > "10"."""
    if one is None or other is None:
        return one or other
    return max(one, other, key=int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One list, and how far it is read. `write()` is JSON.

    Everything up to `since_id`, and up to the time `read_until`, was read, but for what
    shows late; `known` are the ids read of the stretch where that may be. While a walk
    is under way (`started` is set), `after_id` or `from_time` is where it will end,
    `token` is its next page, `newest` the newest id it began with, `count` how many
    posts it has passed, and `met` those ids that it leaves to the next as `known`.

    A walk that took several polls (`resumed`) is followed by one to `catch_up` with
    what is newer than its start: it reads nothing again, and leaves `read_until` as it
    is, so that the next walk begins before that.
    """

    since_id: str | None = None
    read_until: datetime | None = None
    started: datetime | None = None
    after_id: str | None = None
    from_time: datetime | None = None
    token: str | None = None
    newest: str | None = None
    count: int = 0
    known: Sequence[str] = ()
    met: Sequence[str] = ()
    catch_up: bool = False
    resumed: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> "Walk":
        told = dict(stored or {})
        for name in ("read_until", "started", "from_time"):
            if name in told:
                told[name] = datetime.fromisoformat(told[name])
        for name in ("known", "met"):
            told[name] = tuple(told.get(name, ()))
        return cls(**told, resumed="started" in told)

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
            "known": list(self.known),
            "met": list(self.met),
            "catch_up": self.catch_up,
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
        fresh = replace(self.afresh(), read_until=self.read_until, started=now)
        limit = now - SAFE_SINCE if window else None
        after = self._settled()
        if after and (limit is None or time_of(after) > limit):
            return replace(fresh, after_id=after)
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
        since = self.floor - LATE
        return since if not goes_on and since < now - window else None

    def paged(
        self,
        newest: str | None,
        token: str | None,
        count: int,
        ids: Sequence[str] = (),
    ) -> "Walk":
        """Return the walk after one page; without a `token` it has come to its end."""
        top = self.newest or newest
        passed = self.count + count
        met = (*self.met, *filter(self._is_known_next, ids))[:MOST_KNOWN]
        if token is not None:
            return replace(self, newest=top, token=token, count=passed, met=met)
        return Walk(
            since_id=newer(self.since_id, top),
            read_until=self._reads_until,
            known=(*met, *self.known)[:MOST_KNOWN] if self.catch_up else met,
            catch_up=self.resumed,
        )

    def afresh(self) -> "Walk":
        """Return the walk not under way: its next one begins at the top again."""
        return replace(self.without_since(), since_id=self.since_id)

    def without_since(self) -> "Walk":
        """Return the walk for a list whose `since_id` X no longer takes."""
        return Walk(read_until=self.floor, known=self.known, catch_up=self.catch_up)

    def paid_on(self, day: date) -> Sequence[str]:
        """Return the ids that were read, and so billed, on this UTC day already."""
        at = self.read_until
        return self.known if at and at.astimezone(UTC).date() == day else ()

    @property
    def _reads_until(self) -> datetime | None:
        """Return up to when all will be read once this walk has come to its end."""
        return self.read_until if self.catch_up else self.started

    def _settled(self) -> str | None:
        """Return the id up to which all was read, and nothing can show late any more."""
        if self.since_id is None or self.read_until is None or self.catch_up:
            return self.since_id
        return min(self.since_id, id_at(self.read_until - LATE), key=int)

    def _is_known_next(self, post_id: str) -> bool:
        """Tell whether the next walk will come by this post again."""
        until = self._reads_until
        return until is not None and int(post_id) > int(id_at(until - LATE))

    def _is_stale(self, now: datetime, window: timedelta | None) -> bool:
        """Tell whether X would no longer take this walk's end: begin another."""
        end = time_of(self.after_id) if self.after_id else self.from_time
        return window is not None and end is not None and end < now - window - _SLACK


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
