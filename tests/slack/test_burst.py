"""Five hundred mentions at once, under the limits Slack really has."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.config import Collect, Priority
from monitor.models import Delivery, Status
from monitor.store import Move
from sentiment import Label
from tests.fakes.mentions import make_mention
from tests.store.helpers import keep

pytestmark = pytest.mark.slow
COUNT = 500


def burst(count=COUNT, **values):
    dice = random.Random(3)  # noqa: S311 - draws lots
    ranks = [dice.choice(list(Priority)) for _ in range(count)]
    return [
        make_mention(post_id=str(n), priority=rank, **values)
        for n, rank in enumerate(ranks)
    ]


def arrived(slack, store, channel="acme"):
    """Return the priorities of a channel's cards in the order they came."""
    keys = [key for m in slack.messages(channel) for key in keys_of(m)]
    return [store.mentions.get(int(key.partition(":")[2])).priority for key in keys]


def keys_of(message):
    payload = message["metadata"]["event_payload"]
    return payload.get("post_keys") or [payload["post_key"]]


def deliver_all(deliverer, clock, step=3, most=2000):
    """Deliver until nothing is owed; return the seconds it took."""
    for second in range(0, most, step):
        deliverer.deliver()
        if set(deliverer.store.outbox.counts()) == {Delivery.SENT}:
            return second
        clock.advance(seconds=step)
    raise AssertionError("it does not end")


def test_burst_arrives_in_priority_order_with_none_lost(slack, store, deliverer, clock):
    slack.rates.are_on = True
    keep(store, *burst())

    seconds = deliver_all(deliverer, clock)

    order = arrived(slack, store)
    assert order == sorted(order, key=list(Priority).index)
    assert len(order) == len(slack.messages("acme")) == COUNT
    assert seconds < COUNT * 1.2
    assert slack.rates.refusals == 0
    assert store.audit().adds_up


def test_burst_in_one_channel_does_not_keep_another_waiting(
    slack, store, deliverer, clock
):
    slack.rates.are_on = True
    keep(store, *burst(200))
    keep(store, make_mention(brand="Bolt", post_id="b", priority=Priority.LOW))

    deliverer.deliver()

    assert len(slack.messages("bolt")) == 1


@pytest.fixture
def grouping(config, make_sender, deliverer):
    """A deliverer that groups from ten cards on, and collects praise for an hour."""
    told = config.slack.model_copy(update={"group_from": 10, "collect": Collect()})
    changed = config.model_copy(update={"slack": told})
    return replace(deliverer, sender=make_sender(config=changed), config=changed)


def test_burst_comes_in_groups_with_a_row_and_a_reply_for_each(
    slack, store, grouping, clock
):
    slack.rates.are_on = True
    keep(store, *burst(100))

    deliver_all(grouping, clock)

    messages = slack.messages("acme")
    keys = [key for m in messages for key in keys_of(m)]
    assert len(keys) == len(set(keys)) == 100
    assert len(messages) < 50
    replies = [
        e["value"]
        for m in messages
        for b in m["blocks"]
        for e in b.get("elements", [])
        if e.get("action_id") == "card.reply"
    ]
    assert len(set(replies)) == 100
    assert store.audit().adds_up


@pytest.mark.parametrize("how", ["drop_before", "drop_after"])
def test_group_of_unclear_outcome_is_said_once(slack, store, grouping, clock, how):
    keep(store, *(make_mention(post_id=str(n)) for n in range(12)))
    slack.break_next(how)

    for _ in range(20):
        grouping.deliver()
        grouping.reconcile()
        clock.advance(seconds=5)

    keys = [key for m in slack.messages("acme") for key in keys_of(m)]
    assert sorted(keys) == sorted(f"alert:{n}" for n in range(1, 13))
    assert set(store.outbox.counts()) == {Delivery.SENT}


def test_one_of_a_group_changes_and_the_message_shows_it(slack, store, grouping, clock):
    keep(store, *(make_mention(post_id=str(n)) for n in range(12)))
    deliver_all(grouping, clock)
    before = len(slack.messages("acme"))

    store.move(1, Status.OPEN, Move(Status.DISMISSED, "Ann", "praise"), clock())
    grouping.deliver()

    shown = [m for m in slack.messages("acme") if "alert:1" in keys_of(m)]
    assert "No reply needed, says Ann: praise" in str(shown[0]["blocks"])
    assert len(slack.messages("acme")) == before


def test_praise_is_collected_until_the_hour_and_complaints_are_not(
    slack, store, grouping, clock
):
    happy = {"sentiment": Label.POSITIVE, "priority": Priority.LOW}
    late = {"due_at": clock() + timedelta(days=2)}
    keep(store, *(make_mention(post_id=f"h{n}", **happy, **late) for n in range(4)))
    keep(store, make_mention(post_id="sad"))
    clock.advance(minutes=1)

    grouping.deliver()
    assert len(slack.messages("acme")) == 1
    clock.advance(minutes=60)
    grouping.deliver()

    [_, together] = slack.messages("acme")
    assert len(keys_of(together)) == 4
