"""A feed on the local server, polled by the real connector."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors import Batch, Post, RssSource
from connectors.rss import RssConnector
from tests.fakes.server import FakeServer, Reply

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATH = "/feeds/news.xml"


def connector(
    server: FakeServer, path: str = PATH, now: datetime = NOW, **settings: object
) -> RssConnector:
    settings = {"name": "news", "url": server.url(path)} | settings
    source = RssSource(type="rss", allow_private=True, **settings)  # type: ignore[arg-type]
    return RssConnector(source, now=lambda: now)


def poll(
    server: FakeServer,
    body: bytes | Reply,
    cursor: Mapping[str, Any] | None = None,
    *,
    now: datetime = NOW,
    **settings: object,
) -> Batch:
    """Serve `body` as the feed, poll it once; the cursor goes through JSON."""
    reply = body if isinstance(body, Reply) else Reply(body)
    server.on(PATH, reply)
    if cursor is not None:
        cursor = json.loads(json.dumps(cursor, sort_keys=True))
    return connector(server, now=now, **settings).poll(cursor)


def only(batch: Batch) -> Post:
    """Return the one post of a batch in which nothing went wrong."""
    assert batch.set_aside == [], batch.set_aside
    (post,) = batch.posts
    return post
