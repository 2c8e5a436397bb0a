"""`everyreply check` against each platform: one line, fine or with the remedy."""

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from tests.fakes import google, trustpilot
from tests.fakes.server import Reply
from tests.faults.day.config import config_text
from tests.faults.day.live import open_towns, publish


@pytest.fixture
def platforms():
    with open_towns() as found:
        for town in found.values():
            publish(town, 1)
        yield found


@pytest.fixture
def check(tmp_path):
    """Run the check over some platforms; return its lines by source."""

    def run(platforms):
        settings = [town.settings() for town in platforms]
        text, env = config_text(settings, f"sqlite:///{tmp_path / 'test.db'}")
        path = tmp_path / "config.yaml"
        path.write_text(text)
        done = CliRunner().invoke(app, ["check", "--config", str(path)], env=env)
        lines = [line for line in done.output.splitlines() if ": " in line]
        found = {line[5:].split(": ", 1)[0]: line for line in lines}
        return done.exit_code, found, done.output, env

    return run


def test_each_source_is_validated_in_one_line(platforms, check):
    code, lines, output, _ = check(platforms.values())

    assert code == 0, output
    for name in platforms:
        assert lines[f"source {name}"].startswith("ok   ")
    assert "@acme" in lines["source x"]
    assert "u/acme_care" in lines["source reddit"]
    assert "1 location; Acme Berlin has 1 review" in lines["source google_business"]
    assert "com.acme.app" in lines["source google_play"]
    assert "reviews of Northwind Coffee" in lines["source app_store"]
    assert "private reviews" in lines["source trustpilot"]


def fake(change):
    return lambda town: change(town.fake)


BROKEN = {
    "x keys": ("x", fake(lambda x: x.fail("401")), ("consumer_key", "access_token")),
    "x plan": ("x", fake(lambda x: x.fail("403")), ("attach the app to a project",)),
    "x credits": ("x", fake(lambda x: x.fail("402")), ("credits",)),
    "reddit scope": (
        "reddit",
        fake(lambda it: setattr(it, "scopes", "read identity history")),
        ("lacks the scope submit",),
    ),
    "reddit token": (
        "reddit",
        fake(
            lambda it: setattr(
                it, "token_failure", Reply(b'{"error": "invalid_grant"}')
            )
        ),
        ("refresh token was revoked",),
    ),
    "google approval": (
        "google_business",
        fake(lambda it: it.fail("not-approved")),
        ("Basic API Access",),
    ),
    "google api off": (
        "google_business",
        fake(lambda it: it.fail("not-enabled")),
        ("console.cloud.google.com",),
    ),
    "google token": (
        "google_business",
        fake(
            lambda it: setattr(
                it, "token_answer", Reply(b'{"error": "invalid_grant"}', 400)
            )
        ),
        ("refresh token", "consent screen"),
    ),
    "play rights": (
        "google_play",
        fake(lambda it: it.fail("403")),
        ("Reply to reviews", "Play Console"),
    ),
    "app store key": (
        "app_store",
        fake(lambda it: it.faults.fail("401")),
        ("key_id", "issuer_id", "private_key"),
    ),
    "app store role": (
        "app_store",
        fake(lambda it: it.faults.fail("403")),
        ("Customer Support",),
    ),
    "feed app": (
        "app_store_feed",
        fake(lambda it: it.faults.fail("404")),
        ("app_ids or countries",),
    ),
    "trustpilot key": (
        "trustpilot",
        fake(lambda it: it.faults.fail("401")),
        ("api_key",),
    ),
    "trustpilot plan": (
        "trustpilot",
        fake(lambda it: it.faults.fail("403")),
        ("api_key and api_secret", "Integrations"),
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_credential_says_what_is_missing_and_shows_no_secret(
    platforms, check, case
):
    name, breaks, expected = BROKEN[case]
    breaks(platforms[name])

    code, lines, output, env = check([platforms[name]])

    line = lines[f"source {name}"]
    assert code == 1
    assert line.startswith("FAIL ")
    assert all(words in line for words in expected), line
    held = [*env.values(), google.TOKEN, trustpilot.SECRET]
    assert not any(secret in output for secret in held)
