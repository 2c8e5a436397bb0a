"""X for the contract suite, by each of its two ways in: mentions, and search."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta

from connectors import Connector, Refused, Terms, Unavailable
from connectors.base import Context
from connectors.x import XSource
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes.server import FakeServer, serving
from tests.fakes.x import BRAND, FAILURES, SECRETS, FakeX

BEFORE = datetime(2026, 3, 1, 8, tzinfo=UTC)  # all that the suite writes
TICK = timedelta(microseconds=10)  # a poll must not run ahead of the next post
REFUSED = {"400", "401", "403", "404", "redirect"}
TERMS = [
    Terms(
        "acme",
        any_of=[
            "acme",
            "thanks",
            "script",
            "mentions",
            "zero",
            "ok",
            "home",
            "hyperlink",
        ],
    )
]


class Platform:
    """Its clock shows when the newest post was written."""

    def __init__(self, server: FakeServer, page: int, *, by_search: bool) -> None:
        self._time = BEFORE
        self._by_search = by_search
        self._fake = FakeX(server, self._now, page)
        self.cut, self.fail, self.mend = (
            self._fake.cut,
            self._fake.fail,
            self._fake.mend,
        )

    def connect(self, timeout: timedelta) -> Connector:
        settings = self._fake.settings(user=not self._by_search, bearer=self._by_search)
        settings |= {"look_back": "6d", "search_every": TICK}
        settings |= {"timeout": timeout, "budget": 10_000}
        return XSource(**settings).connect(TERMS, Context(now=self._now))

    def publish(self, posts: Sequence[Written]) -> None:
        for post in posts:
            self._fake.publish(post.author, post.text, post.posted_at, mentions=[BRAND])
            self._time = max(self._time, post.posted_at)

    def _now(self) -> datetime:
        self._time += TICK
        return self._time


def _platform(
    *, by_search: bool
) -> Callable[[int], AbstractContextManager[FakePlatform]]:
    @contextmanager
    def platform(page: int) -> Iterator[FakePlatform]:
        with serving() as server:
            yield Platform(server, page, by_search=by_search)

    return platform


def _case(name: str, *, by_search: bool) -> Case:
    return Case(
        name=name,
        platform=_platform(by_search=by_search),
        failures={f: Refused if f in REFUSED else Unavailable for f in FAILURES},
        secrets=SECRETS,
    )


CASES = (_case("x-mentions", by_search=False), _case("x-search", by_search=True))
