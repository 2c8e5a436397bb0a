"""A digest in Slack: charts uploaded, the message once, its thread below it."""

from datetime import UTC, date, datetime, time

import pytest

from monitor.config.model import Digest
from monitor.digest.period import Period
from monitor.digest.publish import AlreadySent, Publisher
from monitor.models import Delivery
from monitor.outbox import Deliverer
from monitor.slack.client import connect
from monitor.slack.digest import Pictures
from monitor.slack.sender import SlackSender
from tests.fakes.mentions import make_mention
from tests.store.helpers import keep

WEEK = Period(date(2026, 1, 5), date(2026, 1, 11), "UTC")
UNCLEAR = ("drop_before", "drop_after", "http_before", "http_after")


@pytest.fixture
def publisher(store, config, clock, tmp_path):
    digest = Digest(out=str(tmp_path / "digests"), day="mon", at=time(8))
    changed = config.model_copy(update={"digest": digest})
    for number in range(30):
        keep(
            store,
            make_mention(
                post_id=f"p{number}",
                posted_at=datetime(2026, 1, 5 + number % 6, 12, tzinfo=UTC),
            ),
        )
    clock.time = datetime(2026, 1, 12, 9, tzinfo=UTC)
    return Publisher(store, changed, clock)


def drain(deliverer, clock):
    for _ in range(120):
        deliverer.deliver()
        deliverer.reconcile()
        clock.advance(seconds=10)


def digests(slack, channel="acme"):
    return [
        one
        for one in slack.messages(channel)
        if one["metadata"]["event_payload"]["post_key"].startswith("digest:")
    ]


def test_it_is_posted_once_with_its_charts_and_its_thread(
    slack, store, publisher, deliverer, clock
):
    publisher.run()
    drain(deliverer, clock)

    [top] = digests(slack)
    thread = slack.thread("acme", top["ts"])
    images = [block for block in top["blocks"] if block["type"] == "image"]
    assert "30 mentions" in top["text"]
    assert images
    assert all(block["slack_file"]["id"] in slack.files for block in images)
    assert [one["text"] for one in thread][:1] == ["Still unanswered, 1 to 12 of 30"]


@pytest.mark.parametrize("how", UNCLEAR)
def test_it_is_not_said_twice_when_the_connection_drops(
    slack, store, publisher, deliverer, clock, how
):
    publisher.run()
    slack.break_next(how)
    drain(deliverer, clock)

    tops = [one for one in digests(slack) if not one.get("thread_ts")]
    assert len(tops) == 1


def test_pictures_that_are_not_ready_are_left_out_and_the_figures_go(
    slack, sender, tmp_path
):
    picture = tmp_path / "days.png"
    picture.write_bytes(b"png")
    looks = []
    blocks = [
        {"type": "image", "chart": "days", "alt_text": "busy"},
        {"type": "image", "chart": "none", "alt_text": "no file"},
        {"type": "context", "elements": []},
    ]

    ready = Pictures(sender.client, looks.append).placed(blocks, {"days": str(picture)})

    assert [block["type"] for block in ready] == ["image", "context"]
    assert looks == [0.5]


def test_a_channel_that_refuses_it_holds_up_no_card(
    slack, store, publisher, config, clock
):
    changed = publisher.config.model_copy(
        update={"digest": publisher.config.digest.model_copy(update={"channel": "#no"})}
    )
    Publisher(store, changed, clock).run()
    client = connect(config.slack).bot
    deliverer = Deliverer(
        store,
        SlackSender(client, changed, config.slack, store.slack, clock),
        changed,
        clock,
    )
    drain(deliverer, clock)

    key = "digest:Acme:2026-01-05:2026-01-11"
    assert store.outbox.of(key).state is Delivery.QUEUED
    assert len(slack.messages("acme")) == 30
    assert any(
        "a digest cannot be shown" in one["text"] for one in slack.messages("ops")
    )


def test_a_second_one_of_the_same_week_is_refused(store, publisher, config):
    publisher.run()

    with pytest.raises(AlreadySent, match="was made 12 Jan 09:00 UTC already"):
        publisher.publish(config.brand("Acme"), WEEK)
