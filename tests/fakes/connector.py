"""A platform that shows what you told it to, page by page. No network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors import Author, Batch, Gap, Post, SetAside

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def make_post(number, text, **more):
    """Return a post; `author` is a handle, times are minutes after the epoch."""
    handle = more.pop("author", "ann")
    followers = more.pop("followers", None)
    values = {
        "platform": "fake",
        "id": str(number),
        "url": f"https://fake.example/{number}",
        "author": Author(handle=handle, followers=followers),
        "text": text,
        "posted_at": EPOCH + timedelta(minutes=int(number)),
    }
    return Post(**(values | more))


@dataclass
class FakeConnector:
    posts: list[Post] = field(default_factory=list)
    page: int = 100
    error: Exception | None = None
    gaps: Sequence[Gap] = ()
    set_aside: Sequence[SetAside] = ()
    forgetful: bool = False
    polls: int = 0

    def post(self, text, **more):
        made = make_post(len(self.posts) + 1, text, **more)
        self.posts.append(made)
        return made

    def poll(self, cursor):
        self.polls += 1
        if self.error:
            raise self.error
        seen = 0 if self.forgetful else int((cursor or {}).get("seen", 0))
        shown = self.posts[seen : seen + self.page]
        to = seen + len(shown)
        more = to < len(self.posts) and not self.forgetful
        return Batch(shown, {"seen": to}, more, self.gaps, self.set_aside)
