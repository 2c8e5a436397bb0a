"""A feed for the contract suite: one page, newest first, on a local server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from connectors import Connector, Refused, RssSource, Unavailable
from connectors.rss import RssConnector
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes.feed import Item, rss
from tests.fakes.server import FakeServer, Reply, Request, serving

SECRET = "c4pability-5ecret"  # noqa: S105
PATH = f"/alerts/{SECRET}/feed"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # after all that the suite writes

FAILURES = {
    "401": Reply(status=401),
    "403": Reply(f"no access to {PATH}".encode(), 403),
    "410": Reply(status=410),
    "circles": Reply(status=302, headers={"Location": PATH}),
    "429": Reply(status=429, headers={"Retry-After": "60"}),
    "503": Reply(f"{PATH} is down".encode(), 503),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "empty": Reply(b""),
    "broken": Reply(b"<rss version='2.0'><channel><ti"),
}
REFUSED = {"401", "403", "410", "circles"}


class FakeFeed:
    """Shows all its entries and an ETag; `cut` ends the body without a word."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._items: list[Item] = []
        self.mend()

    def connect(self, timeout: timedelta) -> Connector:
        source = RssSource(
            type="rss",
            name="alerts",
            url=self._server.url(PATH),
            allow_private=True,
            timeout=timeout,
        )
        return RssConnector(source, now=lambda: NOW)

    def publish(self, posts: Sequence[Written]) -> None:
        for post in posts:
            number = str(len(self._items) + 1)
            self._items.insert(
                0, Item(number, post.text, None, None, post.author, post.posted_at)
            )
        if self._whole:
            self.mend()

    def cut(self, pages: int) -> None:
        """Send so many entries, and half of the next."""
        self._whole = False
        ends = [len(rss(self._items[:n])) for n in range(len(self._items) + 1)]
        kept = ends[min(pages, len(self._items))]
        reply = Reply(self._body(), headers=self._headers(), length=False, cut=kept)
        self._server.on(PATH, reply)

    def fail(self, failure: str) -> None:
        self._whole = False
        self._server.on(PATH, FAILURES[failure])

    def mend(self) -> None:
        self._whole = True
        headers = self._headers()

        def answer(request: Request) -> Reply:
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Reply(status=304, headers=headers)
            return Reply(self._body(), headers=headers)

        self._server.on(PATH, answer)

    def _body(self) -> bytes:
        return rss(self._items)

    def _headers(self) -> dict[str, str]:
        return {"ETag": f'"{len(self._items)}"'}


@contextmanager
def _feed(_page: int) -> Iterator[FakePlatform]:
    with serving() as server:
        yield FakeFeed(server)


CASE = Case(
    name="rss",
    platform=_feed,
    failures={name: Refused if name in REFUSED else Unavailable for name in FAILURES},
    secrets=[SECRET],
)
