"""What the tests of the Google connectors share."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connectors import Batch, Connector, Post, Target

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def target(post: Post) -> Target:
    """The post as the store gives it back."""
    return Target(
        id=post.id,
        url=post.url,
        author=post.author,
        posted_at=post.posted_at,
        kind=post.kind,
        ref=json.loads(json.dumps(dict(post.ref))),
    )


def kept(batch: Batch) -> Mapping[str, Any]:
    return json.loads(json.dumps(dict(batch.cursor)))


def drained(connector: Connector, cursor: Any = None) -> tuple[list[Batch], Any]:
    """Poll until there is no more; return the batches and the last cursor."""
    batches: list[Batch] = []
    while not batches or batches[-1].more:
        batches.append(connector.poll(cursor))
        cursor = kept(batches[-1])
    return batches, cursor


def only(connector: Connector) -> Post:
    (batch,), _ = drained(connector)
    (post,) = batch.posts
    return post
