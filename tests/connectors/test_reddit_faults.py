"""Reddit out of order: statuses, logins, rate limits, wrong settings, secrets."""

import logging
from datetime import timedelta

import pytest
from pydantic import ValidationError

from connectors import Refused, Unavailable
from connectors.reddit import RedditSource
from tests.connectors.reddit_helpers import World
from tests.fakes import reddit as fake
from tests.fakes.server import Reply


@pytest.fixture
def world(server):
    return World(server)


def polled(world, cursor=None, **settings):
    return world.connect(**settings).poll(cursor)


@pytest.mark.parametrize(
    ("status", "body", "headers", "error", "words"),
    [
        (401, "", {}, Refused, "approved"),
        (403, '{"reason": "private"}', {}, Refused, "private"),
        (403, "blocked by network security", {}, Refused, "approval"),
        (
            403,
            '{"error": 403}',
            {"www_authenticate": 'Bearer realm="reddit", error="insufficient_scope"'},
            Refused,
            "scope",
        ),
        (404, '{"reason": "banned"}', {}, Refused, "check the names"),
        (302, "", {"location": "/subreddits/search"}, Refused, "subreddits"),
        (400, "", {}, Refused, "400"),
        (414, "", {}, Refused, "414"),
        (451, "", {}, Refused, "451"),
        (408, "", {}, Unavailable, "408"),
        (500, "", {}, Unavailable, "500"),
        (520, "", {}, Unavailable, "520"),
        (522, "", {}, Unavailable, "522"),
        (205, "", {}, Unavailable, "unreadable"),
        (204, "", {}, Unavailable, "not a listing"),
        (200, "[]", {}, Unavailable, "not a listing"),
        (200, '{"data": {"children": 1}}', {}, Unavailable, "not a listing"),
    ],
)
def test_every_status_becomes_one_of_three_errors(
    world, status, body, headers, error, words
):
    world.reddit.fail(status, body, **headers)

    with pytest.raises(error, match=words) as raised:
        polled(world)

    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply(b'{"error": "invalid_grant"}'), Refused, "revoked"),
        (Reply(b'{"error": "unauthorized_client"}'), Refused, "script"),
        (Reply(b'{"error": "x", "error_description": "odd"}'), Refused, "odd"),
        (Reply(b'{"error": 400}', 400), Refused, "refresh_token"),
        (Reply(b'{"error": 401}', 401), Refused, "client_id"),
        (Reply(b"blocked by network security", 403), Refused, "approval"),
        (Reply(status=302, headers={"Location": "/x"}), Refused, "login_base"),
        (Reply(status=404), Refused, "login_base"),
        (Reply(status=429), Unavailable, "429"),
        (Reply(status=503), Unavailable, "503"),
        (Reply(b"<html>"), Unavailable, "not JSON"),
        (Reply(b'{"access_token": 1}'), Unavailable, "no token"),
        (Reply(b"[]"), Unavailable, "no token"),
        (Reply(drop=True), Unavailable, "connection"),
    ],
)
def test_a_login_that_fails_is_one_of_three_errors(world, reply, error, words):
    world.reddit.token_failure = reply

    with pytest.raises(error, match=words) as raised:
        polled(world)

    assert type(raised.value) is error
    assert len(world.reddit.asked("/api/v1/access_token")) == 1


@pytest.mark.parametrize("status", [401, 408, 429, 500, 502, 503, 504, 520, 522])
def test_nothing_is_asked_twice_after_a_failure(world, status):
    world.reddit.fail(status)

    with pytest.raises((Unavailable, Refused)):
        polled(world)

    # After 401 one more, with a new token.
    most = 2 if status == 401 else 1
    assert len(world.reddit.asked("/r/gadgets/comments")) == most


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "4"}, 4),
        ({"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "598"}, 598),
        ({}, None),
    ],
)
def test_a_rate_limit_waits_as_long_as_asked(world, headers, seconds):
    world.reddit.fail(429, "Too Many Requests", **headers)

    with pytest.raises(Unavailable) as raised:
        polled(world)

    wanted = None if seconds is None else timedelta(seconds=seconds)
    assert raised.value.retry_after == wanted


def test_a_used_up_rate_limit_sends_nothing_until_it_resets(world):
    connector = world.connect(inbox=False, search=False)
    world.reddit.headers = limits("0.0", "120")
    connector.poll(None)
    world.time += timedelta(seconds=20)

    with pytest.raises(Unavailable) as raised:
        connector.poll(None)
    world.time += timedelta(seconds=100)
    connector.poll(None)

    assert raised.value.retry_after == timedelta(seconds=100)
    assert len(world.reddit.asked("/r/gadgets/comments")) == 2


@pytest.mark.parametrize("reset", ["abc", "12.5", "nan", "1e300", "-5", ""])
def test_odd_rate_limit_headers_break_nothing(world, reset):
    world.reddit.headers = limits("99.0", reset)

    assert polled(world).posts == []


def test_a_rate_limit_that_is_nearly_used_up_does_not_slow_us(world):
    connector = world.connect()
    world.reddit.headers = limits("2.0", "590")

    connector.poll(None)

    # With these headers prawcore would sleep 10 s before each further request.
    limiter = connector._account.client._reddit()._core.rate_limiter
    assert limiter.next_request_timestamp_ns is None
    assert len(world.reddit.asked("/message/mentions")) == 1


def limits(remaining, reset):
    return {
        "x-ratelimit-remaining": remaining,
        "x-ratelimit-used": "100",
        "x-ratelimit-reset": reset,
    }


def test_a_rate_limit_in_mid_poll_keeps_what_was_read(world):
    world.comment("acme")
    world.reddit.headers = limits("0.0", "60")

    batch = polled(world)

    assert [post.text for post in batch.posts] == ["acme"]
    assert batch.more


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"username": "acme"}, "go together"),
        ({"username": "acme", "password": "b"}, "not both"),
        ({"username": "u/acme", "password": "b"}, "username"),
        ({"user_agent": "bot"}, "user_agent"),
        ({"user_agent": "bot\nX-Evil: 1"}, "user_agent"),
        ({"subreddits": ["r/gadgets"]}, "subreddits"),
        ({"search_in": []}, "search_in"),
    ],
)
def test_wrong_settings_are_told(world, settings, words):
    with pytest.raises(ValidationError, match=words):
        RedditSource(**world.reddit.settings(**settings))


def test_a_secret_that_http_cannot_send_is_refused(world):
    with pytest.raises(Refused, match="client_secret"):
        polled(world, client_secret="pasted\u2014wrong")  # noqa: S106


def test_no_secret_shows_in_settings_or_connector(world):
    source = RedditSource(**world.reddit.settings())
    connector = world.connect()

    shown = f"{source!r} {connector!r} {connector._account.client!r} {source}"

    assert "5ecret" not in shown


def test_no_secret_and_no_words_reach_the_log(world, caplog):
    caplog.set_level(logging.DEBUG)
    world.comment("acme, a stranger's words")
    connector = world.connect()
    connector.poll(None)
    world.reddit.fail(500, f"{fake.ACCESS} {fake.REFRESH_TOKEN} is down")

    with pytest.raises(Unavailable) as raised:
        connector.poll(None)

    shown = caplog.text + str(raised.value) + repr(raised.value.__context__)
    assert "*** *** is down" in str(raised.value)
    assert fake.ACCESS not in shown
    assert fake.REFRESH_TOKEN not in shown
    assert fake.CLIENT_SECRET not in shown
    assert "stranger" not in shown


def test_praw_ini_and_environment_decide_nothing(world, monkeypatch, tmp_path):
    (tmp_path / "praw.ini").write_text(
        "[DEFAULT]\nclient_id=evil\nusername=evil\nratelimit_seconds=600\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("praw_username", "evil")
    monkeypatch.setenv("praw_password", "evil")
    monkeypatch.setenv("praw_refresh_token", "evil")

    polled(world, refresh_token=None)

    (token,) = world.reddit.asked("/api/v1/access_token")
    assert token.body == b"grant_type=client_credentials"


def test_no_poll_raises_gone(world):
    world.reddit.fail(404)
    connector = world.connect()

    for call in (
        lambda: connector.poll(None),
        connector.validate,
        lambda: connector.own_replies(None),
    ):
        with pytest.raises(Refused):
            call()


def test_a_subreddit_that_went_private_closes_no_other_listing(world):
    world.submit("acme fails")
    private = Reply(b'{"reason": "private", "error": 403}', 403)
    world.reddit.server.on("/r/gadgets/comments", private)

    batch = polled(world)

    assert [post.text for post in batch.posts] == ["acme fails"]
    [told] = batch.cautions
    assert "the comments of r/gadgets cannot be read" in told.text
    assert not batch.more
