"""Trustpilot's private side for the contract suite."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from connectors import Connector, Context, Refused, Unavailable
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes.server import serving
from tests.fakes.trustpilot import (
    EMAIL,
    FAILURES,
    KEY,
    NOW,
    ORDER,
    SECRET,
    FakeTrustpilot,
)

REFUSED = {"401", "403", "404"}


class _Platform:
    def __init__(self, fake: FakeTrustpilot) -> None:
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
def _trustpilot(page: int) -> Iterator[FakePlatform]:
    with serving() as server:
        yield _Platform(FakeTrustpilot(server, page))


CASE = Case(
    name="trustpilot",
    platform=_trustpilot,
    failures={name: Refused if name in REFUSED else Unavailable for name in FAILURES},
    secrets=[KEY, SECRET, "bearer-t0ken", EMAIL, ORDER],
)
