"""`everyreply check` asks Slack too, where config.yaml has it."""

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from tests.cli.sample import CONFIG
from tests.fakes.slack import serving_slack

SLACK = """
slack:
  bot_token: ${{BOT}}
  app_token: ${{APP}}
  api_base: {base}
  channel: "#acme"
"""


@pytest.fixture
def space():
    with serving_slack() as slack:
        slack.add_channel("acme")
        yield slack


@pytest.fixture
def check(space, place):
    """Run the check; return its exit code, and its lines by subject."""
    config = place / "config.yaml"
    config.write_text(CONFIG + SLACK.format(base=space.url))

    def run(env=None):
        command = ["check", "--config", str(config)]
        tokens = {"BOT": space.bot_token, "APP": space.app_token}
        done = CliRunner().invoke(app, command, env=tokens if env is None else env)
        lines = [line for line in done.output.splitlines() if ": " in line]
        return done.exit_code, {one[5:].split(": ", 1)[0]: one for one in lines}

    return run


def test_tokens_scopes_and_channels_are_among_the_findings(space, check):
    code, lines = check()

    asked = [
        "slack bot token", "slack scopes", "slack clock", "slack app token",
        "slack channel #acme",
    ]  # fmt: skip
    assert [name for name in lines if name.startswith("slack")] == asked
    assert all(lines[name].startswith("ok   ") for name in asked)
    assert code == 0
    assert space.all_messages() == []


def test_channel_without_the_app_fails_the_check_and_names_the_remedy(space, check):
    space.named("acme").is_member = False

    code, lines = check()

    assert code == 1
    assert "FAIL slack channel #acme" in lines["slack channel #acme"]
    assert "/invite @everyreply" in lines["slack channel #acme"]


def test_revoked_token_hides_no_other_finding(space, check):
    space.revoked = True

    code, lines = check()

    assert code == 1
    assert "token was revoked" in lines["slack bot token"]
    assert "source inbox" in lines


def test_slack_is_not_asked_in_the_name_of_nobody(check):
    code, lines = check(env={"BOT": "", "APP": ""})

    assert code == 1
    assert "secrets" in lines
    assert [name for name in lines if name.startswith("slack")] == []
