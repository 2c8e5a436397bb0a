"""The bot between Slack and a platform, to be killed anywhere: real sender, socket,
router and replies over slack_sdk; Slack and the platform live in the test's process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import event

from connectors import FileSource
from monitor.config import Brand, Config, SlackSettings
from monitor.models import Delivery, Status
from monitor.outbox import Deliverer
from monitor.replies import Replies
from monitor.slack.client import connect
from monitor.slack.desk import Desk
from monitor.slack.router import route
from monitor.slack.sender import SlackSender
from monitor.slack.socket import Socket
from monitor.store import Database, Filter, OutboxRows, Store
from tests.faults.edges import Edge
from tests.faults.reply_worker import Platform, SteppedReplies
from tests.faults.steps import Steps
from tests.faults.worker import Order, open_database
from tests.faults.world import PATIENCE, SharedClock

STEPS = (
    "alert claiming", "alert claimed", "alert stored", "looked up", "alert noting",
    "alert noted",
    "reply submitting", "reply submitted", "reply claiming", "reply claimed",
    "reply looked up", "reply standing", "reply answered", "reply settling",
    "reply settled",
    "update claimed", "update stored", "update noted",
    "note claiming", "note claimed", "note stored", "note noting", "note noted",
)  # fmt: skip
"""Every boundary a kill can fall on, from the card to the note in its thread. What is
looked up was left by the kill before."""


class Named:
    """The steps of one part, by its name."""

    def __init__(self, steps: Steps, part: str) -> None:
        self._steps, self._part = steps, part

    def __call__(self, name: str) -> None:
        self._steps(f"{self._part} {name}")

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        with self._steps.inside(f"{self._part} {name}"):
            yield


class SteppedOutbox(OutboxRows):
    def __init__(self, database: Database, steps: Steps) -> None:
        super().__init__(database)
        self._steps = steps

    def claim(self, row, now):
        step = Named(self._steps, row.kind.value)
        with step.inside("claiming"):
            done = super().claim(row, now)
        step("claimed")
        return done

    def sent(self, row, ref, now):
        step = Named(self._steps, row.kind.value)
        with step.inside("noting"):
            done = super().sent(row, ref, now)
        step("noted")
        return done


class SteppedSender(SlackSender):
    """Stops where Slack has a message, and we have not noted it yet."""

    @classmethod
    def over(cls, steps, *given):
        made = cls(*given)
        object.__setattr__(made, "steps", steps)
        return made

    def alert(self, card, post_key):
        return self._stored("alert", super().alert(card, post_key))

    def update(self, card, alert_ref, post_key):
        return self._stored("update", super().update(card, alert_ref, post_key))

    def note(self, note, card_ref, post_key):
        return self._stored("note", super().note(note, card_ref, post_key))

    def find(self, post_key, since):
        found = super().find(post_key, since)
        self.steps("looked up")
        return found

    def _stored(self, kind, ref):
        self.steps(f"{kind} stored")
        return ref


def config(base: str) -> Config:
    return Config(
        brands=(Brand(name="Acme", keywords=("acme",), channel="#acme"),),
        sources=(FileSource(type="file", name="fake", path="unused"),),
        slack=SlackSettings(
            bot_token="xoxb-fake-bot-token",  # noqa: S106 - opens nothing
            app_token="xapp-fake-app-token",  # noqa: S106 - opens nothing
            api_base=base,
            channel="#acme",
            group_from=1000,
        ),
    )


def work(order: Order) -> int:
    """Deliver, hear and reply until every mention is answered and nothing is owed."""
    steps, rules = Steps(order.stop_at), config(order.slack or "")
    clock = SharedClock(Path(order.clock))
    store = Store(open_database(order.url))
    event.listen(store._database.engine, "commit", steps.committing)
    store.outbox = SteppedOutbox(store._database, steps)
    part = Named(steps, "reply")
    store.replies = SteppedReplies(store._database, part)
    platform = Platform(Edge(order.port, PATIENCE), part)
    replies = Replies(store, {"fake": platform}, rules, clock)
    clients = connect(rules.slack, timeout=5)
    sender = SteppedSender.over(
        steps, clients.bot, rules, rules.slack, store.slack, clock
    )
    desk = Desk(
        store=store, replies=replies, config=rules, settings=rules.slack,
        client=clients.bot, people=sender.people, channels=sender.channels, now=clock,
    )  # fmt: skip
    router = route(lambda: desk, clients.bot)
    Socket(clients.app, router, lambda *_: None, 0.05, apart=0).start()
    deliverer = Deliverer(store, sender, rules, clock)
    while not _is_done(store):
        moved = deliverer.reconcile() + deliverer.deliver()
        if not moved + replies.reconcile() + replies.send():
            time.sleep(0.01)
    return 0


def _is_done(store: Store) -> bool:
    counts = store.outbox.counts()
    owed = counts.get(Delivery.QUEUED, 0) + counts.get(Delivery.SENDING, 0)
    answered = store.mentions.find(Filter(status=Status.ANSWERED), limit=1000)
    return not owed and len(answered) == len(store.mentions.find(Filter(), limit=1000))
