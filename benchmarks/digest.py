"""The weekly digest's numbers at a million stored mentions.

Run: python -m benchmarks.digest [ROWS]. Prints milliseconds for the largest brand's
week, with the week before, the spikes' baseline and what came back; then with themes;
then the whole digest with its charts and files; then how SQLite goes about each
question. Fills a database in a temporary folder (about 2 GB).
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sqlalchemy import text

from benchmarks.store import BRANDS, NOW, ROWS, fill, milliseconds, plan
from connectors import FileSource
from monitor import migrations
from monitor.config import Brand, Config
from monitor.config.model import Hours
from monitor.digest.build import Question, build
from monitor.digest.files import make
from monitor.digest.period import last_week
from monitor.store import Database, Store

LIVED = (
    "UPDATE event SET new = 'open' WHERE what = 'found' AND new = 'answered'",
    (
        "UPDATE mention SET answered_at = closed_at, answered_by = 'eve', rev = 1, "
        "closed_by = 'eve' WHERE status = 'answered'"
    ),
    (
        "INSERT INTO event (mention_id, at, actor, what, old, new, reason) "
        "SELECT id, closed_at, 'eve', 'status', 'open', 'answered', reason FROM mention "
        "WHERE status = 'answered'"
    ),
    (
        "INSERT INTO event (mention_id, at, actor, what, old, new, reason, was) "
        "SELECT id, closed_at, 'everyreply', 'edited', 'answered', 'answered', '', "
        '\'{"rating": 1.0, "label": "negative"}\' FROM mention '
        "WHERE status = 'answered' AND id % 50 = 0"
    ),
    "UPDATE mention SET corrected = 'neutral', corrected_by = 'eve' WHERE id % 200 = 0",
    (
        "UPDATE mention SET rating = 1 + id % 5 WHERE platform IN "
        "('trustpilot', 'google_play')"
    ),
    "ANALYZE",
)
"""What makes of the store's rows weeks in which people answered."""


def asked_of(store: Store) -> Question:
    """Ask for the largest brand's last week."""
    brands = tuple(
        Brand(
            name=name,
            keywords=(name,),
            reply=name != "Rival",
            time_zone="Europe/Amsterdam",
            hours=Hours(),
        )
        for name in BRANDS
    )
    source = FileSource(type="file", name="x-0", path="unused")
    config = Config(brands=brands, sources=(source,))
    period = last_week(NOW, brands[0].time_zone)
    return Question(store, config, brands[0], period, NOW)


def live(database: Database) -> None:
    for statement in LIVED:
        with database.write() as session:
            session.execute(text(statement))


def questions(asked: Question) -> dict[str, Callable[[], object]]:
    """The store's questions, by name."""
    weeks, now, old = asked.store.weeks, asked.span, asked.span_before
    name = asked.brand.name
    lead = replace(asked.period, first=asked.period.first.replace(day=1))
    starts = (*asked.before.day_starts(), *asked.period.day_starts())
    return {
        "cells of two weeks": lambda: weeks.cells(name, starts, now.end),
        "days of a month": lambda: weeks.daily(name, lead.day_starts(), lead.end),
        "stars": lambda: weeks.stars(now),
        "cases": lambda: weeks.cases(now),
        "steps": lambda: weeks.steps(now),
        "waiting": lambda: weeks.waiting(name, now.end),
        "edits": lambda: weeks.edits(name, old.start),
        "returns": lambda: weeks.returns(now),
        "voices": lambda: weeks.voices((name, "Rival"), now.start, now.end),
        "late": lambda: weeks.late(now, now.end),
        "oldest": lambda: weeks.oldest(name),
        "labels": lambda: weeks.labels(now),
        "left out": lambda: weeks.left_out(now),
        "episodes": lambda: asked.store.digests.episodes(now.start, now.end),
    }


def tell(words: str, ask: Callable[[], object], tries: int = 4) -> None:
    """Print the best of some tries, and of CPU: other work may hold the machine."""
    best = cpu = float("inf")
    for _ in range(tries):
        start, spent = perf_counter(), process_time()
        ask()
        best, cpu = min(best, perf_counter() - start), min(cpu, process_time() - spent)
    print(f"{words:36} {best * 1000:10.1f} ms, of CPU {cpu * 1000:10.1f} ms")


def measure(database: Database) -> None:
    asked = asked_of(Store(database))
    report = build(asked, with_themes=False)
    print(
        f"{report.brand} {report.period.label}: {report.feelings.counts.total:,} mentions"
    )
    tell("the numbers (bar: 1,000 ms)", lambda: build(asked, with_themes=False))
    tell("the numbers and the themes", lambda: build(asked))
    with TemporaryDirectory(prefix="everyreply-") as folder:
        out = Path(folder)
        tell("charts and files too (bar: 5,000 ms)", lambda: make(asked, out))
        for path in sorted(make(asked, out).folder.iterdir()):
            print(f"  {path.name:34} {path.stat().st_size / 1024:10.0f} KiB")
    for words, ask in questions(asked).items():
        print(f"  {words:34} {milliseconds(ask, 3):10.1f} ms")
    for words, ask in questions(asked).items():
        print(f"{words}: {'; '.join(sorted(set(plan(database, ask))))}")


def main(rows: int = ROWS) -> None:
    with TemporaryDirectory(prefix="everyreply-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'million.db'}")
        migrations.upgrade(database.engine)
        start = perf_counter()
        fill(database, rows)
        live(database)
        print(f"{rows:,} mentions, {perf_counter() - start:.0f} s to fill")
        measure(database)
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else ROWS)
