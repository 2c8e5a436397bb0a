"""The platforms, as the simulated day drives them: all in the same words."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes import app_store, app_store_feed, google, reddit, trustpilot, x
from tests.fakes.app_store import FakeAppStore
from tests.fakes.app_store_feed import FakeAppStoreFeed
from tests.fakes.google_business import FakeGoogleBusiness
from tests.fakes.google_play import PACKAGE, FakeGooglePlay
from tests.fakes.reddit import FakeReddit
from tests.fakes.trustpilot import FakeTrustpilot
from tests.fakes.x import FakeX

STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass
class Written:
    """One post that appeared: all its texts, the latest last, and what became of it."""

    id: str
    at: datetime
    texts: list[str]
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    natives: list[tuple[str, datetime]] = field(default_factory=list)
    replied: bool = False


class Town:
    """One platform's fake. `overwrites`: a second answer takes the first one's place.

    `tells_edits`: it says when a post was edited. `looks_again`: posts deleted there
    can be asked for. `answers`: the brand can answer there.
    """

    overwrites = True
    tells_edits = True
    looks_again = True
    answers = True
    who = "the brand"

    def __init__(self, fake, clock):
        self.fake = fake
        self.clock = clock
        self.written: dict[str, Written] = {}

    def tick(self):
        """Tell the fake the time."""

    def publish(self, author, text, at, dice):
        raise NotImplementedError

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, at)

    def delete(self, post):
        self.fake.delete(post.id)

    def answer(self, post, text, at):
        self.fake.answer_natively(post.id, text, at)

    def changeable(self, post):
        """Return the texts of a post that an edit takes away."""
        return post.texts

    def replies(self, post):
        return self.fake.replies(post.id)


class XTown(Town):
    name = platform = "x"
    overwrites = False
    who = x.BRAND
    secrets = x.SECRETS

    def __init__(self, server, clock, name="x", **settings):
        super().__init__(FakeX(server, clock.peek, page=20), clock)
        self.name = name
        self._more = settings

    def settings(self):
        told = self.fake.settings() | {"name": self.name, "timeout": "10s"}
        return (
            told | {"every": "10m", "search_every": "20m", "page_size": 20} | self._more
        )

    def publish(self, author, text, at, dice):
        """Two in three name the account; the others are only found by search."""
        more = {"mentions": [x.BRAND]} if dice.random() < 0.66 else {}
        return self.fake.publish(author, text, at, **more)


class RedditTown(Town):
    name = platform = "reddit"
    overwrites = False
    who = reddit.BRAND
    secrets = (
        reddit.CLIENT_SECRET, reddit.REFRESH_TOKEN, reddit.ACCESS,
    )  # fmt: skip

    def __init__(self, server, clock):
        super().__init__(FakeReddit(server), clock)
        self.fake.clock = clock.peek

    def settings(self):
        more = {"subreddits": ["gadgets"], "timeout": "10s", "page": 10}
        return self.fake.settings(every="10m", search_every="15m", **more)

    def publish(self, author, text, at, dice):
        match dice.randrange(3):
            case 0:
                return self.fake.submit(author, text, "", at, subreddit="coffee")
            case 1:
                words = f"{text} u/{reddit.BRAND}"
                return self.fake.comment(author, words, at, "t3_1", subreddit="tea")
        return self.fake.comment(author, text, at, "t3_1")

    def edit(self, post, text, at, dice):
        if self.fake.things[post.id].title:
            text = f"and now: {text}"
        self.fake.edit(post.id, text, at)

    def changeable(self, post):
        """A title cannot be edited."""
        return post.texts[1:] if self.fake.things[post.id].title else post.texts


class GoogleTown(Town):
    secrets = (google.SECRET, google.REFRESH, google.TOKEN)

    def tick(self):
        self.fake.now = self.clock.peek()

    def common(self):
        return self.fake.settings() | {"timeout": "10s", "every": "15m"}


class BusinessTown(GoogleTown):
    name = platform = "google_business"
    who = "Acme Berlin"

    def __init__(self, server, clock):
        super().__init__(FakeGoogleBusiness(server), clock)
        self.fake.page = 7

    def settings(self):
        base = self.fake.server.url("")
        bases = {"api_base": base, "accounts_base": base, "locations_base": base}
        named = {"type": self.platform, "name": self.name, "brands": ["Acme"]}
        return self.common() | bases | named

    def publish(self, author, text, at, dice):
        return self.fake.publish(author, text, at, stars=dice.choice(STARS))

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, at, dice.choice(STARS))


class PlayTown(GoogleTown):
    name = platform = "google_play"

    def __init__(self, server, clock):
        super().__init__(FakeGooglePlay(server), clock)
        self.fake.page = 7

    def settings(self):
        named = {"type": self.platform, "name": self.name, "brands": ["Acme"]}
        base = {"api_base": self.fake.server.url("/"), "packages": [PACKAGE]}
        return self.common() | named | base

    def publish(self, author, text, at, dice):
        return self.fake.publish(author, text, at, stars=dice.randint(1, 5))

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, at, dice.randint(1, 5))


class AppStoreTown(Town):
    name = platform = "app_store"
    tells_edits = False

    def __init__(self, server, clock):
        super().__init__(FakeAppStore(server, page_size=7, now=clock.peek), clock)
        self.secrets = tuple(self.fake.private_key.splitlines()[1:-1])

    def settings(self):
        return {
            "type": self.platform,
            "name": self.name,
            "key_id": app_store.KEY_ID,
            "issuer_id": app_store.ISSUER,
            "private_key": self.fake.private_key,
            "app_ids": [app_store.APP],
            "api_base": self.fake.server.url("/"),
            "every": "15m",
            "brands": ["Acme"],
        }

    def publish(self, author, text, at, dice):
        at = at.replace(microsecond=0)
        return self.fake.publish(author, text, at, rating=dice.randint(1, 5))

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, dice.randint(1, 5))


class FeedTown(Town):
    name = "app_store_feed"
    platform = "app_store"
    tells_edits = looks_again = answers = False
    secrets = ()

    def __init__(self, server, clock):
        super().__init__(FakeAppStoreFeed(server), clock)

    def settings(self):
        return {
            "type": "app_store_feed",
            "name": self.name,
            "app_ids": [app_store_feed.APP],
            "countries": ["us"],
            "api_base": self.fake.server.url("/"),
            "every": "15m",
            "reread": "2h",
            "brands": ["Acme"],
        }

    def publish(self, author, text, at, dice):
        at = at.replace(microsecond=0)
        return self.fake.publish(author, text, at, rating=dice.randint(1, 5))

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, at.replace(microsecond=0))


class TrustpilotTown(Town):
    """No brand is set for it: keywords decide, and some reviews name none."""

    name = platform = "trustpilot"
    who = "Bea of Northwind"
    secrets = (trustpilot.KEY, trustpilot.SECRET, "bearer-t0ken")

    def __init__(self, server, clock):
        super().__init__(FakeTrustpilot(server, page_size=7, now=clock.peek), clock)

    def settings(self):
        return {
            "type": self.platform,
            "name": self.name,
            "business_unit_id": trustpilot.UNIT,
            "api_key": trustpilot.KEY,
            "api_secret": trustpilot.SECRET,
            "business_user_id": trustpilot.USER,
            "api_base": self.fake.server.url("/v1"),
            "token_url": self.fake.server.url(trustpilot.TOKEN_PATH),
            "every": "15m",
        }

    def publish(self, author, text, at, dice):
        return self.fake.publish(author, text, at, stars=dice.randint(1, 5))

    def edit(self, post, text, at, dice):
        self.fake.edit(post.id, text, at, dice.randint(1, 5))
