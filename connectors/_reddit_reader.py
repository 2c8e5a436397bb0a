"""Reads listings page by page, each along its trail, and keeps what came whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, Generic, Protocol, TypeVar

from connectors._reddit_errors import Closed
from connectors._reddit_posts import Thing, Unreadable, read_things
from connectors._reddit_walk import Missed, Page, Sight, Trail
from connectors.base import Gap, Refused, SetAside, Unavailable

LISTING = 1000  # things, and then a listing ends

T = TypeVar("T")


class Getter(Protocol):
    def get(self, path: str, **params: str | int) -> Any: ...


@dataclass(frozen=True, slots=True)
class Listing:
    """One address that shows things newest first; `what` is its name for people.

    `is_search` ones have an interval of their own.
    """

    what: str
    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    is_search: bool = False

    @property
    def key(self) -> str:
        """Return what stands for it in the cursor: another query is another one."""
        told = "\x00".join([self.path, *(f"{k}={v}" for k, v in self.params.items())])
        return blake2b(told.encode(), digest_size=6).hexdigest()


@dataclass(slots=True)
class Reading(Generic[T]):
    """What one poll brought: news by fullname, and every trail after it.

    `left` are the keys of listings that were not read to their end; `refused` says
    which ones a person must look at (a subreddit that went private).
    """

    trails: dict[str, Trail]
    found: dict[str, T] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: list[tuple[Listing, Closed]] = field(default_factory=list)
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """Reads listings; `convert` makes of a thing what is wanted, None to skip it.

    `size` is things per page. A reading goes down a whole listing if need be, so that
    only a failure leaves some of it for the next.
    """

    client: Getter
    convert: Callable[[Thing], T | None]
    size: int

    def read(
        self, listings: Sequence[Listing], trails: Mapping[str, Trail], start: float
    ) -> Reading[T]:
        """Return what is news; trails that no listing belongs to are kept.

        Raises:
            Unavailable: nothing at all could be read. Later, what came is returned.
            Refused: a person must act; of a closed listing, if no other could be read.
        """
        reading: Reading[T] = Reading(dict(trails))
        reading.left = [listing.key for listing in listings]
        for listing in listings:
            reading.trails.setdefault(listing.key, Trail(start=start))
            try:
                self._walk(listing, reading)
            except Unavailable:
                if not reading.pages:
                    raise
                break
            except Closed as e:  # it closes no other
                reading.refused.append((listing, e))
                reading.left.remove(listing.key)
        if reading.refused and not reading.pages:
            raise Refused(str(reading.refused[0][1]))
        return reading

    def _walk(self, listing: Listing, reading: Reading[T]) -> None:
        for _ in range(LISTING // self.size + 1):
            trail = reading.trails[listing.key]
            things, after = self._page(listing, trail.after)
            sights = self._sort(listing, things, trail, reading)
            trail, missed = trail.take(Page(sights, after))
            reading.trails[listing.key] = trail
            reading.pages += 1
            if missed:
                reading.gaps.append(_gap(listing, missed))
            if trail.walk is None:
                reading.left.remove(listing.key)
                return

    def _page(
        self, listing: Listing, after: str | None
    ) -> tuple[list[Thing], str | None]:
        where = {"after": after} if after else {}
        told = self.client.get(listing.path, **listing.params, limit=self.size, **where)
        return read_things(told)

    def _sort(
        self,
        listing: Listing,
        things: Sequence[Thing],
        trail: Trail,
        reading: Reading[T],
    ) -> list[Sight]:
        """Return what the walk must know; keep what is news, set aside what is broken."""
        sights = []
        for thing in filter(lambda one: one.is_public, things):
            try:
                sight = thing.sight
                sights.append(sight)
                if trail.is_news(sight) and (made := self.convert(thing)) is not None:
                    reading.found.setdefault(sight.id, made)
            except Unreadable as e:
                where = f"{listing.what}: {thing.data.get('name') or thing.kind}"
                reading.aside.append(SetAside(where, f"{e}; look at it on Reddit"))
        return sights


def _gap(listing: Listing, missed: Missed) -> Gap:
    since, until = (
        datetime.fromtimestamp(at, UTC) for at in (missed.since, missed.until)
    )
    return Gap(
        since,
        until,
        f"Reddit lists only the newest {missed.count} of {listing.what}, and they do "
        "not reach back to the poll before; poll more often",
    )
