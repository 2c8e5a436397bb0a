"""The steps of the bot, announced so that it can be killed exactly between two."""

import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from monitor.store import Database, OutboxRows, Store
from tests.fakes.classifier import FakeClassifier

STEPS = (
    "polled", "classified", "recording", "recorded",
    "claiming", "claimed", "stored", "looked up", "noting", "noted",
)  # fmt: skip
"""Every boundary a kill can fall on. -ing: inside a transaction, before its commit."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


class Steps:
    """Counts named steps; at the one asked for it says so and waits to be killed."""

    def __init__(self, stop_at: tuple[str, int] | None) -> None:
        self._stop_at = stop_at
        self._seen: Counter[str] = Counter()
        self._here = threading.local()

    def __call__(self, name: str) -> None:
        self._seen[name] += 1
        if self._stop_at == (name, self._seen[name]):
            say("here")
            while True:
                signal.pause()

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        self._here.inside = name
        try:
            yield
        finally:
            self._here.inside = None

    def committing(self, _connection: object) -> None:
        if name := getattr(self._here, "inside", None):
            self(name)


class SteppedClassifier(FakeClassifier):
    def __init__(self, step: Callable[[str], None]) -> None:
        super().__init__()
        self._step = step

    def classify(self, texts, languages=None, kinds=None):
        moods = super().classify(texts, languages, kinds)
        self._step("classified")
        return moods


class SteppedRows(OutboxRows):
    def __init__(self, database: Database, step: Steps) -> None:
        super().__init__(database)
        self._step = step

    def claim(self, row, now):
        with self._step.inside("claiming"):
            done = super().claim(row, now)
        self._step("claimed")
        return done

    def sent(self, row, ref, now):
        with self._step.inside("noting"):
            done = super().sent(row, ref, now)
        self._step("noted")
        return done


class SteppedStore(Store):
    def __init__(self, database: Database, step: Steps) -> None:
        super().__init__(database)
        event.listen(database.engine, "commit", step.committing)
        self._step = step
        self.outbox = SteppedRows(database, step)

    def record(self, intake):
        with self._step.inside("recording"):
            done = super().record(intake)
        self._step("recorded")
        return done
