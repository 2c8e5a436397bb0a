"""App Store Connect on 127.0.0.1: apps, reviews, answers, tokens, a rolling hour.

It publishes answers at once, unless `publishes` is False: then they stay pending.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.app_store import AppStoreSource
from tests.fakes.reviews import Faults
from tests.fakes.server import FakeServer, Reply, Request, serving

KEY_ID = "2X9R4HXF34"
ISSUER = "57246542-96fe-1a63-e053-0824d011072a"
APP = "284910350"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def new_key() -> str:
    """Return a private key as Apple's .p8 files hold it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def error(status: int, code: str, detail: str, **headers: str) -> Reply:
    told = {"status": str(status), "code": code, "title": code, "detail": detail}
    return Reply(json.dumps({"errors": [told]}).encode(), status, headers)


FAILURES = {
    "401": error(401, "NOT_AUTHORIZED", "Provide a properly configured bearer token"),
    "403": error(403, "FORBIDDEN_ERROR", "The API key in use does not allow this"),
    "404": error(404, "NOT_FOUND", "There is no resource of type apps with this id"),
    "429": error(429, "RATE_LIMIT_EXCEEDED", "Over the limit"),
    "500": error(500, "UNEXPECTED_ERROR", "An unexpected error occurred"),
    "503": Reply(b"<html><title>Service Unavailable</title></html>", 503),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "not json": Reply(b"<html>maintenance</html>"),
    "odd shape": Reply(b'{"data": {"reviews": 3}}'),
}


@dataclass(slots=True)
class Review:
    number: int
    app: str
    author: str
    text: str
    at: datetime
    title: str = ""
    rating: int = 5
    territory: str = "USA"
    response: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return f"00000023-4e4c-d0ec-2f9c-{self.number:012d}"

    def told(self) -> dict[str, Any]:
        named = {"type": "customerReviewResponses", "id": self.response["id"]} if (
            self.response) else None  # fmt: skip
        return {
            "type": "customerReviews",
            "id": self.id,
            "attributes": {
                "rating": self.rating,
                "title": self.title,
                "body": self.text,
                "reviewerNickname": self.author,
                # Apple writes the zone of California.
                "createdDate": (self.at - timedelta(hours=8))
                .isoformat()
                .replace("+00:00", "-08:00"),
                "territory": self.territory,
            },
            "relationships": {"response": {"data": named} if named else {}},
        }


@dataclass(slots=True)
class FakeAppStore:
    server: FakeServer = field(repr=False)
    page_size: int = 200
    private_key: str = field(default_factory=new_key, repr=False)
    now: Callable[[], datetime] = lambda: NOW
    apps: dict[str, str] = field(default_factory=lambda: {APP: "Northwind Coffee"})
    publishes: bool = True
    rate: str | None = None
    """The X-Rate-Limit header of each answer."""
    links: int = 1
    """Turn it up, and the links to next pages given so far are dead."""
    faults: Faults = field(default_factory=lambda: Faults(FAILURES))
    reviews: list[Review] = field(default_factory=list)
    _count: int = 0
    _key: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        key = serialization.load_pem_private_key(self.private_key.encode(), None)
        self._key = key.public_key()
        self.server.on("*", self._answer)

    def source_settings(self, **more: Any) -> AppStoreSource:
        given: dict[str, Any] = {
            "type": "app_store",
            "name": "app-store",
            "key_id": KEY_ID,
            "issuer_id": ISSUER,
            "private_key": self.private_key,
            "app_ids": [APP],
            "api_base": self.server.url("/"),
            "timeout": "0.25s" if self.faults.failing == "timeout" else "5s",
        }
        return AppStoreSource(**{**given, **more})

    def publish(self, author: str, text: str, at: datetime, **more: Any) -> str:
        self._count += 1
        review = Review(self._count, more.pop("app", APP), author, text, at, **more)
        self.reviews.append(review)
        return review.id

    def edit(self, id_: str, text: str, rating: int | None = None) -> None:
        review = self._find(id_)
        review.text, review.rating = text, rating or review.rating

    def delete(self, id_: str) -> None:
        self.reviews.remove(self._find(id_))

    def answer_natively(self, id_: str, text: str, at: datetime) -> str:
        review = self._find(id_)
        self._respond(review, text, at)
        return review.response["id"]

    def publish_answer(self, id_: str) -> None:
        self._find(id_).response["attributes"]["state"] = "PUBLISHED"

    def replies(self, id_: str) -> list[str]:
        response = self._find(id_).response
        return [response["attributes"]["responseBody"]] if response else []

    def _find(self, id_: str) -> Review:
        return next(review for review in self.reviews if review.id == id_)

    def _respond(self, review: Review, text: str, at: datetime) -> None:
        known = review.response["id"] if review.response else None
        review.response = {
            "type": "customerReviewResponses",
            "id": known or f"response-{review.number}",
            "attributes": {
                "responseBody": text,
                "lastModifiedDate": at.replace(microsecond=0).isoformat(),
                "state": "PUBLISHED" if self.publishes else "PENDING_PUBLISH",
            },
        }

    def _answer(self, request: Request) -> Reply:
        if broken := self.faults.broken():
            return broken
        if not self._is_known(request):
            return FAILURES["401"]
        if (request.method, request.path) == ("POST", "/v1/customerReviewResponses"):
            return self._post(json.loads(request.body)["data"])
        if found := re.fullmatch(r"/v1/apps/(\d+)/customerReviews", request.path):
            return self._list(found[1], request)
        if found := re.fullmatch(r"/v1/customerReviews/([\w-]+)", request.path):
            return self._one(found[1])
        return self._apps() if request.path == "/v1/apps" else FAILURES["404"]

    def _apps(self) -> Reply:
        apps = [
            {"type": "apps", "id": app, "attributes": {"name": name}}
            for app, name in self.apps.items()
        ]
        return self._said({"data": apps, "links": {"self": "x"}})

    def _is_known(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        off = {"verify_exp": False, "verify_iat": False}  # by our clock, below
        try:
            claims = jwt.decode(token, self._key, ["ES256"], options=off,
                                audience="appstoreconnect-v1", issuer=ISSUER)  # fmt: skip
        except jwt.PyJWTError:
            return False
        now = self.now().timestamp()
        lives = claims["exp"] - claims["iat"] <= 20 * 60
        known = jwt.get_unverified_header(token)["kid"] == KEY_ID
        return claims["iat"] <= now < claims["exp"] and lives and known

    def _list(self, app: str, request: Request) -> Reply:
        if app not in self.apps:
            return FAILURES["404"]
        links, _, cursor = request.query.get("cursor", "").partition(".")
        if cursor and int(links) != self.links:
            return error(400, "PARAMETER_ERROR.INVALID", "The cursor is not valid")
        below = int(cursor) if cursor else self._count + 1
        size = min(self.page_size, int(request.query.get("limit", 50)))
        mine = sorted((r for r in self.reviews if r.app == app and r.number < below),
                      key=lambda r: -r.number)  # fmt: skip
        page = mine[:size]
        links = {"self": self.server.url(request.path)}
        if len(mine) > size:
            query = (
                f"cursor={self.links}.{page[-1].number}&limit={size}&include=response"
            )
            links["next"] = f"{links['self']}?{query}&sort=-createdDate"
        included = [r.response for r in page if r.response]
        return self._said(
            {"data": [r.told() for r in page], "included": included, "links": links},
            page=True,
        )

    def _one(self, id_: str) -> Reply:
        found = [review for review in self.reviews if review.id == id_]
        if not found:
            return error(404, "NOT_FOUND", f"There is no review with id '{id_}'")
        included = [found[0].response] if found[0].response else []
        return self._said(
            {"data": found[0].told(), "included": included, "links": {"self": "x"}}
        )

    def _post(self, data: dict[str, Any]) -> Reply:
        if self.faults.drop_before_storing:
            return Reply(drop=True)
        id_ = data["relationships"]["review"]["data"]["id"]
        found = [review for review in self.reviews if review.id == id_]
        if not found:
            return error(
                409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "The review does not exist"
            )
        text = data["attributes"]["responseBody"]
        if len(text) > 5970:
            return error(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "responseBody is long")
        self._respond(found[0], text, self.now())
        if self.faults.drop_after_storing:
            return Reply(drop=True)
        said = self._said({"data": found[0].response, "links": {"self": "x"}})
        return Reply(said.body, 201, said.headers)

    def _said(self, told: dict[str, Any], *, page: bool = False) -> Reply:
        headers = {"X-Rate-Limit": self.rate} if self.rate else {}
        body = json.dumps(told).encode()
        return self.faults.page(body, headers) if page else Reply(body, headers=headers)


@contextmanager
def app_store(page_size: int = 200) -> Iterator[FakeAppStore]:
    with serving() as server:
        yield FakeAppStore(server, page_size)
