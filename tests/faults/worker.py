"""The bot in a process of its own, to be killed: python -m tests.faults.worker.

It reads orders from stdin, one JSON object a line, and runs each in a fork of itself,
so that a start costs no imports. Real store, pipeline, matcher and deliverer; the
platform and the channel are an HTTP server of the test. No production code is
patched: steps are announced by small wrappers and an SQLAlchemy event.
"""

import json
import logging
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlmodel import SQLModel

from connectors import FileSource, Refused
from monitor.app import build, read_config
from monitor.config import Brand, Config
from monitor.models import Delivery
from monitor.outbox import Deliverer
from monitor.pipeline import Pipeline, Watch
from monitor.rules.match import Matcher
from monitor.scheduler import Service
from monitor.store import Database, Store
from tests.fakes.classifier import FakeClassifier
from tests.fakes.connector import FakeConnector
from tests.fakes.sender import FakeSender
from tests.faults.edges import EPOCH, Channel, Edge, Platform
from tests.faults.steps import SteppedClassifier, SteppedStore, Steps, say
from tests.faults.world import PATIENCE, SharedClock

EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Order:
    """What one worker is to do. `stop_at` is a step and which time it comes."""

    url: str
    port: int
    clock: str
    stop_at: tuple[str, int] | None = None
    config: str | None = None
    job: str | None = None
    slack: str | None = None


def config() -> Config:
    return Config(
        brands=(
            Brand(name="Acme", keywords=("acme",), exclude=("jobs",)),
            Brand(name="Rival", keywords=("rival",), reply=False),
            Brand(name="Bolt", keywords=("bolt",)),
        ),
        sources=(FileSource(type="file", name="fake", path="unused"),),
    )


def open_database(url: str) -> Database:
    """Open it without waiting for the disk: a kill loses what was not committed, not
    what the kernel already has. A power cut is not what is tested here."""
    database = Database(url)
    words = "SET synchronous_commit = off"
    if database.is_sqlite:
        words = "PRAGMA synchronous=OFF"

    def hurry(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(words)
        cursor.close()
        if not database.is_sqlite:
            connection.commit()

    event.listen(database.engine, "connect", hurry)
    return database


def work(order: Order) -> int:
    """Poll and deliver until the source is dry and nothing is owed."""
    step, edge = Steps(order.stop_at), Edge(order.port)
    clock = SharedClock(Path(order.clock))
    store = SteppedStore(open_database(order.url), step)
    rules = config()
    matcher = Matcher(rules.brands, rules.priorities.urgent)
    pipeline = Pipeline(store, SteppedClassifier(step), matcher, rules, clock)
    deliverer = Deliverer(store, Channel(edge, step), rules, clock)
    watch = Watch("fake", EVERY, Platform("fake", edge, step))
    while True:
        moved = deliverer.reconcile()
        done = pipeline.poll_if_due(watch)
        moved += done is not None and done.seen
        moved += deliverer.deliver(limit=25)
        if moved:
            continue
        if _is_dry(store, clock()):
            edge.ask("/done", {})
            return 0
        store.sources.resume("fake", clock())  # a person mended what was refused
        edge.ask("/idle", {})


def _is_dry(store: Store, now: datetime) -> bool:
    at = store.sources.checkpoint("fake", now)
    counts = store.outbox.counts()
    owed = counts.get(Delivery.QUEUED, 0) + counts.get(Delivery.SENDING, 0)
    return not (owed or at.failures or at.paused_at or at.next_poll_at <= now)


def serve(order: Order) -> int:
    """Run the service as the command does, on the world's platform and channel."""
    stop, edge, step = threading.Event(), Edge(order.port, PATIENCE), Steps(None)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    path = Path(order.config or "")

    def connect(found: Config, _context: object) -> list[Watch]:
        if found.source("unusable"):
            raise Refused("unusable has no token; make one")
        return [
            Watch(one.name, one.every, Platform(one.name, edge, step))
            for one in found.sources
        ]

    app = build(
        read_config(path, needs_secrets=True),
        Store(open_database(order.url)),
        Channel(edge, step),
        SharedClock(Path(order.clock)),
        classifier=FakeClassifier(),
        connect=connect,
    )
    Service(app, path, timedelta(milliseconds=50)).run(stop)
    app.store.close()
    return 0


def run(order: Order) -> int:
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    if order.job:  # a module of this package that does something else
        return int(import_module(f"tests.faults.{order.job}").work(order))
    return work(order) if order.config is None else serve(order)


def warm_up() -> None:
    """Do everything once, so that a fork finds mappers and modules ready."""
    with suppress(ModuleNotFoundError):
        import_module("psycopg")
    database = Database("sqlite://")
    SQLModel.metadata.create_all(database.engine)
    store, rules, platform = Store(database), config(), FakeConnector()
    platform.post("acme is bad")
    matcher = Matcher(rules.brands, rules.priorities.urgent)
    pipeline = Pipeline(store, FakeClassifier(), matcher, rules, lambda: EPOCH)
    pipeline.poll(Watch("warm", EVERY, platform))
    Deliverer(store, FakeSender(), rules, lambda: EPOCH).deliver()
    store.close()


def main() -> None:
    """Run each order in a fork, and tell how it ended."""
    warm_up()
    say("ready")
    for line in sys.stdin:
        values = json.loads(line)
        values["stop_at"] = tuple(values["stop_at"]) if values["stop_at"] else None
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = run(Order(**values))
            finally:
                sys.stderr.flush()
                os._exit(code)
        say(str(child))
        _, status = os.waitpid(child, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
