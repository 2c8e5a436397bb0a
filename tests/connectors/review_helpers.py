"""What the tests of review sites share: a clock to turn, a poll to its end."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import Post, Target


@dataclass(slots=True)
class Clock:
    at: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


def drained(connector: Any, cursor: Any = None) -> tuple[list[Post], Any]:
    posts: list[Post] = []
    for _ in range(200):
        batch = connector.poll(cursor)
        posts += batch.posts
        cursor = json.loads(json.dumps(dict(batch.cursor)))
        if not batch.more:
            return posts, cursor
    raise AssertionError("it never ran dry")


def target_of(post: Post) -> Target:
    return Target(
        id=post.id,
        url=post.url,
        author=post.author,
        posted_at=post.posted_at,
        kind=post.kind,
        ref=json.loads(json.dumps(dict(post.ref))),
    )
