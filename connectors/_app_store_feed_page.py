"""The App Store's public review feed, as Apple's JSON tells it, as our words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connectors._app_store_territories import store_page
from connectors._entries import UNREADABLE
from connectors._feed_cursor import digest
from connectors._review_walk import moment, with_title
from connectors.base import Author, Kind, Post, SetAside, Unavailable

MOST_KEPT = 1000
"""Reviews remembered per place: twice what the feed shows."""


@dataclass(frozen=True, slots=True)
class Place:
    """One app in one country's store."""

    app: str
    country: str

    @property
    def key(self) -> str:
        return f"{self.country}/{self.app}"

    def path(self, page: int) -> str:
        return (
            f"{self.country}/rss/customerreviews/page={page}/id={self.app}"
            "/sortby=mostrecent/json"
        )


@dataclass(frozen=True, slots=True)
class Review:
    """A review as the feed tells it; `at` is None where it tells no date."""

    id: str
    author: Author
    text: str
    rating: float
    at: datetime | None
    version: str

    @property
    def words(self) -> str:
        return digest(self.text, str(self.rating))[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceState:
    """What we remember of a place: digest of the words and date of each review.

    `polled_at` is when we last saw its newest page, `swept_at` when all its pages.
    """

    seen: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    polled_at: datetime | None = None
    swept_at: datetime | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> "PlaceState":
        if kept is None:
            return cls()
        return cls(
            seen={id_: (words, moment(at)) for id_, words, at in kept["seen"]},
            polled_at=moment(kept["polled_at"]),
            swept_at=moment(kept["swept_at"]),
        )

    def write(self) -> dict[str, Any]:
        seen = [[i, words, at.isoformat()] for i, (words, at) in self.seen.items()]
        times = {"polled_at": self.polled_at, "swept_at": self.swept_at}
        return {"seen": seen} | {k: v and v.isoformat() for k, v in times.items()}

    def joins(self, reviews: Iterable[Review]) -> bool:
        return any(review.id in self.seen for review in reviews)

    def after(
        self, reviews: Iterable[Review], now: datetime, *, swept: bool
    ) -> "PlaceState":
        """Return the state with these reviews last, the longest unseen forgotten."""
        shown = {r.id: (r.words, self.written(r, now)) for r in reviews}
        merged = {i: one for i, one in self.seen.items() if i not in shown} | shown
        return PlaceState(
            seen=dict(list(merged.items())[-MOST_KEPT:]),
            polled_at=now,
            swept_at=now if swept or self.swept_at is None else self.swept_at,
        )

    def written(self, review: Review, now: datetime) -> datetime:
        """Return when it was written: as first told, else when we first saw it.

        An edit moves the date in the feed; the review is not younger for it.
        """
        if review.id in self.seen:
            return self.seen[review.id][1]
        return review.at if review.at and review.at <= now else now

    def news(self, reviews: list[Review], place: Place, now: datetime) -> list[Post]:
        """Return what is new or edited, oldest first; undated ones by their place.

        Once each: between two pages a review may move from one to the next.
        """
        posts = []
        for review in {review.id: review for review in reversed(reviews)}.values():
            before = self.seen.get(review.id)
            if before is None or before[0] != review.words:
                post = _to_post(review, place, self.written(review, now))
                edited = self._edited_at(review, now) if before else None
                posts.append(replace(post, edited_at=edited))
        return sorted(posts, key=lambda post: post.posted_at)

    def _edited_at(self, review: Review, now: datetime) -> datetime:
        at, since = review.at, self.polled_at
        return at if at and since and since < at <= now else now


def read_page(told: Any, place: Place) -> tuple[list[Review], list[SetAside]]:
    """Read a page: one entry is no list, and none at all is no key.

    Raises:
        Unavailable: it is no such feed.
    """
    if not isinstance(told, dict) or not isinstance(told.get("feed"), dict):
        raise Unavailable("the App Store answered something that is not its feed")
    entries = told["feed"].get("entry") or []
    entries = entries if isinstance(entries, list) else [entries]
    reviews, unread = [], []
    for number, entry in enumerate(entries, 1):
        try:
            if _label(entry, "im:rating"):  # without it, it is the app itself
                reviews.append(_review(entry))
        except UNREADABLE as e:
            where = f"app {place.app} in {place.country}, entry {number} of a page"
            unread.append(SetAside(where, f"it cannot be read ({type(e).__name__})"))
    return reviews, unread


def _review(entry: Mapping[str, Any]) -> Review:
    author = entry.get("author") or {}
    name = _label(author, "name") or "an App Store customer"
    url = _label(author, "uri") or None
    number = url.rpartition("/id")[2] if url else ""
    updated = _label(entry, "updated")
    if not (id_ := _label(entry, "id")):
        raise ValueError("an entry without an id")
    return Review(
        id=id_,
        author=Author(
            handle=name, name=name, url=url, id=number if number.isdigit() else None
        ),
        text=with_title(_label(entry, "title"), _label(entry, "content")),
        rating=float(_label(entry, "im:rating")),
        at=moment(updated) if updated else None,
        version=_label(entry, "im:version"),
    )


def _label(entry: Mapping[str, Any], name: str) -> str:
    """Return a field's text. Some years tell `content` as text, and again as HTML."""
    told = entry.get(name)
    if isinstance(told, list):
        kinds = [(one.get("attributes") or {}).get("type") for one in told]
        told = told[kinds.index("text")] if "text" in kinds else told[0]
    label = told.get("label") if isinstance(told, dict) else told
    return "" if label is None else str(label).strip()


def _to_post(review: Review, place: Place, written: datetime) -> Post:
    return Post(
        platform="app_store",
        # App Store Connect numbers the same reviews in another way.
        id=f"feed-{review.id}",
        url=store_page(place.app, place.country),
        author=review.author,
        text=review.text,
        posted_at=written,
        kind=Kind.REVIEW,
        rating=review.rating,
        ref={
            "app": place.app,
            "country": place.country,
            "version": review.version,
        },
    )
