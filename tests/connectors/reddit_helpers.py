"""A Reddit with a clock, and connectors over it."""

from datetime import UTC, datetime, timedelta

from connectors import Context, Target, Terms
from connectors.reddit import RedditSource
from tests.fakes.reddit import FakeReddit

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACME = Terms(brand="Acme", any_of=("acme",))


class World:
    """The fake, the time, and a source that watches r/gadgets and the inbox."""

    def __init__(self, server, **more):
        self.time = NOON
        self.reddit = FakeReddit(server, **more)
        self.reddit.clock = self.now

    def now(self):
        return self.time

    def ago(self, **delta):
        return self.time - timedelta(**delta)

    def connect(self, terms=(ACME,), **settings):
        settings = {"subreddits": ["gadgets"], "timeout": "10s", **settings}
        source = RedditSource(**self.reddit.settings(**settings))
        return source.connect(list(terms), Context(now=self.now))

    def submit(self, text="acme fails", **more):
        return self.reddit.submit("ann", text, "", self.ago(hours=1), **more)

    def comment(self, text="acme fails", **more):
        return self.reddit.comment("ann", text, self.ago(hours=1), "t3_1", **more)


def target_of(post):
    return Target(
        id=post.id,
        url=post.url,
        author=post.author,
        posted_at=post.posted_at,
        kind=post.kind,
        parent_id=post.parent_id,
        root_id=post.root_id,
        ref=post.ref,
    )
