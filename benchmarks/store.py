"""The store at a million mentions: what people and polls ask, and how long it takes.

Run: python -m benchmarks.store [ROWS]. Prints milliseconds, the best of some tries,
and how SQLite finds the queue. Fills a database in a temporary folder (about 2 GB).
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import event, insert, text
from sqlmodel import Session, SQLModel

from connectors import Kind
from monitor import migrations
from monitor.config import Priority
from monitor.models import (
    Checkpoint,
    Delivery,
    Event,
    Mention,
    Outbox,
    OutboxKind,
    Status,
)
from monitor.rules.status import CLOSED
from monitor.store import Database, Filter, Intake, Store
from monitor.store.mentions import chunks
from sentiment import Label

ROWS = 1_000_000
OPEN_SHARE = 0.02
STEP = 20_000
START = datetime(2025, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=500)
NOW = START + SPAN
BRANDS = ("Acme", "Bolt", "Crux", "Dune", "Echo", "Flint", "Grit", "Rival")
WORDS = [
    "the",
    "app",
    "is",
    "down",
    "again",
    "and",
    "nobody",
    "answers",
    "my",
    "mail",
    "about",
    "the",
    "broken",
    "order",
]
REASONS = {
    Status.OPEN: ("needs_reply",),
    Status.ANSWERED: ("replied", "replied_natively"),
    Status.DISMISSED: ("praise", "spam"),
    Status.NOT_OURS: ("watch_only", "own_post", "repost", "excluded"),
    Status.GONE: ("deleted",),
}


def mention(number: int, dice: random.Random, rows: int) -> dict[str, Any]:
    """Return one row: brands, authors and ends are spread as they are in life."""
    found = START + SPAN * (number / rows)
    others = (Status.ANSWERED, Status.DISMISSED, Status.NOT_OURS, Status.GONE)
    is_open = dice.random() < OPEN_SHARE
    status = Status.OPEN if is_open else dice.choices(others, (40, 20, 38, 2))[0]
    closed = found + timedelta(hours=5) if status in CLOSED else None
    platform = dice.choice(("x", "reddit", "trustpilot", "google_play"))
    label = dice.choices(tuple(Label), (30, 45, 25))[0]
    return {
        "brand": dice.choices(BRANDS, (40, 20, 12, 10, 8, 5, 3, 2))[0],
        "source": f"{platform}-{dice.randrange(3)}",
        "platform": platform,
        "post_id": str(1_800_000_000_000_000_000 + number),
        "kind": Kind.POST,
        "url": f"https://{platform}.example/status/{number}",
        "author": f"user{int(dice.paretovariate(0.5)) % 200_000}",
        "followers": int(dice.paretovariate(0.7) * 50) % 10_000_000,
        "text": " ".join(dice.choices(WORDS, k=dice.randint(5, 45))),
        "text_hash": f"{dice.randrange(rows * 9):024x}",
        "content_hash": f"{number:024x}",
        "language": dice.choice(("en", "en", "de", "fr", None)),
        "posted_at": found - timedelta(minutes=3),
        "found_at": found,
        "ref": {"id": str(number)},
        "hits": [["acme", 0, 4]],
        "sentiment": label,
        "negative": 0.2,
        "neutral": 0.6,
        "positive": 0.2,
        "sure": True,
        "model": "embedded-1",
        "status": status,
        "reason": dice.choice(REASONS[status]),
        "note": "",
        "priority": dice.choices(tuple(Priority), (2, 23, 45, 30))[0],
        "why": ["sounds neutral (60%)"],
        "due_at": found + timedelta(hours=dice.choice((1, 4, 24, 72))),
        "closed_at": closed,
        "closed_by": "everyreply" if closed else None,
        "rev": 0,
    }


def fill(database: Database, rows: int) -> None:
    """Write `rows` mentions with their events and alerts, and the sources' counters."""
    dice = random.Random(7)
    counts: dict[str, int] = {}
    with database.write() as session:
        for numbers in chunks(range(rows), STEP):
            many = [{"id": n + 1, **mention(n, dice, rows)} for n in numbers]
            for one in many:
                counts[one["source"]] = counts.get(one["source"], 0) + 1
            _bulk(session, Mention, many)
            _bulk(session, Event, list(_events(many)))
            _bulk(session, Outbox, list(_alerts(many)))
        _bulk(session, Checkpoint, [_checkpoint(*one) for one in counts.items()])
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _bulk(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    session.execute(insert(table), rows)


def _events(many: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in many:
        yield {
            "mention_id": one["id"],
            "at": one["found_at"],
            "actor": "everyreply",
            "what": "found",
            "new": one["status"].value,
            "reason": one["reason"],
        }


def _alerts(many: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in many:
        if one["status"] is not Status.NOT_OURS:
            yield {
                "post_key": f"alert:{one['id']}",
                "kind": OutboxKind.ALERT,
                "mention_id": one["id"],
                "body": {},
                "state": Delivery.SENT,
                "created_at": one["found_at"],
                "due_at": one["found_at"],
                "attempts": 1,
                "ref": "1700000000.000100",
                "error": "",
            }


def _checkpoint(source: str, count: int) -> dict[str, Any]:
    numbers = dict.fromkeys(("posts_seen", "posts_new", "mentions"), count)
    zeros = dict.fromkeys(("posts_known", "posts_unmatched", "posts_set_aside"), 0)
    at = {"version": 0, "next_poll_at": NOW, "failures": 0, "error": ""}
    return {"source": source} | at | numbers | zeros


def milliseconds(ask: Callable[[], object], tries: int = 5) -> float:
    """Return the best of `tries`."""
    best = float("inf")
    for _ in range(tries):
        start = perf_counter()
        ask()
        best = min(best, perf_counter() - start)
    return best * 1000


def plan(database: Database, ask: Callable[[], object]) -> list[str]:
    """Return how SQLite goes about the questions that `ask` asks."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        asked.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", note)
    ask()
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        return [
            row[3]
            for sql, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]


def record(store: Store, rows: int) -> Callable[[], object]:
    """Return what records one new batch of a thousand each time it is called."""
    dice, count = random.Random(8), iter(range(rows, 10**9))

    def one_batch() -> object:
        at = store.sources.checkpoint("x-0", NOW)
        new = [Mention(**mention(next(count), dice, rows)) for _ in range(1000)]
        for one in new:
            one.source, one.platform = "x-0", "x"
        intake = Intake("x-0", at.version, {}, NOW, NOW, seen=1000, new=new)
        return store.record(intake)

    return one_batch


def main(rows: int = ROWS) -> None:
    with TemporaryDirectory(prefix="everyreply-") as folder:
        path = Path(folder) / "million.db"
        database = Database(f"sqlite:///{path}")
        migrations.upgrade(database.engine)
        start = perf_counter()
        fill(database, rows)
        size = path.stat().st_size / 1e6
        print(
            f"{rows:,} mentions, {size:,.0f} MB, {perf_counter() - start:.0f} s to fill"
        )
        measure(Store(database), database, rows)
        database.close()


def measure(store: Store, database: Database, rows: int) -> None:
    ids = [str(1_800_000_000_000_000_000 + n) for n in range(0, rows, rows // 1000)]
    mentions = store.mentions
    questions: dict[str, Callable[[], object]] = {
        "open queue, top 50 (bar: 5 ms)": mentions.queue,
        "open queue of a small brand": lambda: mentions.queue(brand="Rival"),
        "state of the queue": lambda: mentions.queue_state(NOW),
        "due rows of the outbox": lambda: store.outbox.due(NOW),
        "unclear rows of the outbox": lambda: store.outbox.unclear(NOW),
        "outbox counts by state": store.outbox.counts,
        "newest 50 mentions": lambda: mentions.find(Filter(), 50),
        "known() of 1,000 ids": lambda: mentions.known("x", ids),
        "record() of 1,000 new posts": record(store, rows),
        "audit, the whole ledger": store.audit,
    }
    for words, ask in questions.items():
        tries = 1 if "audit" in words else 5
        print(f"{words:36} {milliseconds(ask, tries):10.1f} ms")
    print(f"the ledger adds up: {store.audit().adds_up}")
    for words in ("open queue, top 50 (bar: 5 ms)", "state of the queue",
                  "known() of 1,000 ids", "due rows of the outbox"):  # fmt: skip
        steps = sorted(set(plan(database, questions[words])))
        print(f"{words}: {'; '.join(steps)}")


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS)
