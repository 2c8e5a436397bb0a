"""The bot is killed with SIGKILL while it replies; every reply stands exactly once."""

import random
import time

import pytest

from monitor.models import ReplyState, Status
from monitor.store import Filter
from tests.faults.conftest import Bot
from tests.faults.reply_worker import STEPS
from tests.faults.reply_world import ReplyWorld
from tests.faults.worker import Order
from tests.faults.world import PATIENCE, SharedClock
from tests.store.helpers import keep, many

pytestmark = pytest.mark.slow

RANDOM_KILLS = 8
FRESH = 3
"""Mentions that come in before every life."""


@pytest.fixture(params=["appends", "overwrites"])
def world(request, tmp_path):
    clock = SharedClock.starting(tmp_path / "clock")
    made = ReplyWorld(clock, overwrites=request.param == "overwrites")
    yield made
    made.close()


@pytest.fixture
def bot(all_workers, world, database):
    url = database.engine.url.render_as_string(hide_password=False)
    order = Order(url, world.port, str(world.clock.path), job="reply_worker")
    yield Bot(all_workers, world, order)
    all_workers.clear()


class Inbox:
    """Mentions as they come in, each with a number of its own."""

    def __init__(self, store):
        self._store = store
        self.count = 0

    def add(self, count=FRESH):
        fresh = many(self.count + count)[self.count :]
        keep(self._store, *fresh)
        self.count += count


@pytest.fixture
def inbox(store):
    return Inbox(store)


def test_killed_at_every_step_each_reply_stands_exactly_once(bot, world, inbox, store):
    nth = 2 if world.platform.overwrites else 1
    for step in STEPS:
        inbox.add()
        is_left_over = step in ("requeued", "looked up")
        worker = bot.start((step, 1 if is_left_over else nth))
        assert worker.reached(), f"{step} was not reached"
        assert worker.kill() == -9
        assert not world.done

    assert bot.start().ended() == 0

    assert_all_stand_once(world, inbox, store)


def test_killed_before_the_answer_came_each_reply_stands_exactly_once(
    bot, world, inbox, store
):
    for _ in range(5):
        inbox.add()
        world.hold = True
        world.held.clear()
        worker = bot.start()
        assert world.held.wait(PATIENCE)
        assert worker.kill() == -9
        assert not world.done

    assert bot.start().ended() == 0

    assert_all_stand_once(world, inbox, store)


@pytest.mark.parametrize("seed", [20260105, 7])
def test_killed_at_random_on_a_bad_day_each_reply_stands_exactly_once(
    bot, world, inbox, store, seed
):
    dice = random.Random(seed)  # noqa: S311 - draws lots
    faults = [None, None, "busy", "down", "drop_before", "drop_after"]
    for _ in range(RANDOM_KILLS):
        inbox.add()
        world.platform.faults.extend(dice.choices(faults, k=4))
        goal = world.requests + dice.randint(0, 12)
        world.done = False
        worker = bot.start()
        world.wait_for(goal)
        time.sleep(dice.uniform(0, 0.02))  # anywhere between two requests
        assert worker.kill() == (0 if world.done else -9)

    assert bot.start().ended() == 0

    assert_all_stand_once(world, inbox, store)


def assert_all_stand_once(world, inbox, store):
    said = [one.text for one in world.platform.journal]
    assert sorted(said) == sorted(f"answer to {n}" for n in range(inbox.count))
    for mention in store.mentions.find(Filter(), limit=1000):
        [row] = store.replies.of(mention.id)
        assert (row.state, row.error) == (ReplyState.SENT, "")
        assert (mention.status, mention.answered_by) == (Status.ANSWERED, "Ann")
        whats = [one.new for one in store.mentions.events(mention.id)]
        assert whats == ["open", "sending", "answered"]
    assert store.audit().problems == ()
