"""Poll to recorded, against the classifier alone on the same texts.

Bar: at least 85 % of the classifier's throughput. Texts are our own, drawn from a
small grammar; where the real posts lie beside the checkout they are used instead.
"""

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

from connectors import Author, Batch, Cursor, Post
from monitor import migrations
from monitor.config import Brand, Config
from monitor.pipeline import Pipeline, Watch
from monitor.rules.match import Matcher
from monitor.store import Database, Store
from sentiment import open_classifier
from sentiment.settings import SentimentSettings

REAL = Path(__file__).parents[2] / "shared/data/posts/tweets.jsonl"
COUNT = 3_000
BATCH = 500
ROUNDS = 3
NOW = datetime(2026, 11, 2, tzinfo=UTC)


class Listed:
    """A platform that shows a list of posts, a batch at a time."""

    def __init__(self, posts: list[Post]) -> None:
        self._posts = posts

    def poll(self, cursor: Cursor | None) -> Batch:
        at = int((cursor or {}).get("at", 0))
        shown = self._posts[at : at + BATCH]
        return Batch(shown, {"at": at + len(shown)}, at + BATCH < len(self._posts))


def main() -> None:
    texts = list(_texts())
    classifier = open_classifier(SentimentSettings())
    classifier.classify(texts[:64])
    alone, whole = [], []
    for _ in range(ROUNDS):
        start = process_time()
        for at in range(0, COUNT, BATCH):
            classifier.classify(texts[at : at + BATCH])
        alone.append(process_time() - start)
        whole.append(_whole_way(texts, classifier))
    best = COUNT / min(alone), COUNT / min(whole)
    print(f"classifier alone  {best[0]:8.0f} texts per CPU-second")
    print(f"poll to recorded  {best[1]:8.0f} texts per CPU-second")
    print(f"ratio             {best[1] / best[0]:8.2f}   (bar: 0.85)")


def _whole_way(texts, classifier) -> float:  # type: ignore[no-untyped-def]
    posts = [_post(number, text) for number, text in enumerate(texts)]
    brands = tuple(Brand(name=f"Brand {n}", keywords=(f"acme{n}",)) for n in range(20))
    config = Config.model_construct(brands=brands, sources=())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        migrations.upgrade(database.engine)
        matcher = Matcher(config.brands)
        pipeline = Pipeline(Store(database), classifier, matcher, config, lambda: NOW)
        watch = Watch("bench", timedelta(minutes=5), Listed(posts), ("Brand 1",))
        start = process_time()
        while (done := pipeline.poll(watch)) and done.seen:
            pass
        spent = process_time() - start
        database.close()
    return spent


def _post(number: int, text: str) -> Post:
    return Post(
        platform="bench",
        id=str(number),
        url="",
        author=Author(handle=f"author{number % 900}"),
        text=text,
        posted_at=NOW,
    )


def _texts() -> Iterator[str]:
    if REAL.exists():
        with REAL.open(encoding="utf-8") as lines:
            for _, line in zip(range(COUNT), lines, strict=False):
                row = json.loads(line)
                yield row.get("text") or row["full_text"]
        return
    dice = random.Random(1)
    openings = ("Honestly,", "So", "My friend says", "Day three:", "@acme")
    things = ("the new phone", "your support", "this update", "my order", "the app")
    ends = ("is great!", "never works :(", "is okay I guess", "arrived today", "why?")
    for number in range(COUNT):
        words = (dice.choice(part) for part in (openings, things, ends))
        yield " ".join(words) + f" #{number} " + "really " * dice.randrange(12)
