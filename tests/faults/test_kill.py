"""The bot is killed with SIGKILL while it ingests; nothing is lost, nothing twice."""

import random
import time
from collections import Counter

import pytest
from sqlmodel import col, select

from monitor.models import Delivery, Event, Mention, Outbox, OutboxKind, Unmatched
from tests.faults.posts import expected, make
from tests.faults.steps import STEPS

pytestmark = pytest.mark.slow

COUNT = 5_000
RANDOM_KILLS = 35
TIMES = (1, 2, 4)


@pytest.fixture
def feed(world):
    world.posts["fake"] = [make(number) for number in range(COUNT)]


def test_killed_at_every_step_it_loses_nothing_and_says_nothing_twice(
    bot, world, feed, database, store
):
    for nth in TIMES:
        for step in STEPS:
            worker = bot.start((step, nth if step != "looked up" else 1))
            assert worker.reached(), f"{step} was not reached"
            assert worker.kill() == -9
            assert not world.done

    assert bot.start().ended() == 0

    assert_all_is_told_once(world, database)
    assert_ledger(store, seen=COUNT)


@pytest.mark.parametrize("seed", [20260105])
def test_killed_at_random_it_loses_nothing_and_says_nothing_twice(
    bot, world, feed, database, store, seed
):
    dice = random.Random(seed)  # noqa: S311 - draws lots
    for _ in range(RANDOM_KILLS):
        worker = bot.start()
        goal = world.requests + dice.randint(0, 14)
        world.wait(lambda goal=goal: world.requests >= goal, "a request")
        time.sleep(dice.uniform(0, 0.02))  # anywhere between two requests
        assert worker.kill() == -9
        assert not world.done

    assert bot.start().ended() == 0

    assert_all_is_told_once(world, database)
    assert_ledger(store, seen=COUNT)


def assert_all_is_told_once(world, database):
    """Every post is stored once, every alert is on the other side once."""
    wanted = expected(COUNT)
    with database.read() as session:
        kept = session.exec(select(Mention.post_id, Mention.brand)).all()
        rest = session.exec(select(Unmatched.post_id)).all()
        found = session.exec(
            select(Event.mention_id).where(Event.what == "found")
        ).all()
        owed = session.exec(
            select(Outbox.post_key, Mention.post_id, Mention.brand)
            .join(Mention, col(Outbox.mention_id) == col(Mention.id))
            .where(Outbox.kind == OutboxKind.ALERT)
        ).all()
    assert Counter(kept) == Counter(wanted.mentions)
    assert Counter(rest) == Counter(wanted.unmatched)
    assert len(found) == len(set(found)) == len(kept)
    assert Counter((post, brand) for _, post, brand in owed) == Counter(wanted.alerts)
    said = Counter(one.post_key for one in world.of("alert"))
    assert said == Counter(key for key, _, _ in owed)


def assert_ledger(store, seen):
    assert store.audit().problems == ()
    assert set(store.outbox.counts()) == {Delivery.SENT}
    [at] = store.sources.all()
    assert at.cursor == {"at": COUNT}
    assert at.posts_seen == seen
    assert at.posts_new == len({post for post, _ in expected(COUNT).mentions})
    assert at.posts_unmatched == len(expected(COUNT).unmatched)
    assert at.mentions == len(expected(COUNT).mentions)
