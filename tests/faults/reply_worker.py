"""Somebody who submits replies, and the bot that sends them, to be killed anywhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import event

from connectors import CanReply, Length, OwnerReply, Posted
from monitor.models import Status
from monitor.replies import Replies
from monitor.store import Database, Filter, ReplyRows, Store
from tests.fakes.connector import FakeConnector
from tests.faults.edges import Edge
from tests.faults.steps import Steps
from tests.faults.worker import Order, config, open_database
from tests.faults.world import PATIENCE, SharedClock

STEPS = (
    "submitting", "submitted", "claiming", "claimed", "noting", "requeued",
    "standing", "renewed", "looked up", "answered", "settling", "settled",
)  # fmt: skip
"""Every boundary a kill can fall on. -ing: inside a transaction, before its commit.
A row that is requeued or looked up was left by an earlier kill."""


class Platform(FakeConnector):
    """The world's platform, one HTTP call each."""

    settle = timedelta(minutes=1)

    def __init__(self, edge: Edge, step: Callable[[str], None]) -> None:
        super().__init__()
        self._edge, self._step = edge, step

    def can_reply(self, target):
        return CanReply(ok=True)

    def measure(self, target, text):
        return Length(len(text), 280)

    def standing_reply(self, target):
        shown = self._edge.ask("/standing", {"id": target.id})
        self._step("standing")
        if not shown:
            return None
        at = datetime.fromisoformat(shown.pop("at"))
        return OwnerReply(posted_at=at, **shown)

    def reply(self, target, text):
        answer = self._edge.ask("/reply", {"id": target.id, "text": text})
        self._step("answered")
        return _posted(answer)

    def find_reply(self, target, text, since):
        asked = {"id": target.id, "text": text, "since": since.isoformat()}
        answer = self._edge.ask("/find", asked)
        self._step("looked up")
        return _posted(answer) if answer else None


def _posted(answer: dict) -> Posted:
    at = datetime.fromisoformat(answer["at"])
    return Posted(id=answer["id"], url=answer["url"], posted_at=at)


class SteppedReplies(ReplyRows):
    def __init__(self, database: Database, step: Steps) -> None:
        super().__init__(database)
        self._step = step

    def submit(self, *args, **more):
        with self._step.inside("submitting"):
            done = super().submit(*args, **more)
        self._step("submitted")
        return done

    def claim(self, row, now):
        with self._step.inside("claiming"):
            done = super().claim(row, now)
        self._step("claimed")
        return done

    def renew(self, row, now):
        done = super().renew(row, now)
        self._step("renewed")
        return done

    def note(self, row, **values):
        with self._step.inside("noting"):
            return super().note(row, **values)

    def requeue(self, row, due_at, error):
        done = super().requeue(row, due_at, error)
        self._step("requeued")
        return done

    def settle(self, row, outcome, now):
        with self._step.inside("settling"):
            done = super().settle(row, outcome, now)
        self._step("settled")
        return done


def work(order: Order) -> int:
    """Submit a reply to every mention that has none, and send until all are out."""
    step, edge = Steps(order.stop_at), Edge(order.port, PATIENCE)
    clock = SharedClock(Path(order.clock))
    store = Store(open_database(order.url))
    event.listen(store._database.engine, "commit", step.committing)
    store.replies = SteppedReplies(store._database, step)
    replies = Replies(store, {"fake": Platform(edge, step)}, config(), clock)
    for mention in store.mentions.find(Filter(status=Status.OPEN), limit=1000):
        if not store.replies.of(mention.id):
            replies.submit(mention.id, f"answer to {mention.post_id}", "Ann")
    while True:
        if replies.reconcile() + replies.send():
            continue
        if not store.mentions.find(Filter(status=Status.SENDING)):
            edge.ask("/done", {})
            return 0
        edge.ask("/idle", {})
