"""Trustpilot on 127.0.0.1: tokens, numbered pages, replies, what is private."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.trustpilot import TrustpilotSource
from tests.fakes.reviews import Faults
from tests.fakes.server import FakeServer, Reply, Request, serving

UNIT = "46d6a890000064000500e0c3"
USER = "53e0a1b2000064000500abcd"
KEY = "trust-4pi-key"
SECRET = "trust-4pi-s3cret"  # noqa: S105
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN_PATH = "/oauth/accesstoken"  # noqa: S105
EMAIL = "jane.private@customer.example"
ORDER = "ORDER-0815-PRIVATE"

FAILURES = {
    "401": Reply(b'{"message": "Unauthorized"}', 401),
    "403": Reply(b'{"message": "Forbidden"}', 403),
    "404": Reply(b'{"message": "Not found"}', 404),
    "429": Reply(b'{"message": "Too many requests"}', 429, {"Retry-After": "30"}),
    "500": Reply(b"", 500),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "not json": Reply(b"<html>maintenance</html>"),
    "odd shape": Reply(b'{"reviews": 3}'),
}


@dataclass(slots=True)
class Review:
    id: str
    author: str
    text: str
    at: datetime
    title: str = ""
    stars: int = 5
    language: str = "en"
    updated: datetime | None = None
    reply: dict[str, Any] | None = None
    status: str = "active"
    report: dict[str, Any] | None = None

    def told(self, *, private: bool) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": self.id,
            "consumer": {"id": f"c{self.id}", "displayName": self.author},
            "stars": self.stars,
            "title": self.title,
            "text": self.text,
            "language": self.language,
            "createdAt": self.at.isoformat().replace("+00:00", "Z"),
            "updatedAt": self.updated.isoformat() if self.updated else None,
            "companyReply": self.reply,
            "status": self.status,
            "reportData": self.report,
        }
        if private:
            told |= {"referenceId": ORDER, "referralEmail": EMAIL}
            told["consumer"]["email"] = EMAIL
        return told


@dataclass(slots=True)
class FakeTrustpilot:
    server: FakeServer = field(repr=False)
    page_size: int = 100
    now: Callable[[], datetime] = lambda: NOW
    token_life: int = 359_999
    faults: Faults = field(default_factory=lambda: Faults(FAILURES))
    reviews: list[Review] = field(default_factory=list)
    tokens: list[datetime] = field(default_factory=list)
    """When each token was given; the last alone is good."""
    revoked: bool = False
    meanwhile: Callable[[int], None] = lambda page: None
    """Called with its number after each page was answered: what happens before the
    next call."""
    _count: int = 0

    def __post_init__(self) -> None:
        self.server.on("*", self._answer)

    def source_settings(self, **more: Any) -> TrustpilotSource:
        given: dict[str, Any] = {
            "type": "trustpilot",
            "name": "trustpilot",
            "business_unit_id": UNIT,
            "api_key": KEY,
            "api_secret": SECRET,
            "business_user_id": USER,
            "api_base": self.server.url("/v1"),
            "token_url": self.server.url(TOKEN_PATH),
        }
        return TrustpilotSource(**{**given, **more})

    def publish(self, author: str, text: str, at: datetime, **more: Any) -> str:
        self._count += 1
        review = Review(f"{self._count:024x}", author, text, at, **more)
        self.reviews.append(review)
        return review.id

    def edit(self, id_: str, text: str, at: datetime, stars: int | None = None) -> None:
        review = self._find(id_)
        review.text, review.updated = text, at
        review.stars = stars or review.stars

    def delete(self, id_: str) -> None:
        self.reviews.remove(self._find(id_))

    def report(self, id_: str) -> None:
        self._find(id_).report = {"source": "Trustpilot", "reasons": ["private"]}

    def answer_natively(self, id_: str, text: str, at: datetime) -> None:
        self._reply(self._find(id_), text, at, "Bea of Northwind")

    def replies(self, id_: str) -> list[str]:
        reply = self._find(id_).reply
        return [reply["text"]] if reply else []

    def revoke(self) -> None:
        """End the token before its time."""
        self.revoked = True

    def _find(self, id_: str) -> Review:
        return next(review for review in self.reviews if review.id == id_)

    def _reply(self, review: Review, text: str, at: datetime, who: str) -> None:
        review.reply = {
            "text": text,
            "createdAt": at.replace(microsecond=0).isoformat(),
            "updatedAt": None,
            "authorBusinessUserName": who,
        }

    def _answer(self, request: Request) -> Reply:
        if broken := self.faults.broken():
            return broken
        if request.path == TOKEN_PATH:
            return self._token(request)
        path = request.path.removeprefix("/v1/")
        private = path.startswith("private/")
        if not self._is_known(request, private=private):
            return FAILURES["401"]
        path = path.removeprefix("private/")
        if path == f"business-units/{UNIT}/reviews":
            return self._list(request, private=private)
        if found := re.fullmatch(r"reviews/(\w+)(/reply)?", path):
            return self._one(request, found[1], private=private, reply=bool(found[2]))
        return FAILURES["404"]

    def _token(self, request: Request) -> Reply:
        pair = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return Reply(b'{"error": "invalid_client"}', 401)
        if request.body != b"grant_type=client_credentials":
            return Reply(b'{"error": "unsupported_grant_type"}', 400)
        self.tokens.append(self.now())
        self.revoked = False
        told = {"access_token": f"bearer-t0ken-{len(self.tokens)}",
                "expires_in": str(self.token_life)}  # fmt: skip
        return Reply(json.dumps(told).encode())

    def _is_known(self, request: Request, *, private: bool) -> bool:
        if not private:
            return request.headers.get("apikey") == KEY
        told = request.headers.get("authorization")
        age = (self.now() - self.tokens[-1]).total_seconds() if self.tokens else 0
        good = bool(self.tokens) and not self.revoked and age < self.token_life
        return good and told == f"Bearer bearer-t0ken-{len(self.tokens)}"

    def _list(self, request: Request, *, private: bool) -> Reply:
        assert request.query["orderBy"] == "createdat.desc"
        size = min(self.page_size, int(request.query["perPage"]))
        start = (int(request.query["page"]) - 1) * size
        newest = sorted(self.reviews, key=lambda r: r.at, reverse=True)
        page = [r.told(private=private) for r in newest[start : start + size]]
        reply = self.faults.page(json.dumps({"links": [], "reviews": page}).encode())
        self.meanwhile(int(request.query["page"]))
        return reply

    def _one(self, request: Request, id_: str, *, private: bool, reply: bool) -> Reply:
        found = [review for review in self.reviews if review.id == id_]
        if not found:
            return FAILURES["404"]
        if not reply:
            return Reply(json.dumps(found[0].told(private=private)).encode())
        told = json.loads(request.body)
        if not private or set(told) != {"authorBusinessUserId", "message"}:
            return Reply(b'{"message": "authorBusinessUserId is missing"}', 400)
        if self.faults.drop_before_storing:
            return Reply(drop=True)
        self._reply(found[0], told["message"], self.now(), "Everyreply")
        return Reply(drop=True) if self.faults.drop_after_storing else Reply(status=201)


@contextmanager
def trustpilot(page_size: int = 100) -> Iterator[FakeTrustpilot]:
    with serving() as server:
        yield FakeTrustpilot(server, page_size)
