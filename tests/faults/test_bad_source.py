"""A platform that fails in every way we know, and a bot that is killed besides."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from tests.faults.posts import make
from tests.faults.test_kill import COUNT, assert_all_is_told_once

pytestmark = pytest.mark.slow

FAULTS = ("down", "hang", "cut", "busy", "refuse", "overlap", "twice", "old", "short")
SHARE = 0.25
"""Of all polls that go wrong in some way."""


@pytest.fixture
def bad_platform(world):
    world.posts["fake"] = [make(number) for number in range(COUNT)]
    world.idle_step = timedelta(hours=3)
    dice = random.Random(7)  # noqa: S311 - draws lots
    kinds = [*FAULTS, *(dice.choice(FAULTS) for _ in range(COUNT))]
    plan = (kind if dice.random() < SHARE else None for kind in kinds)
    first = {number * 3: kind for number, kind in enumerate(FAULTS, start=1)}
    rest = {number: kind for number, kind in enumerate(plan, start=30) if kind}
    slow = [number for number, kind in rest.items() if kind == "hang"]
    for number in slow[3:]:
        del rest[number]
    world.poll_fault = (first | rest).get


def test_source_that_fails_and_repeats_is_recorded_once(
    bot, world, bad_platform, database, store
):
    for step in ("polled", "recording", "recorded", "stored"):
        worker = bot.start((step, 3))
        assert worker.reached()
        assert worker.kill() == -9

    assert bot.start().ended() == 0

    assert set(world.faults_shown) == set(FAULTS)
    assert_all_is_told_once(world, database)
    assert store.audit().problems == ()
    [at] = store.sources.all()
    assert at.cursor == {"at": COUNT}
    assert at.posts_seen > COUNT
    assert at.posts_known == at.posts_seen - COUNT
    told = Counter(one.post_key.split(":")[0] for one in world.of("notice"))
    assert set(told) <= {"failing", "refused"}
    assert told["refused"] >= 1
