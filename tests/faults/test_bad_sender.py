"""A channel that loses connections, asks for time, is away, and meets defects."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import Unavailable
from monitor.models import Delivery, Status
from monitor.store import Filter, Move, OutboxRows
from tests.faults.posts import make
from tests.faults.test_kill import COUNT, assert_all_is_told_once

pytestmark = pytest.mark.slow

FAULTS = ("drop_before", "drop_after", "busy", "down", "refuse")


def test_sender_that_drops_and_refuses_says_everything_once(
    bot, world, database, store
):
    world.posts["fake"] = [make(number) for number in range(COUNT)]
    dice = random.Random(11)  # noqa: S311 - draws lots
    faults = {n: dice.choice(FAULTS) for n in range(1, COUNT) if dice.random() < 0.1}
    world.send_fault = faults.get

    for step in ("claimed", "stored", "looked up"):
        worker = bot.start((step, 2))
        assert worker.reached()
        assert worker.kill() == -9
    assert bot.start().ended() == 0

    assert set(world.faults_shown) == set(FAULTS)
    assert_all_is_told_once(world, database)
    assert store.audit().problems == ()
    assert set(store.outbox.counts()) == {Delivery.SENT}


def drain(deliverer, clock):
    """Deliver until nothing moves for a day."""
    for _ in range(24 * 12):
        deliverer.reconcile()
        deliverer.deliver()
        clock.advance(minutes=5)


def test_channel_away_for_an_hour_then_gets_the_state_not_the_history(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.forgetful = True
    post = connector.post("acme is bad")
    sender.error = Unavailable("the channel is away")
    pipeline.poll(watch)
    for minute in range(60):
        connector.posts = [replace(post, text=f"acme is bad, take {minute}")]
        pipeline.poll(watch)
        deliverer.reconcile()
        deliverer.deliver()
        clock.advance(minutes=1)

    sender.error = None
    drain(deliverer, clock)

    [(kind, _, card)] = sender.messages
    assert (kind, card.text) == ("alert", "acme is bad, take 59")


def test_shown_card_changed_while_away_is_updated_once(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.forgetful = True
    post = connector.post("acme is bad")
    pipeline.poll(watch)
    deliverer.deliver()
    sender.error = Unavailable("the channel is away")
    for minute in range(10):
        connector.posts = [replace(post, text=f"acme is bad, take {minute}")]
        pipeline.poll(watch)
        deliverer.deliver()
        clock.advance(minutes=6)

    sender.error = None
    drain(deliverer, clock)

    [card] = sender.of("update")
    assert card.text == "acme is bad, take 9"
    assert len(sender.of("alert")) == 1


def test_mention_dismissed_while_away_is_never_alerted(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.post("acme is bad")
    sender.error = Unavailable("the channel is away")
    pipeline.poll(watch)
    deliverer.deliver()
    [mention] = store.mentions.find(Filter())
    done = Move(Status.DISMISSED, "ann", "no_reply_needed")
    store.move(mention.id, Status.OPEN, done, clock())

    sender.error = None
    drain(deliverer, clock)

    assert sender.messages == []
    assert store.audit().adds_up


class TroubledRows(OutboxRows):
    """Rows of a database that fails the first time it should note a delivery."""

    trouble = True

    def sent(self, row, ref, now):
        if self.trouble:
            self.trouble = False
            raise RuntimeError("the database is locked")
        return super().sent(row, ref, now)


def test_alert_that_could_not_be_noted_is_looked_up_not_sent_again(
    pipeline, watch, connector, store, database, deliverer, sender, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    store.outbox = TroubledRows(database)
    with pytest.raises(RuntimeError):
        deliverer.deliver()

    store.outbox.retry_failed(clock())  # a restart does this
    drain(deliverer, clock)

    assert len(sender.of("alert")) == 1
    assert store.outbox.counts() == {Delivery.SENT: 1}


def test_defect_after_the_message_is_out_is_looked_up_before_a_second_try(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)

    class Defect:
        settle = timedelta(0)
        find = sender.find

        def alert(self, card, post_key):
            sender.alert(card, post_key)
            raise ValueError("the answer could not be read")

    replace(deliverer, sender=Defect()).deliver()
    assert store.outbox.counts() == {Delivery.SENDING: 1}

    drain(deliverer, clock)

    assert len(sender.of("alert")) == 1
    assert store.outbox.counts() == {Delivery.SENT: 1}


def test_mention_opened_again_while_its_card_is_being_dropped_is_still_shown(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    [mention] = store.mentions.find(Filter())
    closed = Move(Status.DISMISSED, "ann", "no_reply_needed")
    store.move(mention.id, Status.OPEN, closed, clock())
    [row, _] = store.outbox.due(clock())
    assert store.outbox.claim(row, clock())

    again = Move(Status.OPEN, "ann", "a mistake")
    store.move(mention.id, Status.DISMISSED, again, clock())
    store.outbox.drop(row, "already dismissed before it was shown", clock())
    drain(deliverer, clock)

    assert len(sender.of("alert")) == 1
    assert store.audit().adds_up
