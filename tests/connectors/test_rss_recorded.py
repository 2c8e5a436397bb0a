"""Feeds that other people collected, through the real connector. Not in this repo."""

import re
from pathlib import Path

import pytest

from connectors import ConnectorError, RssSource
from connectors.rss import RssConnector
from tests.connectors.rss_helpers import NOW, PATH
from tests.fakes.server import Reply, serving

FEEDS = Path(__file__).parents[3] / "shared" / "recorded" / "feeds"
TAG = re.compile(r"</?(?:p|b|i|a|br|div|span|img|script|em|strong)\b[^<>]*>")
KINDS = {".json": "application/feed+json", ".html": "text/html"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not FEEDS.is_dir(), reason="the collected feeds are not on this machine"
    ),
]


def feeds():
    return sorted(path for path in FEEDS.rglob("*.*") if path.is_file())


@pytest.fixture(scope="module")
def polled():
    """Return for each file its batch, or the error it became."""
    found = {}
    with serving() as server:
        source = RssSource(
            type="rss", name="x", url=server.url(PATH), allow_private=True
        )
        connector = RssConnector(source, now=lambda: NOW)
        for path in feeds():
            kind = {"Content-Type": KINDS.get(path.suffix, "application/xml")}
            server.on(PATH, Reply(path.read_bytes(), headers=kind))
            try:
                found[path] = connector.poll(None)
            except ConnectorError as e:
                found[path] = e
    return found


def posts_of(polled, folder=""):
    batches = [b for path, b in polled.items() if folder in str(path)]
    return [p for b in batches if not isinstance(b, ConnectorError) for p in b.posts]


def test_every_feed_is_read_or_refused(polled):
    refused = [path for path, b in polled.items() if isinstance(b, ConnectorError)]

    assert len(polled) > 400
    assert len(refused) < len(polled) / 20


def test_web_pages_are_refused(polled):
    pages = [found for path, found in polled.items() if path.suffix == ".html"]

    assert pages
    assert all(isinstance(found, ConnectorError) for found in pages)


def test_posts_are_well_formed(polled):
    posts = posts_of(polled)

    assert len(posts) > 200
    for post in posts:
        assert post.id
        assert post.url.startswith(("http://", "https://"))
        assert post.author.handle
        assert post.posted_at.utcoffset() is not None
        assert post.posted_at <= NOW
        (post.id + post.text + post.author.handle).encode()
        assert "\x00" not in post.text


def test_text_of_well_formed_feeds_has_no_tags_left(polled):
    posts = posts_of(polled, folder="wellformed")

    left = [post.text for post in posts if TAG.search(post.text)]
    assert left == ["<br />"]  # item_description_code_br.xml: a tag as an example
