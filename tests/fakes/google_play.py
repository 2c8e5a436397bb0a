"""Google Play's reviews on 127.0.0.1, for google-api-python-client to talk to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from connectors.google_play import GooglePlayConnector, GooglePlaySource
from tests.fakes.google import FAILURES, FakeGoogle, error, ok
from tests.fakes.server import Reply, Request, serving

PACKAGE = "com.acme.app"
PREFIX = "/androidpublisher/v3/applications/"


@dataclass
class Review:
    id: str
    package: str
    author: str | None
    text: str
    stars: int
    changed: datetime
    reply: tuple[str, datetime] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class FakeGooglePlay(FakeGoogle):
    """Shows what changed within `window`. `forget_tokens` leaves out the next page's.

    `shows_old` says whether a review asked for by its id is shown after that.
    """

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.reviews: dict[str, Review] = {}
        self.packages = {PACKAGE}
        self.closed: set[str] = set()
        self.window = timedelta(days=7)
        self.forget_tokens = False
        self.shows_old = True
        self.total: int | None = None
        self.numbers = 0

    def publish(
        self,
        author: str | None,
        text: str,
        at: datetime,
        *,
        stars: int = 5,
        package: str = PACKAGE,
        **extra: Any,
    ) -> str:
        self.numbers += 1
        key = f"gp:AOqpTOE_{self.numbers}"
        self.reviews[key] = Review(key, package, author, text, stars, at, extra=extra)
        return key

    def edit(self, key: str, text: str, at: datetime, stars: int = 0) -> None:
        review = self.reviews[key]
        review.text, review.changed = text, at
        review.stars = stars or review.stars

    def delete(self, key: str) -> None:
        del self.reviews[key]

    def answer_natively(self, key: str, text: str, at: datetime) -> None:
        self.reviews[key].reply = (text, at)

    def replies(self, key: str) -> list[str]:
        reply = self.reviews[key].reply
        return [reply[0]] if reply else []

    def source(self, **settings: Any) -> GooglePlaySource:
        told = {
            "type": "google_play",
            "name": "play",
            "packages": [PACKAGE],
            "api_base": self.server.url("/"),
            **self.settings(),
        }
        return GooglePlaySource.model_validate({**told, **settings})

    def connect(self, **settings: Any) -> GooglePlayConnector:
        return GooglePlayConnector(self.source(**settings), lambda: self.now)

    def serve(self, request: Request) -> Reply:
        package, _, rest = request.path.removeprefix(PREFIX).partition("/")
        if package not in self.packages:
            return error(404, message="No application was found for this package name.")
        if package in self.closed:
            return FAILURES["403"]
        if rest == "reviews":
            return self._list(request, package)
        key = unquote(rest).removeprefix("reviews/").removesuffix(":reply")
        if key not in self.reviews or self._is_hidden(self.reviews[key]):
            return FAILURES["404"]
        if rest.endswith(":reply"):
            return self._reply(request, key)
        return ok(_shown(self.reviews[key]))

    def _is_hidden(self, review: Review) -> bool:
        return not self.shows_old and self.now - review.changed > self.window

    def _list(self, request: Request, package: str) -> Reply:
        mine = [
            one
            for one in self.reviews.values()
            if one.package == package and self.now - one.changed <= self.window
        ]
        mine.sort(key=lambda one: one.changed, reverse=True)
        token = request.query.get("token", "")
        if token and not token.isdigit():
            return error(400, message="Invalid Value", reason="invalid")
        shown = [_shown(one) for one in mine]
        page = self.a_page("reviews", shown, token, int(request.query["maxResults"]))
        if page is None:
            return Reply(json.dumps({"reviews": shown}).encode(), cut=20)
        items, following = page
        told: dict[str, Any] = {"reviews": items} if items else {}
        if self.total is not None:
            told["pageInfo"] = {"totalResults": self.total, "startIndex": 0}
        if following and not self.forget_tokens:
            told["tokenPagination"] = {"nextPageToken": following}
        return ok(told)

    def _reply(self, request: Request, key: str) -> Reply:
        text = json.loads(request.body)["replyText"]
        if len(text) > 350:
            return error(400, message="Reply text is too long", reason="invalid")

        def keep() -> None:
            self.reviews[key].reply = (text, self.now)

        edited = _stamp(self.now)
        told = ok({"result": {"replyText": text, "lastEdited": edited}})
        return self.store(request, keep) or told


def _stamp(at: datetime) -> dict[str, Any]:
    return {"seconds": str(int(at.timestamp())), "nanos": at.microsecond * 1000}


def _shown(review: Review) -> dict[str, Any]:
    said = {
        "text": review.text,
        "lastModified": _stamp(review.changed),
        "starRating": review.stars,
        "reviewerLanguage": "en_GB",
        **review.extra,
    }
    comments: list[dict[str, Any]] = [{"userComment": said}]
    if review.reply:
        text, at = review.reply
        answer = {"text": text, "lastModified": _stamp(at)}
        comments.append({"developerComment": answer})
    told: dict[str, Any] = {"reviewId": review.id, "comments": comments}
    if review.author is not None:
        told["authorName"] = review.author
    return told


@contextmanager
def google_play() -> Iterator[FakeGooglePlay]:
    with serving() as server:
        yield FakeGooglePlay(server)
