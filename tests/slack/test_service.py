"""The running service, whole: from a post to the public answer, through Slack alone."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from monitor.app import build, read_config
from monitor.pipeline import Watch
from monitor.scheduler import Service
from tests.fakes.classifier import FakeClassifier
from tests.fakes.replier import FakeReplier
from tests.fakes.slack import People, serving_slack
from tests.fakes.slack.pings import pings
from tests.slack.house import until, values

CONFIG = """\
brands: [{{name: Acme, keywords: [acme], channel: "#acme"}}]
sources: [{{type: file, name: fake, path: nothing, every: 1s}}]
slack:
  bot_token: ${{SLACK_BOT_TOKEN}}
  app_token: ${{SLACK_APP_TOKEN}}
  api_base: {base}
  channel: "#acme"
"""


def utc_now():
    return datetime.now(UTC)


@pytest.fixture
def space():
    with serving_slack(utc_now) as slack:
        slack.add_channel("acme")
        yield slack


@pytest.fixture
def platform():
    return FakeReplier(now=utc_now)


@pytest.fixture
def service(space, platform, store, tmp_path, monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", space.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", space.app_token)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(base=space.url))
    app = build(
        read_config(path, needs_secrets=True),
        store,
        object(),
        utc_now,
        classifier=FakeClassifier(),
        connect=lambda config, context: [
            Watch("fake", timedelta(seconds=1), platform, platform="fake")
        ],
    )
    stop = threading.Event()
    running = threading.Thread(
        target=Service(app, path, timedelta(seconds=0.05)).run, args=(stop,)
    )
    running.start()
    yield store
    stop.set()
    running.join(30)
    assert not running.is_alive()


@pytest.mark.slow
def test_a_post_is_alerted_claimed_and_answered_without_leaving_slack(
    service, space, platform
):
    ann = space.add_user("Ann", "ann@acme.example")
    people = People(space)
    platform.post("my acme is broken @here <!channel>", posted_at=utc_now())

    [card] = until(lambda: space.messages("acme"), "no card came", 20)
    space.sockets.wait_for(1, 20)
    people.press(ann, "acme", card, "card.claim").wait()
    until(lambda: service.mentions.get(1).assignee == "Ann", "nobody claimed it", 20)
    people.press(ann, "acme", card, "card.reply").wait()
    view = until(
        lambda: next(
            (v for v in space.views.values() if v["callback_id"] == "reply.submit"),
            None,
        ),
        "no window opened",
        20,
    )
    people.submit(ann, view, values(view, {"reply.text": "Sorry! We fix it."})).wait()
    until(
        lambda: service.mentions.get(1).status == "answered", "it was not answered", 30
    )
    until(
        lambda: space.messages("acme")[0]["text"].startswith("Answered by Ann"),
        "the card does not say so",
        20,
    )

    [reply] = platform.replies
    assert (reply.text, reply.post_id) == ("Sorry! We fix it.", "1")
    assert len(space.messages("acme")) == 1
    assert not [one for message in space.all_messages() for one in pings(message)]
    assert service.audit().adds_up
