"""Labelled posts of real people through the whole way: counts in equal counts out."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import Context, FileSource
from monitor.config import Brand, Config
from monitor.pipeline import Pipeline, Watch
from monitor.rules.match import Matcher
from monitor.store import Filter, Recorded
from sentiment import open_classifier
from sentiment.settings import SentimentSettings

DATA = Path(__file__).parents[2] / "shared/data"
FILES = {
    "tweeteval": (
        DATA / "score/tweeteval_val.tsv",
        {"columns": {"text": 2}, "header": False, "kind": "post"},
        2_000,
    ),
    "play_store": (DATA / "posts/play_store_reviews.csv", {}, 2_173),
}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(path.exists() for path, _, _ in FILES.values()),
        reason="the labelled posts do not lie beside this checkout",
    ),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_real_post_that_goes_in_comes_out_in_the_ledger(store, clock):
    brand = Brand(name="Everything", keywords=("zzz",))
    sources = tuple(
        FileSource.model_validate(
            {"type": "file", "name": name, "path": str(path), "platform": name}
            | {"settle": timedelta(microseconds=1)}
            | settings
        )
        for name, (path, settings, _) in FILES.items()
    )
    config = Config(brands=(brand,), sources=sources)
    classifier = open_classifier(SentimentSettings())
    pipeline = Pipeline(store, classifier, Matcher(config.brands), config, clock)

    came = {one.name: drain(pipeline, one) for one in sources}

    ledger = store.audit()
    assert ledger.problems == ()
    assert {name: done.seen for name, done in came.items()} == {
        name: count for name, (_, _, count) in FILES.items()
    }
    assert sum(done.new for done in came.values()) == ledger.total
    assert all(
        done.seen == done.new + done.known + done.unmatched + done.set_aside
        for done in came.values()
    )
    moods = Counter(one.sentiment for one in store.mentions.each(Filter()))
    assert min(moods.values()) > 300  # a model that says one thing only is broken


def drain(pipeline, source):
    connector = source.connect((), Context())
    watch = Watch(source.name, source.every, connector, ("Everything",))
    total = Recorded()
    while (done := pipeline.poll(watch)) and done.seen:
        total.add(done)
    return total
