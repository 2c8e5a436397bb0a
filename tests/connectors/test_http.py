import base64
import json
import logging
import socket
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors import Gone, Refused, Unavailable
from connectors._guard import Guard, is_public
from connectors.http import Answer, Http, wait_asked_for
from tests.fakes.server import FakeServer, Reply, serving

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "tok-5ecret-5ecret"  # noqa: S105


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as server:
        yield server


@pytest.fixture
def other_server() -> Iterator[FakeServer]:
    with serving() as server:
        yield server


def http(server: FakeServer, path: str = "", **settings: object) -> Http:
    settings = {"allow_private": True, "timeout": timedelta(seconds=5)} | settings
    return Http(base_url=server.url(path), now=lambda: NOW, **settings)


# What is sent, what comes back


def test_path_and_params_join_the_base_address(server):
    server.on("/v4/reviews", Reply(b'{"reviews": []}'))

    answer = http(server, "/v4/?key=k").get("reviews", params={"pageSize": 50})

    assert answer.json() == {"reviews": []}
    assert server.requests[0].query == {"key": "k", "pageSize": "50"}


def test_json_and_forms_arrive(server):
    server.on("*", Reply(b"{}"))
    api = http(server)

    api.put("reply", json={"comment": "Thank you"})
    api.post("token", form={"grant_type": "refresh_token"}, writes=False)

    put, post = server.requests
    assert (put.method, json.loads(put.body)) == ("PUT", {"comment": "Thank you"})
    assert (post.method, post.body) == ("POST", b"grant_type=refresh_token")


def test_auth_is_asked_before_each_call(server):
    server.on("*", Reply(b"{}"))
    tokens = iter(["one", "two"])
    api = http(server, auth=lambda: {"Authorization": f"Bearer {next(tokens)}"})

    api.get()
    api.get()

    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Bearer one", "Bearer two"]


def test_name_and_password_in_the_address_become_basic_auth(server):
    server.on("*", Reply(b""))
    address = server.url().replace("http://", "http://ann:p%40ss@")

    Http(base_url=address, allow_private=True).get()

    expected = "Basic " + base64.b64encode(b"ann:p@ss").decode()
    assert server.requests[0].headers["authorization"] == expected


def test_not_modified_is_an_answer(server):
    server.on("*", Reply(status=304))

    answer = http(server).get(headers={"If-None-Match": '"1"'})

    assert answer.status == 304


def test_accepted_status_is_an_answer(server):
    answer = http(server).get("nothing", accept={404})

    assert answer.status == 404


def test_body_that_is_not_json_is_unavailable(server):
    server.on("*", Reply(b"<html>proxy</html>"))
    answer = http(server).get()

    with pytest.raises(Unavailable, match="not JSON"):
        answer.json()


# Errors


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused), (401, Refused), (402, Refused), (403, Refused), (404, Gone),
        (405, Refused), (408, Unavailable), (409, Refused), (410, Gone),
        (422, Refused), (425, Unavailable), (429, Unavailable), (451, Refused),
        (500, Unavailable), (502, Unavailable), (503, Unavailable), (520, Unavailable),
    ],
)  # fmt: skip
def test_each_status_becomes_its_error(server, status, error):
    server.on("*", Reply(b"", status))

    with pytest.raises(error, match=f"127.0.0.1 answered {status}"):
        http(server).get()


@pytest.mark.parametrize("status", [401, 403])
def test_refusal_names_what_to_check(server, status):
    server.on("*", Reply(b"", status))

    with pytest.raises(Refused, match="check the token and its scope"):
        http(server, check="the token and its scope").get()


@pytest.mark.parametrize(
    "body",
    [
        b'{"error": {"code": 400, "message": "Page size too large"}}',
        b'{"error": "invalid", "error_description": "Page size too large"}',
        b'{"errors": [{"status": "400", "detail": "Page size too large"}]}',
        b'{"message": "Page size too large"}',
        b'["Page size too large"]',
        b"<b>Page size</b> too\n large",
    ],
)
def test_platforms_own_words_are_shown(server, body):
    server.on("*", Reply(body, 400))

    with pytest.raises(Refused) as caught:
        http(server).get()

    assert str(caught.value) == "127.0.0.1 answered 400: Page size too large"


def test_title_of_an_html_error_page_is_shown_and_nothing_else(server):
    page = b"<html><title>Bad Gateway</title><style>b{}</style>sorry</html>"
    server.on("*", Reply(page, 502, {"Content-Type": "text/html"}))

    with pytest.raises(Unavailable) as caught:
        http(server).get()

    assert str(caught.value) == "127.0.0.1 answered 502: Bad Gateway"


def test_long_words_are_shortened(server):
    server.on("*", Reply(b"x" * 100_000, 400))

    with pytest.raises(Refused) as caught:
        http(server).get()

    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("body", [b'{"a": ' * 50_000, b"{}", b"[]", b"null", b"\xff"])
def test_odd_error_bodies_change_nothing(server, body):
    server.on("*", Reply(body, 400))

    with pytest.raises(Refused, match="answered 400"):
        http(server).get()


def test_error_whose_body_trickles_is_not_waited_for(server):
    server.on("*", Reply(b"forbidden" * 500, 403, drip=0.02))

    with pytest.raises(Refused, match="403"):
        http(server, timeout=timedelta(seconds=0.1)).get()


def test_error_whose_body_breaks_off_is_still_that_error(server):
    server.on("*", Reply(b"forbidden", 403, cut=3))

    with pytest.raises(Refused, match="403"):
        http(server).get()


# Waiting


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "Sun, 22 Nov 2026 12:01:00 GMT"}, 60),
        ({"Retry-After": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "31536000"}, 86_400),
        ({"Retry-After": "-5"}, 0),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 900)}, 900),
        ({"x-ratelimit-reset": "33.5"}, 33.5),
        ({"X-RateLimit-Reset": "2026-11-22T12:05:00Z"}, 300),
        ({"Retry-After": "soon", "x-rate-limit-reset": "7"}, 7),
    ],
)
def test_rate_limit_waits_as_long_as_asked(server, headers, seconds):
    server.on("*", Reply(b"", 429, headers))

    with pytest.raises(Unavailable) as caught:
        http(server).get()

    assert caught.value.retry_after == timedelta(seconds=seconds)
    assert not caught.value.unclear


@pytest.mark.parametrize("value", ["soon", "", "1e999", "nan", "1e300"])
def test_senseless_wait_is_none_or_bounded(value):
    answer = Answer(429, {"retry-after": value}, b"", "", "acme.com")

    wait = wait_asked_for(answer, NOW)

    assert wait is None or wait <= timedelta(days=1)


def test_platform_can_say_busy_and_wait_in_its_own_way(server):
    server.on("*", Reply(b'{"reason": "quotaExceeded", "backoff": 10}', 403))
    api = http(
        server,
        busy=lambda answer: b"quotaExceeded" in answer.body,
        wait=lambda answer, now: timedelta(seconds=answer.json()["backoff"]),
    )

    with pytest.raises(Unavailable) as caught:
        api.get()

    assert caught.value.retry_after == timedelta(seconds=10)


# Broken connections, and what they leave unclear


BROKEN = {
    "closed after the request": Reply(drop=True),
    "cut in the body": Reply(b"0123456789", cut=4),
    "server error": Reply(status=500),
    "too slow": Reply(delay=30),
    "drips": Reply(b"0123456789" * 10, drip=0.05),
    "bad gzip": Reply(b"not gzip", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_broken_write_is_unclear_and_broken_read_is_not(server, reply):
    server.on("*", reply)
    api = http(server, timeout=timedelta(seconds=0.1))

    with pytest.raises(Unavailable) as read:
        api.get()
    with pytest.raises(Unavailable) as write:
        api.post("reply", json={})

    assert (read.value.unclear, write.value.unclear) == (False, True)


def test_write_that_never_connected_is_clear():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    api = Http(base_url=f"http://127.0.0.1:{port}", allow_private=True)

    with pytest.raises(Unavailable, match="no connection to 127") as caught:
        api.post("reply", json={})

    assert not caught.value.unclear


def test_connection_closed_before_the_request_is_unavailable(server):
    server.drop_connections = 1
    server.on("*", Reply(b"well"))
    api = http(server)

    with pytest.raises(Unavailable):
        api.get()

    assert api.get().body == b"well"


def test_post_that_only_asks_leaves_nothing_unclear(server):
    server.on("*", Reply(status=503))

    with pytest.raises(Unavailable) as caught:
        http(server).post("token", form={"a": "b"}, writes=False)

    assert not caught.value.unclear


def test_rate_limited_write_was_not_done(server):
    server.on("*", Reply(status=429))

    with pytest.raises(Unavailable) as caught:
        http(server).put("reply", json={})

    assert not caught.value.unclear


def test_nothing_is_tried_twice(server):
    server.on("*", Reply(status=503, headers={"Retry-After": "0"}))

    with pytest.raises(Unavailable):
        http(server).get()

    assert len(server.requests) == 1


# Too long


def test_too_long_a_body_is_refused_before_it_is_read_whole(server):
    server.on("*", Reply(b"x" * 50_000_000))

    with pytest.raises(Refused, match="raise max_bytes"):
        http(server, max_bytes=100_000).get()


def test_gzip_bomb_is_measured_unpacked(server):
    import gzip

    bomb = gzip.compress(b"x" * 50_000_000)
    server.on("*", Reply(bomb, headers={"Content-Encoding": "gzip"}))

    with pytest.raises(Refused, match="raise max_bytes"):
        http(server, max_bytes=1_000_000).get()


def test_too_long_an_answer_to_a_write_leaves_it_unclear(server):
    server.on("*", Reply(b"x" * 1000))

    with pytest.raises(Unavailable) as caught:
        http(server, max_bytes=10).post("reply", json={})

    assert caught.value.unclear


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_read_follows_redirects(server, status):
    server.on("/old", Reply(status=status, headers={"Location": "/new?a=b"}))
    server.on("/new", Reply(b"here"))

    answer = http(server, "/old").get()

    assert (answer.body, answer.moved) == (b"here", status in {301, 308})
    assert server.requests[1].query == {"a": "b"}


def test_redirect_in_circles_is_refused(server):
    server.on("*", Reply(status=302, headers={"Location": "/again"}))

    with pytest.raises(Refused, match="more than 5 times"):
        http(server).get()

    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "javascript:1",
        "http://:99999/",
        "data:,x",
    ],
)
def test_redirect_to_something_else_than_the_web_is_refused(server, location):
    server.on("*", Reply(status=302, headers={"Location": location}))

    with pytest.raises(Refused, match="the redirect of 127"):
        http(server).get()


def test_redirect_to_another_host_gets_no_credentials(server, other_server):
    server.on("*", Reply(status=302, headers={"Location": other_server.url("/x")}))
    other_server.on("*", Reply(b"here"))
    api = http(
        server,
        headers={"Api-Key": TOKEN},
        auth=lambda: {"Authorization": f"Bearer {TOKEN}"},
    )

    api.get(headers={"If-None-Match": '"1"'})

    (request,) = other_server.requests
    assert TOKEN not in str(request)
    assert request.headers["if-none-match"] == '"1"'
    assert TOKEN in str(server.requests[0])


def test_redirect_on_the_same_host_keeps_credentials(server):
    server.on("/a", Reply(status=302, headers={"Location": server.url("/b")}))
    server.on("/b", Reply(b"here"))

    http(server, "/a", headers={"Api-Key": TOKEN}).get()

    assert server.requests[1].headers["api-key"] == TOKEN


def test_next_page_on_another_host_gets_no_credentials(server, other_server):
    other_server.on("*", Reply(b"{}"))

    http(server, headers={"Api-Key": TOKEN}).get(other_server.url("/page2"))

    assert "api-key" not in other_server.requests[0].headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirected_write_is_refused_and_not_sent_on(server, other_server, status):
    server.on("*", Reply(status=status, headers={"Location": other_server.url()}))

    with pytest.raises(Refused, match="put that into the address"):
        http(server).post("reply", json={"text": "hi"})

    assert other_server.requests == []


def test_write_answered_with_see_other_is_unclear(server):
    server.on("*", Reply(status=303, headers={"Location": "/done"}))

    with pytest.raises(Unavailable) as caught:
        http(server).post("reply", json={})

    assert caught.value.unclear


# Our own network


def test_private_address_is_refused_and_nothing_is_sent(server):
    api = http(server, allow_private=False)

    with pytest.raises(Refused, match="set allow_private: true"):
        api.get()

    assert server.requests == []


class Stream:
    """A connection to one address, as the HTTP library hands it to the guard."""

    def __init__(self, address: str) -> None:
        self.address, self.is_closed = address, False

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return (self.address, 443)

    def close(self) -> None:
        self.is_closed = True


def test_guard_lets_a_public_address_pass_and_closes_another():
    event = "connection.connect_tcp.complete"
    outside, inside = Stream("93.184.216.34"), Stream("10.0.0.8")
    guard = Guard("acme.com", allow_private=False)

    guard(event, {"return_value": outside})
    with pytest.raises(Refused, match="leads to 10"):
        Guard("acme.com", allow_private=False)(event, {"return_value": inside})

    assert guard.passed
    assert (outside.is_closed, inside.is_closed) == (False, True)


def test_connection_that_no_guard_saw_has_not_passed():
    assert not Guard("acme.com", allow_private=False).passed


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433"])
def test_other_spellings_of_this_machine_are_refused(server, host):
    api = Http(base_url=f"http://{host}:{server.port}/")

    with pytest.raises((Refused, Unavailable)):
        api.get()

    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::",
        "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:10.0.0.8", "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "8.8.8.8"])
def test_addresses_outside_are_public(address):
    assert is_public(address)


# Secrets


def test_errors_show_no_secret_that_the_server_repeats(server):
    hidden_path = "/feeds/c4pability-path"
    echo = f"Cannot GET {hidden_path}?key=qu3ry-secret with Bearer {TOKEN}"
    server.on("*", Reply(echo.encode(), 400))
    api = http(
        server,
        f"{hidden_path}?key=qu3ry-secret",
        auth=lambda: {"Authorization": f"Bearer {TOKEN}"},
    )

    params = {"apikey": "p4ram-secret"}
    with pytest.raises(Refused) as caught:
        api.get(params=params)

    shown = "".join(traceback.format_exception(caught.value)) + repr(api)
    for secret in (TOKEN, "qu3ry-secret", "p4ram-secret", "c4pability-path"):
        assert secret not in shown


@pytest.mark.parametrize("status", [200, 404])
def test_logs_show_no_secret(server, caplog, status):
    caplog.set_level(logging.DEBUG)
    server.on("*", Reply(b"", status))

    http(server, "/feeds/c4pability?key=s3cret", headers={"Api-Key": TOKEN}).get(
        accept={404}
    )

    for secret in ("c4pability", "s3cret", TOKEN):
        assert secret not in caplog.text


def test_answer_shows_no_secret_in_repr(server):
    server.on("*", Reply(b'{"access_token": "s3cret"}', headers={"Set-Cookie": "s3c"}))

    answer = http(server, "/p4th?key=s3cret").get()

    assert "s3c" not in repr(answer)
    assert "p4th" not in repr(answer)


def test_line_break_in_a_secret_is_refused_without_showing_it(server):
    api = http(server, headers={"Api-Key": f"{TOKEN}\n"}, check="API_KEY")

    with pytest.raises(Refused, match="line break or an accent in API_KEY") as caught:
        api.get()

    assert TOKEN not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("address", ["", "acme.com", "ftp://acme.com", "http://a:x/"])
def test_senseless_base_address_is_refused(address):
    with pytest.raises(Refused, match="the address in config"):
        Http(base_url=address).get()
