"""No history of new entries, edits, cuts and crashes loses an entry in silence."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import RssSource, Unavailable
from connectors.rss import RssConnector
from tests.connectors.rss_helpers import PATH
from tests.fakes.feed import Item, day, rss
from tests.fakes.server import Reply, serving

pytestmark = pytest.mark.slow

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 7)),
        st.tuples(st.just("edit"), st.integers(0, 4)),
        st.tuples(st.just("poll"), st.just(0)),
        st.tuples(st.just("crash"), st.just(0)),
        st.tuples(st.just("cut"), st.integers(0, 900)),
    ),
    max_size=20,
)


class Walk:
    """A feed that shows its newest few entries, and somebody who polls it."""

    def __init__(self, server, window):
        self.server, self.window = server, window
        self.clock = day(1)
        self.entries = []
        self.texts, self.gaps, self.cursor = {}, [], None
        source = RssSource(
            type="rss", name="x", url=server.url(PATH), allow_private=True
        )
        self.connector = RssConnector(source, now=lambda: self.clock)

    def publish(self, count):
        for _ in range(count):
            self._tick()
            number = len(self.entries)
            self.entries.append(Item(f"tag:{number}", f"text {number}", at=self.clock))

    def edit(self, back):
        if back < min(len(self.entries), self.window):
            old = self.entries[-1 - back]
            self.entries[-1 - back] = replace(old, text=f"{old.text} edited")

    def poll(self, _=0, **how):
        try:
            batch = self._fetch(**how)
        except Unavailable:
            return
        self.texts |= {post.id: post.text for post in batch.posts}
        self.gaps += batch.gaps
        self.cursor = json.loads(json.dumps(batch.cursor))

    def cut(self, at):
        self.poll(cut=at, length=False)

    def crash(self, _):
        self._fetch()

    def _fetch(self, **how):
        self._tick()
        page = rss(self.entries[: -self.window - 1 : -1])
        self.server.on(PATH, Reply(page, **how))
        return self.connector.poll(self.cursor)

    def _tick(self):
        self.clock += timedelta(minutes=1)

    def is_told(self, entry):
        return any(gap.since <= entry.at <= gap.until for gap in self.gaps)


@given(steps=STEPS, window=st.integers(2, 6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_entry_arrives_with_its_last_words_or_a_gap_is_told(steps, window):
    with serving() as server:
        walk = Walk(server, window)
        walk.publish(1)
        walk.poll()
        for name, how in steps:
            getattr(walk, name)(how)

        walk.poll()

        missing = [e for e in walk.entries if e.id not in walk.texts]
        assert all(walk.is_told(entry) for entry in missing)
        shown = walk.entries[-window:]
        assert [walk.texts[e.id] for e in shown] == [e.text for e in shown]
        # Never half a text, and nothing that was not written.
        assert walk.texts.keys() <= {e.id for e in walk.entries}
        for entry in walk.entries:
            assert entry.text.startswith(walk.texts.get(entry.id, entry.text))


@given(steps=STEPS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_feed_that_shows_everything_never_has_a_gap(steps):
    with serving() as server:
        walk = Walk(server, window=1000)
        walk.publish(1)
        walk.poll()
        for name, how in steps:
            getattr(walk, name)(how)

        walk.poll()

        assert walk.gaps == []
        assert walk.texts == {entry.id: entry.text for entry in walk.entries}
