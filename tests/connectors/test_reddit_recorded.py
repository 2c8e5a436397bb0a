"""What Reddit really answered, through the real client: recordings of praw's makers.

They are read from `../shared` and skipped where it is not there.
"""

import base64
import gzip
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from connectors import Gone, Posted, Refused, Unavailable
from tests.connectors.reddit_helpers import World, target_of
from tests.fakes.server import Reply

FOLDER = Path(__file__).parents[3] / "shared" / "recorded" / "reddit"
TOKEN_PATH = "/api/v1/access_token"  # noqa: S105

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="no recordings here")


@dataclass(frozen=True)
class Exchange:
    """One recorded request and its answer."""

    method: str
    path: str
    form: dict
    query: dict
    status: int
    headers: dict
    body: bytes

    @property
    def told(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def reply(self):
        kept = ("location", "retry-after", "www-authenticate", "content-type")
        headers = {k: v for k, v in self.headers.items() if k in kept or "limit" in k}
        return Reply(self.body, self.status, headers)


def exchanges(file):
    recorded = json.loads(file.read_text())
    for one in recorded.get("http_interactions") or recorded.get("interactions"):
        asked, answered = one["request"], one["response"]
        parts = urlsplit(asked["uri"])
        sent = asked.get("body") or ""
        if isinstance(sent, dict):
            sent = sent.get("string") or ""
        yield Exchange(
            method=asked["method"],
            path=parts.path,
            form=dict(parse_qsl(sent)),
            query=dict(parse_qsl(parts.query)),
            status=answered["status"]["code"],
            headers={k.lower(): v[0] for k, v in answered["headers"].items()},
            body=body_of(answered["body"]),
        )


def body_of(body):
    if "base64_string" not in body:
        return (body.get("string") or "").encode()
    whole = base64.b64decode(body["base64_string"])
    return gzip.decompress(whole) if whole[:2] == b"\x1f\x8b" else whole


@cache
def all_exchanges():
    return [one for file in sorted(FOLDER.rglob("*.json")) for one in exchanges(file)]


def listings_in(told):
    """Every listing in an answer, those within comment trees too."""
    if isinstance(told, list):
        for one in told:
            yield from listings_in(one)
    elif isinstance(told, dict):
        if told.get("kind") == "Listing":
            yield told
        for one in told.values():
            yield from listings_in(one)


@pytest.fixture
def world(server):
    return World(server)


def poll(world, body):
    world.reddit.failure = lambda _: Reply(body)
    connector = world.connect(inbox=False, search=False, first="20000d")
    return connector.poll(None)


@pytest.mark.slow
def test_every_recorded_listing_comes_out_as_well_formed_posts(world):
    posts = 0
    for exchange in all_exchanges():
        if exchange.status != 200:
            continue
        for listing in listings_in(exchange.told):
            batch = poll(world, json.dumps(listing).encode())

            check(listing, batch)
            posts += len(batch.posts)
    assert posts > 500


def check(listing, batch):
    public = [
        one
        for one in listing["data"]["children"]
        if one["kind"] in {"t1", "t3"} and not is_tombstone(one["data"])
    ]
    wanted = {f"{one['kind']}_{one['data']['id']}" for one in public}
    assert {post.id for post in batch.posts} == wanted
    assert not batch.set_aside
    for post in batch.posts:
        assert post.url.startswith("https://www.reddit.com/")
        assert post.posted_at.year >= 2005
        assert post.author.handle
        assert post.text
        assert "&amp;" not in post.author.handle
        if post.kind == "comment":
            assert post.root_id.startswith("t3_")
            assert post.parent_id[:3] in {"t1_", "t3_"}


def is_tombstone(data):
    words = {"[deleted]", "[removed]"}
    return bool(
        data.get("removed_by_category")
        or data.get("body") in words
        or data.get("selftext") in words
    )


ERRORS = {
    301: Refused,
    302: Refused,
    400: Refused,
    401: Refused,
    403: Refused,
    404: Refused,
    409: Refused,
    414: Refused,
    415: Refused,
    451: Refused,
}


def test_every_recorded_error_is_the_right_one_of_three(world):
    seen = set()
    for exchange in all_exchanges():
        if exchange.status < 300:
            continue
        seen.add(exchange.status)
        expected = ERRORS.get(exchange.status, Unavailable)
        world.reddit.mend()
        if exchange.path == TOKEN_PATH:
            world.reddit.token_failure = exchange.reply()
        else:
            world.reddit.failure = lambda _, told=exchange: told.reply()

        with pytest.raises(expected) as raised:
            world.connect().poll(None)

        assert type(raised.value) is expected, exchange.status
    assert seen >= {302, 400, 401, 403, 404, 409, 414, 415, 429, 451, 500, 502, 503}
    assert seen >= {504, 520, 522}


def test_a_recorded_429_waits_as_long_as_it_says(world):
    for exchange in all_exchanges():
        if exchange.status != 429 or exchange.path == TOKEN_PATH:
            continue
        world.reddit.failure = lambda _, told=exchange: told.reply()

        with pytest.raises(Unavailable) as raised:
            world.connect().poll(None)

        asked = float(exchange.headers["retry-after"])
        assert raised.value.retry_after.total_seconds() == asked


def test_every_recorded_refused_login_is_refused(world):
    refused = [
        one
        for one in all_exchanges()
        if one.path == TOKEN_PATH and one.status == 200 and b'"error"' in one.body
    ]
    for exchange in refused:
        world.reddit.token_failure = exchange.reply()

        with pytest.raises(Refused):
            world.connect().poll(None)

    assert len(refused) >= 4


def test_every_recorded_reply_is_posted_or_unclear(world):
    world.comment("acme")
    connector = world.connect()
    target = target_of(connector.poll(None).posts[0])
    done = []
    for exchange in all_exchanges():
        if exchange.path.rstrip("/") != "/api/comment":
            continue
        world.reddit.failure = lambda _, told=exchange: told.reply()
        if exchange.told["json"].get("data", {}).get("things"):
            done.append(connector.reply(target, "hello"))
            continue

        with pytest.raises(Unavailable) as raised:
            connector.reply(target, "hello")

        assert raised.value.unclear
    assert len(done) >= 2
    assert all(isinstance(one, Posted) and one.id[:3] == "t1_" for one in done)


def test_every_recorded_json_error_refuses_a_reply(world):
    world.comment("acme")
    connector = world.connect()
    target = target_of(connector.poll(None).posts[0])
    recorded = [
        one
        for one in all_exchanges()
        if isinstance(one.told, dict)
        and isinstance(one.told.get("json"), dict)
        and one.told["json"].get("errors")
    ]
    for exchange in recorded:
        world.reddit.failure = lambda _, told=exchange: told.reply()

        with pytest.raises((Refused, Gone)):
            connector.reply(target, "hello")

    assert recorded


def test_we_send_a_reply_as_praw_itself_does(world):
    world.comment("acme")
    connector = world.connect()
    connector.reply(target_of(connector.poll(None).posts[0]), "hello")
    (sent,) = world.reddit.asked("/api/comment")
    recorded = next(
        one for one in all_exchanges() if one.path == "/api/comment/" and one.form
    )

    assert dict(parse_qsl(sent.body.decode())).keys() == recorded.form.keys()
    assert sent.query == recorded.query
    assert sent.method == recorded.method


def test_we_log_in_with_the_form_that_was_recorded(world):
    world.connect().poll(None)
    (sent,) = world.reddit.asked(TOKEN_PATH)
    grants = [one.form.get("grant_type") for one in all_exchanges()]

    form = dict(parse_qsl(sent.body.decode()))

    assert form.keys() == {"grant_type", "refresh_token"}
    assert form["grant_type"] in grants
