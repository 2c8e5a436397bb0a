"""Google Play for the contract suite: pages, what changed last first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from connectors import Connector, Refused, Unavailable
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes.google import FAILURES, REFRESH, REFUSED, SECRET, TOKEN
from tests.fakes.google_play import FakeGooglePlay, google_play


class Platform:
    """The fake, as the suite drives it."""

    def __init__(self, fake: FakeGooglePlay) -> None:
        self._fake = fake
        self.cut, self.fail, self.mend = fake.cut, fake.fail, fake.mend

    def connect(self, timeout: timedelta) -> Connector:
        return self._fake.connect(timeout=timeout)

    def publish(self, posts: Sequence[Written]) -> None:
        for post in posts:
            self._fake.publish(post.author, post.text, post.posted_at)


@contextmanager
def _platform(page: int) -> Iterator[FakePlatform]:
    with google_play() as fake:
        fake.page = page
        yield Platform(fake)


CASE = Case(
    name="google_play",
    platform=_platform,
    failures={name: Refused if name in REFUSED else Unavailable for name in FAILURES},
    secrets=[SECRET, REFRESH, TOKEN],
)
