"""Google Business Profile on 127.0.0.1: accounts, locations, reviews, answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.google_business import GoogleBusinessConnector, GoogleBusinessSource
from tests.fakes.google import FAILURES, FakeGoogle, error, ok, stamp
from tests.fakes.server import Reply, Request, serving

ACCOUNT = "accounts/17"


@dataclass
class Review:
    id: str
    location: str
    author: str | None
    text: str | None
    stars: str
    created: datetime
    updated: datetime
    reply: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class FakeGoogleBusiness(FakeGoogle):
    """One account. `moderation` is the state that answers get through the API;
    `replies_move` says whether an answer moves its review to the top of the list;
    `lost_pages` are the tokens of pages that never come."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.reviews: dict[str, Review] = {}
        self.locations: dict[str, dict[str, Any]] = {}
        self.closed: set[str] = set()
        self.broken: set[str] = set()
        self.slow: set[str] = set()
        self.lost_pages: set[str] = set()
        self.moderation = "APPROVED"
        self.replies_move = True
        self.numbers = 0
        self.add_location("1", "Acme Berlin")

    def add_location(self, number: str, title: str, *, verified: bool = True) -> None:
        uri = f"https://maps.google.com/maps?cid={number}"
        metadata = {"mapsUri": uri, "hasVoiceOfMerchant": verified}
        self.locations[number] = {
            "name": f"locations/{number}",
            "title": title,
            "metadata": metadata,
        }

    def publish(
        self,
        author: str | None,
        text: str | None,
        at: datetime,
        *,
        stars: str = "FIVE",
        location: str = "1",
        **extra: Any,
    ) -> str:
        self.numbers += 1
        key = f"AbFvOq{self.numbers}"
        self.reviews[key] = Review(
            key, location, author, text, stars, at, at, extra=extra
        )
        return key

    def edit(self, key: str, text: str, at: datetime, stars: str = "") -> None:
        review = self.reviews[key]
        review.text, review.updated = text, at
        review.stars = stars or review.stars

    def delete(self, key: str) -> None:
        del self.reviews[key]

    def answer_natively(self, key: str, text: str, at: datetime) -> None:
        self._answer(key, text, at, "APPROVED")

    def decide(self, key: str, state: str, violation: str = "") -> None:
        """Let Google's moderation come to an end."""
        reply = self.reviews[key].reply
        assert reply is not None
        reply["reviewReplyState"] = state
        if violation:
            reply["policyViolation"] = violation

    def replies(self, key: str) -> list[str]:
        reply = self.reviews[key].reply
        return [reply["comment"]] if reply else []

    def source(self, **settings: Any) -> GoogleBusinessSource:
        base = self.server.url("")
        own = {"api_base": base, "accounts_base": base, "locations_base": base}
        told = {"type": "google_business", "name": "maps", **self.settings(), **own}
        return GoogleBusinessSource.model_validate({**told, **settings})

    def connect(self, **settings: Any) -> GoogleBusinessConnector:
        return GoogleBusinessConnector(self.source(**settings), lambda: self.now)

    def serve(self, request: Request) -> Reply:
        path = request.path
        if path == "/v1/accounts":
            return ok({"accounts": [{"name": ACCOUNT, "accountName": "Acme"}]})
        if path == f"/v1/{ACCOUNT}/locations":
            return self._list_locations(request)
        name = path.removeprefix("/v4/")
        if name.endswith("/reviews"):
            return self._list_reviews(request, name.split("/")[3])
        key = name.removesuffix("/reply").rpartition("/")[2]
        if key not in self.reviews:
            return FAILURES["404"]
        if name.endswith("/reply"):
            return self._put_reply(request, key)
        return ok(self._shown(self.reviews[key]))

    def _list_locations(self, request: Request) -> Reply:
        assert request.query["readMask"]
        items = list(self.locations.values())
        start, size = int(request.query.get("pageToken", 0)), 2
        told: dict[str, Any] = {"locations": items[start : start + size]}
        if start + size < len(items):
            told["nextPageToken"] = str(start + size)
        return ok(told)

    def _list_reviews(self, request: Request, location: str) -> Reply:
        if location in self.closed:
            return error(403, "PERMISSION_DENIED", "location is not verified")
        token = request.query.get("pageToken", "")
        if location in self.broken or token in self.lost_pages:
            return FAILURES["500"]
        if location in self.slow:
            return FAILURES["429"]
        mine = [one for one in self.reviews.values() if one.location == location]
        mine.sort(key=lambda one: one.updated, reverse=True)
        if token and not token.isdigit():
            return error(400, "INVALID_ARGUMENT", "Invalid page token")
        shown = [self._shown(one) for one in mine]
        size = int(request.query["pageSize"])
        page = self.a_page("reviews", shown, token, size)
        if page is None:
            return Reply(json.dumps({"reviews": shown}).encode(), cut=20)
        items, following = page
        told: dict[str, Any] = {"reviews": items, "totalReviewCount": len(mine)}
        if following:
            told["nextPageToken"] = following
        return ok(told if mine else {})

    def _put_reply(self, request: Request, key: str) -> Reply:
        text = json.loads(request.body)["comment"]
        keep = lambda: self._answer(key, text, self.now, self.moderation)  # noqa: E731
        broken = self.store(request, keep)
        return broken or ok(self.reviews[key].reply)

    def _answer(self, key: str, text: str, at: datetime, state: str) -> None:
        review = self.reviews[key]
        review.reply = {"comment": text, "updateTime": stamp(at)}
        review.reply["reviewReplyState"] = state
        if self.replies_move:
            review.updated = at

    def _shown(self, review: Review) -> dict[str, Any]:
        where = f"{ACCOUNT}/locations/{review.location}/reviews/{review.id}"
        reviewer: dict[str, Any] = {"displayName": review.author}
        if review.author is None:
            reviewer = {"isAnonymous": True}
        told: dict[str, Any] = {
            "name": where,
            "reviewId": review.id,
            "reviewer": reviewer,
            "starRating": review.stars,
            "createTime": stamp(review.created),
            "updateTime": stamp(review.updated),
            **review.extra,
        }
        if review.text is not None:
            told["comment"] = review.text
        if review.reply:
            told["reviewReply"] = review.reply
        return told


@contextmanager
def google_business() -> Iterator[FakeGoogleBusiness]:
    with serving() as server:
        yield FakeGoogleBusiness(server)
