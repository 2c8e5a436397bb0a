"""Google's errors as our three, and its tokens."""

import base64
import json
import logging
import subprocess
import sys
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import ValidationError

from connectors import Gone, Refused, Unavailable
from connectors._answers import Answer
from connectors._google_api import error_for, read_problem
from connectors.google_business import SERVICE as BUSINESS
from connectors.google_play import SERVICE as PLAY
from tests.connectors.google_helpers import AT, only, target
from tests.fakes.google import REFRESH, SECRET, TOKEN, error, info, ok, retry
from tests.fakes.google_business import google_business
from tests.fakes.server import Reply

MINUTE = timedelta(minutes=1)
QUOTA = "RESOURCE_EXHAUSTED"


def judged(reply, service=BUSINESS, writes=False):
    answer = Answer(
        status=reply.status,
        headers={k.lower(): v for k, v in reply.headers.items()},
        body=reply.body,
        url="https://x.example/v4",
        host="x.example",
        writes=writes,
    )
    return error_for(answer, service, AT)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (error(400, "INVALID_ARGUMENT", "bad"), Refused, "bad"),
        (error(401, "UNAUTHENTICATED"), Refused, "business.manage"),
        (error(403, "PERMISSION_DENIED"), Refused, "owner or manager"),
        (error(403, details=[info("SERVICE_DISABLED")]), Refused, "enable the My Bus"),
        (error(403, reason="accessNotConfigured"), Refused, "enable the My Business"),
        (error(403, reason="userRateLimitExceeded"), Unavailable, "403"),
        (error(403, reason="quotaExceeded"), Unavailable, "403"),
        (error(404, "NOT_FOUND"), Gone, "404"),
        (error(409, "ABORTED"), Refused, "409"),
        (error(410), Gone, "410"),
        (error(429, QUOTA), Unavailable, "429"),
        (
            error(429, QUOTA, details=[info("X", quota_limit_value="0")]),
            Refused,
            "Basic API Access",
        ),
        (error(500), Unavailable, "500"),
        (Reply(b"<html><title>Bad Gateway</title>", 502), Unavailable, "502"),
        (Reply(b'{"error": "odd"}', 403), Refused, "owner or manager"),
        (Reply(b'[{"error": null}]', 403), Refused, "owner or manager"),
    ],
)
def test_an_error_becomes_the_right_one_of_three(reply, kind, said):
    told = judged(reply)

    assert type(told) is kind
    assert said in str(told)
    assert "\n" not in str(told)


@pytest.mark.parametrize(
    ("reply", "service", "wait"),
    [
        (error(429, details=[retry("42.5s")]), BUSINESS, timedelta(seconds=42.5)),
        (error(429, details=[retry("soon")]), BUSINESS, MINUTE),
        (error(429), BUSINESS, MINUTE),
        (error(429), PLAY, 15 * MINUTE),
        (error(403, reason="rateLimitExceeded"), PLAY, 15 * MINUTE),
        (Reply(b"", 429, {"Retry-After": "7"}), PLAY, timedelta(seconds=7)),
        (error(503), PLAY, None),
        (error(429, details=[retry("nans")]), BUSINESS, MINUTE),
    ],
)
def test_a_rate_limit_waits_as_long_as_asked_or_as_its_quota_takes(
    reply, service, wait
):
    told = judged(reply, service)

    assert isinstance(told, Unavailable)
    assert told.retry_after == wait


@pytest.mark.parametrize(
    ("status", "writes", "unclear"),
    [
        (500, True, True),
        (503, True, True),
        (408, True, True),
        (429, True, False),
        (500, False, False),
    ],
)
def test_only_a_write_that_may_have_been_done_is_unclear(status, writes, unclear):
    told = judged(error(status), writes=writes)

    assert isinstance(told, Unavailable)
    assert told.unclear is unclear


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"7",
        b"null",
        b'{"error": []}',
        b"[" * 5000,
        b"\xff",
        b'{"error": {"details": {"a": 1}, "errors": "x"}}',
    ],
)
def test_no_body_of_an_error_can_break_its_reading(body):
    problem = read_problem(body)

    assert (problem.no_quota, problem.retry) == (False, None)


def test_a_token_is_used_until_shortly_before_it_ends():
    with google_business() as fake:
        connector = fake.connect()
        connector.poll(None)
        connector.poll(None)
        fake.now += timedelta(minutes=54)
        connector.poll(None)
        before = fake.tokens
        fake.now += timedelta(minutes=2)
        connector.poll(None)

        assert (before, fake.tokens) == (1, 2)


def test_a_read_whose_token_was_turned_away_gets_a_new_one():
    with google_business() as fake:
        connector = fake.connect()
        connector.poll(None)
        fake.tokens += 1  # Google no longer takes the one it gave

        connector.poll(None)

        assert fake.tokens == 3


def test_a_reply_whose_token_was_turned_away_is_not_sent_twice_and_not_unclear():
    with google_business() as fake:
        fake.publish("ann", "fine", AT)
        connector = fake.connect()
        post = only(connector)
        fake.tokens += 1

        with pytest.raises(Unavailable) as raised:
            connector.reply(target(post), "thanks")

        sent = [one for one in fake.server.requests if one.method == "PUT"]
        assert (len(sent), raised.value.unclear, fake.writes) == (1, False, [])
        assert connector.reply(target(post), "thanks").posted_at == fake.now


def test_a_reply_turned_away_with_a_new_token_is_refused():
    with google_business() as fake:
        fake.publish("ann", "fine", AT)
        aim = target(only(fake.connect()))
        fake.fail("401")

        with pytest.raises(Refused, match="owner or manager"):
            fake.connect().reply(aim, "thanks")


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (
            Reply(b'{"error":"invalid_grant","error_description":"revoked"}', 400),
            Refused,
            "new refresh token",
        ),
        (Reply(b'{"error":"invalid_client"}', 401), Refused, "new refresh token"),
        (Reply(b"", 404), Refused, "token_url"),
        (Reply(b"", 503), Unavailable, "503"),
        (Reply(b"<html>", 200), Unavailable, "JSON"),
        (ok({"access_token": ""}), Unavailable, "without an access token"),
        (ok(["access_token"]), Unavailable, "without an access token"),
        (Reply(drop=True), Unavailable, "broke off"),
    ],
)
def test_a_token_that_does_not_come_is_one_of_the_errors(answer, kind, said):
    with google_business() as fake:
        fake.token_answer = answer

        with pytest.raises(kind, match=said) as raised:
            fake.connect().poll(None)

        assert REFRESH not in str(raised.value)
        assert not getattr(raised.value, "unclear", False)


@pytest.mark.parametrize("told", [None, "3599", "soon", -5, 1e300, float("nan")])
def test_whatever_a_token_says_of_its_end_it_can_be_used(told):
    with google_business() as fake:
        connector = fake.connect()
        fake.tokens = 1
        fake.token_answer = ok({"access_token": fake.token, "expires_in": told})

        assert list(connector.poll(None).posts) == []


@pytest.fixture(scope="module")
def key():
    made = rsa.generate_private_key(65537, 2048)
    pem = made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "private_key_id": "k1",
        "private_key": pem.decode(),
        "client_email": "bot@acme.iam.gserviceaccount.com",
        "token_uri": "https://oauth2.googleapis.com/token",
    }


def service_account(fake, text):
    oauth = {"client_id": None, "client_secret": None, "refresh_token": None}
    return fake.connect(service_account_json=text, **oauth)


@pytest.mark.parametrize("as_file", [True, False])
def test_a_service_account_signs_for_its_scope_by_our_clock(key, tmp_path, as_file):
    text = json.dumps(key)
    if as_file:
        path = tmp_path / "key.json"
        path.write_text(text)
        text = str(path)
    with google_business() as fake:
        service_account(fake, text).poll(None)
        form = fake.asked("/token")[0].body.decode()

        claims = form.partition("assertion=")[2].split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(claims + "=="))
        assert told == {
            "iss": key["client_email"],
            "scope": BUSINESS.scope,
            "aud": key["token_uri"],
            "iat": int(fake.now.timestamp()),
            "exp": int(fake.now.timestamp()) + 3600,
        }


@pytest.mark.parametrize(
    "text",
    [
        "/no/such/file.json",
        "{",
        "{}",
        "\x00",
        '{"client_email": "a", "private_key": 1}',
        '{"client_email": "a", "private_key": "s3cret-not-a-key"}',
    ],
)
def test_a_wrong_service_account_is_refused_without_showing_it(text):
    with google_business() as fake, pytest.raises(Refused) as raised:
        service_account(fake, text).poll(None)

    assert "service_account_json" in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "settings",
    [
        {"refresh_token": None},
        {"client_id": None, "client_secret": None, "refresh_token": None},
        {"service_account_json": "{}"},
        {"client_secret": " "},
    ],
)
def test_half_a_way_in_is_a_fault_of_the_settings(settings):
    with google_business() as fake, pytest.raises(ValidationError):
        fake.source(**settings)


def test_googles_libraries_are_loaded_only_when_they_are_needed():
    code = (
        "import sys, connectors.google_business, connectors.google_play\n"
        "print([n for n in sys.modules if n.split('.')[0] in"
        " {'google', 'googleapiclient', 'httplib2'}])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout.strip() == "[]"


def test_no_secret_shows_in_the_settings_nor_at_debug(caplog):
    caplog.set_level(logging.DEBUG)
    with google_business() as fake:
        connector = fake.connect()
        connector.poll(None)
        shown = [repr(fake.source()), repr(connector), repr(vars(connector))]
    shown += [record.getMessage() for record in caplog.records]

    assert not [s for s in (SECRET, REFRESH, TOKEN) if s in "\n".join(shown)]
