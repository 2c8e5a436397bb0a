"""Reddit for the contract suite: every other post is a comment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from connectors import Connector, Context, Refused, Terms, Unavailable
from connectors.reddit import RedditSource
from tests.contract.case import Case, FakePlatform, Written
from tests.fakes import reddit as fake
from tests.fakes.server import Reply, serving

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)  # after all that the suite writes

FAILURES = {
    "401": Reply(status=401),
    "403": Reply(b"blocked by network security", 403),
    "404": Reply(status=404),
    "302": Reply(status=302, headers={"Location": "/subreddits/search"}),
    "414": Reply(b"Error: URI Too Long", 414),
    "429": Reply(status=429, headers={"Retry-After": "60"}),
    "503": Reply(b"down", 503),
    "timeout": Reply(delay=30),
    "dropped": Reply(drop=True),
    "empty": Reply(b""),
    "broken": Reply(b'{"kind": "Lis'),
    "web page": Reply(b"<html>hello</html>"),
}
TOKEN_FAILURES = {
    "no grant": Reply(b'{"error": "invalid_grant"}'),
    "no such app": Reply(b'{"error": 401}', 401),
    "token 429": Reply(b'{"error": 429}', 429),
    "token page": Reply(b"<html>hello</html>"),
}
REFUSED = {"401", "403", "404", "302", "414", "no grant", "no such app"}


class ContractReddit:
    """Submissions and comments in turn, so that two listings are walked."""

    def __init__(self, platform: fake.FakeReddit, page: int) -> None:
        self._reddit = platform
        self._page = page
        self._count = 0
        self._looks = count()

    def _now(self) -> datetime:
        """Each look at the clock is a moment later than the one before."""
        return NOW + timedelta(milliseconds=next(self._looks))

    def connect(self, timeout: timedelta) -> Connector:
        settings = self._reddit.settings(
            subreddits=["gadgets"],
            inbox=False,
            page=self._page,
            search_every=timedelta(microseconds=1),
            first=timedelta(days=3650),
            timeout=timeout,
        )
        context = Context(now=self._now)
        terms = [Terms(brand="Acme", any_of=EVERYTHING)]
        return RedditSource(**settings).connect(terms, context)

    def publish(self, posts: Sequence[Written]) -> None:
        for post in posts:
            self._count += 1
            title, _, rest = post.text.partition("\n")
            if self._count % 2:
                self._reddit.submit(post.author, title, rest, post.posted_at)
            else:
                self._reddit.comment(post.author, post.text, post.posted_at, "t3_1")

    def cut(self, pages: int) -> None:
        self.mend()
        self._reddit.cut_after = pages

    def fail(self, failure: str) -> None:
        self.mend()
        if failure in TOKEN_FAILURES:
            self._reddit.token_failure = TOKEN_FAILURES[failure]
            self._reddit.stale_tokens = 1_000_000  # so that a token is asked for
        else:
            self._reddit.failure = lambda _: FAILURES[failure]

    def mend(self) -> None:
        self._reddit.stale_tokens = 0
        self._reddit.mend()


# The suite writes what it likes, and the fake's search finds any quoted phrase.
EVERYTHING = ("a", "e", "i", "o", "u")


@contextmanager
def _reddit(page: int) -> Iterator[FakePlatform]:
    with serving() as server:
        yield ContractReddit(fake.FakeReddit(server), page)


CASE = Case(
    name="reddit",
    platform=_reddit,
    failures={
        name: Refused if name in REFUSED else Unavailable
        for name in [*FAILURES, *TOKEN_FAILURES]
    },
    secrets=[fake.CLIENT_SECRET, fake.REFRESH_TOKEN, fake.ACCESS],
)
