"""Reminders whose process dies, whose answers are lost, or who are not alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from monitor.deadlines import Deadlines
from monitor.store import Database, Filter, Store
from tests.fakes.reminding import FakeReminding, Killed
from tests.store.helpers import keep, keep_one, many

pytestmark = pytest.mark.slow


@pytest.fixture
def reminding():
    return FakeReminding()


@pytest.fixture
def deadlines(store, reminding, config, clock):
    return Deadlines(store, reminding, config, clock)


@pytest.fixture
def live(deadlines, deliverer, clock):
    """Let time pass; the scheduler ticks."""

    def live(deadlines=deadlines, every=timedelta(minutes=15), **span):
        end = clock() + timedelta(**span)
        while True:
            deliverer.deliver()
            deadlines.run()
            if clock() >= end:
                return
            clock.time = min(clock() + every, end)

    return live


def rows(store):
    return [
        row
        for mention in store.mentions.find(Filter())
        for row in store.reminders.of(mention.id)
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_lost_answer_is_looked_up_and_never_said_twice(
    store, live, reminding, deliverer, clock, count
):
    keep(store, *many(count))
    live(hours=2)
    reminding.drop()

    live(hours=8)

    assert len(reminding.said) == 4
    assert {row.state for row in rows(store)} == {"sent"}


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("step", ["claim", "before", "after", "sent"])
def test_killed_anywhere_each_word_is_said_exactly_once(
    store, database, live, reminding, deadlines, config, clock, step, count
):
    keep(store, *many(count))
    live(hours=2)
    dying = replace(deadlines, store=Dying(database, step))
    if step in ("before", "after"):
        setattr(reminding, step, Killed())
    with pytest.raises(Killed):
        live(deadlines=dying, hours=8)
    reminding.before = None

    live(hours=8)

    assert len(reminding.said) == 4
    assert {row.state for row in rows(store)} == {"sent"}


class Dying(Store):
    """Dies right after a claim, or before a word that was said is noted."""

    def __init__(self, database, step):
        super().__init__(database)
        rows = self.reminders
        claim = rows.claim

        def claim_and_die(*args):
            claim(*args)
            raise Killed

        def die(*_):
            raise Killed

        if step == "claim":
            rows.claim = claim_and_die
        if step == "sent":
            rows.sent = die


def test_row_that_keeps_killing_us_is_tried_ever_slower(
    store, database, live, deadlines, reminding, clock
):
    keep_one(store)
    live(hours=2)
    dying = replace(deadlines, store=Dying(database, "claim"))
    deaths = 0
    for _ in range(60):
        try:
            live(deadlines=dying, minutes=2, every=timedelta(minutes=2))
        except Killed:
            deaths += 1

    assert 2 < deaths < 20


@pytest.mark.parametrize("count", [3, 12])
def test_two_processes_at_once_say_each_word_once(
    store, database_url, deliverer, config, clock, count
):
    keep(store, *many(count))
    deliverer.deliver()
    clock.advance(hours=4, minutes=1)
    said = FakeReminding()
    others = [Database(database_url) for _ in range(4)]
    start = Barrier(len(others))

    def run(database):
        start.wait()
        return Deadlines(Store(database), said, config, clock).run()

    with ThreadPoolExecutor(len(others)) as pool:
        total = sum(pool.map(run, others))
    for one in others:
        one.close()

    numbers = [card.mention_id for _, words in said.said for _, card in words]
    assert sorted(numbers) == list(range(1, count + 1))
    assert total == count
