"""The App Store's public feed for the contract suite: ten pages, so none too short."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from connectors import Connector, Context, Refused, Unavailable
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes.app_store_feed import FAILURES, FakeAppStoreFeed
from tests.fakes.server import serving

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SMALLEST_PAGE = 7


class _Platform:
    def __init__(self, fake: FakeAppStoreFeed) -> None:
        self._fake = fake
        self.cut = fake.faults.cut
        self.fail = fake.faults.fail
        self.mend = fake.faults.mend

    def connect(self, timeout: timedelta) -> Connector:
        source = self._fake.source_settings(timeout=timeout)
        return source.connect((), Context(now=lambda: NOW))

    def publish(self, posts: Sequence[Written]) -> None:
        for post in posts:
            self._fake.publish(post.author, post.text, post.posted_at)


@contextmanager
def _feed(page: int) -> Iterator[FakePlatform]:
    with serving() as server:
        yield _Platform(FakeAppStoreFeed(server, max(page, SMALLEST_PAGE)))


# "empty feed" and "404" are failures only for a feed that worked, and "400" is the
# other way round; the connector's own tests have them.
CASE = Case(
    name="app_store_feed",
    platform=_feed,
    failures={
        name: Refused if name == "400" else Unavailable
        for name in FAILURES
        if name not in {"404", "empty feed"}
    },
)
