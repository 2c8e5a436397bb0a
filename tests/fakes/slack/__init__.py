"""A Slack of our own on 127.0.0.1, for the real slack_sdk to talk to.

with serving_slack(clock) as slack:
    client = WebClient(token=slack.bot_token, base_url=slack.url)
    client.chat_postMessage(channel=slack.named("acme").id, text="hi")
    assert slack.messages("acme")[0]["text"] == "hi"
"""

from tests.fakes.slack.faults import Fault, SlackError
from tests.fakes.slack.http import serving_slack
from tests.fakes.slack.people import People
from tests.fakes.slack.workspace import Workspace

__all__ = ["Fault", "People", "SlackError", "Workspace", "serving_slack"]
