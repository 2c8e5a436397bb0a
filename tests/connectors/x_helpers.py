"""A fake X, the real connector over it, and a clock one can set."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import Batch, Post, Target, Terms
from connectors.base import Context, Purse
from connectors.x import XConnector, XSource
from tests.fakes.server import serving
from tests.fakes.x import FakeX

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ACME = Terms("Acme", any_of=["acme"], own_handles={"x": ["acme"]})
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(slots=True)
class World:
    """X at a time. `connect` takes settings over those of the fake."""

    x: FakeX
    clock: list[datetime]
    purse: Purse = field(default_factory=Purse)

    @property
    def now(self) -> datetime:
        return self.clock[0]

    def later(self, span: timedelta) -> None:
        self.clock[0] += span

    def connect(
        self,
        *terms: Terms,
        user: bool = True,
        bearer: bool = True,
        **settings: Any,
    ) -> XConnector:
        told = self.x.settings(user=user, bearer=bearer) | settings
        context = Context(now=lambda: self.now, meter=self.purse)
        connector = XSource(**told).connect(terms or (ACME,), context)
        assert isinstance(connector, XConnector)
        return connector

    def mention(
        self, text: str = "@acme help", author: str = "ann", **more: Any
    ) -> str:
        """Somebody mentions the brand, a minute ago."""
        at = more.pop("at", self.now - MINUTE)
        return self.x.publish(author, text, at, mentions=["acme"], **more)


@contextmanager
def a_world(**of_x: Any) -> Iterator[World]:
    with serving() as server:
        clock = [NOW]
        yield World(FakeX(server, lambda: clock[0], **of_x), clock)


def stored(cursor: Mapping[str, Any]) -> Any:
    """The cursor as the store gives it back."""
    return json.loads(json.dumps(dict(cursor), sort_keys=True))


def target_of(post: Post) -> Target:
    """The post as it comes back from the store."""
    return Target(
        id=post.id,
        url=post.url,
        author=post.author,
        posted_at=post.posted_at,
        kind=post.kind,
        parent_id=post.parent_id,
        root_id=post.root_id,
        ref=json.loads(json.dumps(dict(post.ref))),
    )


def drained(connector: XConnector, cursor: Any = None) -> tuple[list[Post], Batch]:
    """Poll until there is no more; return all posts and the last batch."""
    posts: list[Post] = []
    for _ in range(100):
        batch = connector.poll(cursor)
        posts += batch.posts
        cursor = stored(batch.cursor)
        if not batch.more:
            return posts, batch
    raise AssertionError("the connector never ran dry")
