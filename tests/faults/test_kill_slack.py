"""Killed with SIGKILL anywhere between the card and its answer: one alert, one public
reply, one change of state."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from monitor.models import Delivery, Status
from monitor.store import Filter
from tests.fakes.slack import People, serving_slack
from tests.faults.reply_world import ReplyWorld
from tests.faults.slack_worker import STEPS
from tests.faults.worker import Order
from tests.faults.world import SharedClock
from tests.slack.house import values
from tests.store.helpers import keep_one

pytestmark = pytest.mark.slow

SOON = 2
"""Seconds that somebody looks at Slack before they press again."""


@pytest.fixture
def database_url(tmp_path, sqlite_file):
    """SQLite alone: on PostgreSQL the same rows are killed without Slack."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_file.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def clock(tmp_path):
    return SharedClock.starting(tmp_path / "clock")


@pytest.fixture
def world(clock):
    made = ReplyWorld(clock, overwrites=False)
    yield made
    made.close()


@pytest.fixture
def space(clock):
    with serving_slack(clock) as slack:
        slack.add_channel("acme")
        yield slack


@pytest.fixture
def start(all_workers, world, space, clock, database):
    url = database.engine.url.render_as_string(hide_password=False)
    order = Order(url, world.port, str(clock.path), job="slack_worker", slack=space.url)
    yield lambda stop_at=None: all_workers.start(replace(order, stop_at=stop_at))
    all_workers.clear()


class Ann:
    """Answers every card that can be answered, again and again, as long as it takes."""

    def __init__(self, space, clock):
        self._space, self._clock = space, clock
        self._people = People(space)
        self._id = space.add_user("Ann", "ann@acme.example")
        self._stop = threading.Event()

    @contextmanager
    def at_work(self):
        self._stop.clear()
        thread = threading.Thread(target=self._work)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _work(self):
        while not self._stop.is_set():
            self._clock.advance(seconds=5)
            time.sleep(0.02)
            for card in self._space.messages("acme"):
                number = _to_reply(card)
                if number and self._space.sockets.wait_for(1, 0):
                    self._reply(card, number)

    def _reply(self, card, number):
        known = set(self._space.views)
        self._people.press(self._id, "acme", card, "card.reply")
        if view := self._window(known):
            text = {"reply.text": f"answer to {number}"}
            self._people.submit(self._id, view, values(view, text)).wait(SOON)

    def _window(self, known):
        """Return the window once it can be written in; None: not this time."""
        end = time.monotonic() + SOON
        while time.monotonic() < end and not self._stop.is_set():
            fresh = [v for k, v in list(self._space.views.items()) if k not in known]
            if fresh and fresh[-1]["callback_id"] != "loading":
                is_open = fresh[-1]["callback_id"] == "reply.submit"
                return fresh[-1] if is_open else None
            time.sleep(0.01)
        return None


def _to_reply(card):
    pressed = [e for b in card["blocks"] for e in b.get("elements", [])]
    found = [e for e in pressed if e.get("action_id") == "card.reply"]
    return found[0]["value"] if found else None


def test_killed_at_every_step_each_card_is_answered_exactly_once(
    start, space, world, clock, store
):
    ann = Ann(space, clock)
    for number, step in enumerate(STEPS):
        keep_one(store, post_id=str(number), text=f"acme is bad, {number}")
        worker = start((step, 1))
        with ann.at_work():
            assert worker.reached(), f"{step} was not reached"
            assert worker.kill() == -9

    with ann.at_work():
        assert start().ended() == 0

    assert_each_answered_once(space, world, store)


def assert_each_answered_once(space, world, store):
    numbers = {m.id for m in store.mentions.find(Filter(), limit=1000)}
    cards = space.messages("acme")
    assert len(cards) == len(numbers) == len(STEPS)
    assert all(card["text"].startswith("Answered by Ann") for card in cards)
    notes = [space.thread("acme", card["ts"]) for card in cards]
    assert [len(one) for one in notes] == [1] * len(cards)
    assert len(space.all_messages()) == 2 * len(cards)
    said = [one.text for one in world.platform.journal]
    assert sorted(said) == sorted(f"answer to {number}" for number in numbers)
    for number in numbers:
        whats = [one.new for one in store.mentions.events(number)]
        assert whats == ["open", "sending", "answered"]
        assert store.mentions.get(number).status is Status.ANSWERED
    assert set(store.outbox.counts()) <= {Delivery.SENT, Delivery.DROPPED}
    assert store.audit().problems == ()
