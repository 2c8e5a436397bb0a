"""The App Store's public feeds on 127.0.0.1, with their oddities at will."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.app_store_feed import AppStoreFeedSource
from tests.fakes.reviews import Faults
from tests.fakes.server import FakeServer, Reply, Request, serving

APP = "284910350"
FAILURES = {
    "400": Reply(b"bad request", 400),
    "403": Reply(b"", 403),
    "404": Reply(b"", 404),
    "429": Reply(b"", 429, {"Retry-After": "60"}),
    "502": Reply(b"<html><title>Bad Gateway</title></html>", 502),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "not json": Reply(b"<html>busy</html>"),
    "no feed": Reply(b"[]"),
    "empty feed": Reply(b'{"feed": {"author": {}}}'),
}


@dataclass(slots=True)
class Review:
    id: str
    country: str
    author: str
    text: str
    at: datetime | None
    title: str = ""
    rating: int = 5

    def told(self) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "author": {
                "uri": {"label": f"https://itunes.apple.com/us/reviews/id9{self.id}"},
                "name": {"label": self.author},
                "label": "",
            },
            "im:version": {"label": "3.4"},
            "im:rating": {"label": str(self.rating)},
            "id": {"label": self.id},
            "title": {"label": self.title},
            "content": {"label": self.text, "attributes": {"type": "text"}},
            "im:voteSum": {"label": "0"},
        }
        if self.at:
            entry["updated"] = {"label": self.at.isoformat()}
        return entry


THE_APP = {"im:name": {"label": "Northwind"}, "id": {"label": "the app itself"}}


@dataclass(slots=True)
class FakeAppStoreFeed:
    """Ten pages per country, newest first. `shows_app` puts the app on each page."""

    server: FakeServer = field(repr=False)
    page_size: int = 50
    shows_app: bool = False
    silent: set[str] = field(default_factory=set)
    """Countries that answer an empty feed, whatever they hold."""
    meanwhile: Callable[[int], None] = lambda page: None
    """Called with its number after each page was answered."""
    faults: Faults = field(default_factory=lambda: Faults(FAILURES))
    reviews: list[Review] = field(default_factory=list)
    _count: int = 6_000_000_000

    def __post_init__(self) -> None:
        self.server.on("*", self._answer)

    def source_settings(self, **more: Any) -> AppStoreFeedSource:
        given: dict[str, Any] = {
            "type": "app_store_feed",
            "name": "app-store-feed",
            "app_ids": [APP],
            "countries": ["us"],
            "api_base": self.server.url("/"),
        }
        return AppStoreFeedSource(**{**given, **more})

    def publish(self, author: str, text: str, at: datetime | None, **more: Any) -> str:
        self._count += 1
        country = more.pop("country", "us")
        review = Review(str(self._count), country, author, text, at, **more)
        self.reviews.append(review)
        return f"feed-{review.id}"

    def edit(self, id_: str, text: str, at: datetime | None = None) -> None:
        """Change the words; with a new date the review comes first again."""
        review = self._find(id_)
        review.text = text
        if at:
            review.at = at
            self.reviews.remove(review)
            self.reviews.append(review)

    def delete(self, id_: str) -> None:
        self.reviews.remove(self._find(id_))

    def _find(self, id_: str) -> Review:
        return next(one for one in self.reviews if f"feed-{one.id}" == id_)

    def _answer(self, request: Request) -> Reply:
        if broken := self.faults.broken():
            return broken
        shape = (r"/(\w\w)/rss/customerreviews/page=(\d+)/id=(\d+)"
                 r"/sortby=mostrecent/json")  # fmt: skip
        found = re.fullmatch(shape, request.path)
        if not found or not 1 <= int(found[2]) <= 10 or found[3] != APP:
            return FAILURES["400"]
        start = (int(found[2]) - 1) * self.page_size
        mine = [r.told() for r in reversed(self.reviews) if r.country == found[1]]
        page = [] if found[1] in self.silent else mine[start : start + self.page_size]
        reply = self.faults.page(json.dumps(self._feed(page)).encode())
        self.meanwhile(int(found[2]))
        return reply

    def _feed(self, page: list[dict[str, Any]]) -> dict[str, Any]:
        entries = [THE_APP, *page] if self.shows_app else page
        feed: dict[str, Any] = {"author": {"name": {"label": "iTunes Store"}}}
        if entries:  # one is no list, none is no key
            feed["entry"] = entries if len(entries) > 1 else entries[0]
        return {"feed": feed}


@contextmanager
def app_store_feed(page_size: int = 50) -> Iterator[FakeAppStoreFeed]:
    with serving() as server:
        yield FakeAppStoreFeed(server, page_size)
