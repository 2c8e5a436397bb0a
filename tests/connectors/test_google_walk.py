"""The walk down a list that shows what changed last first."""

import json

from hypothesis import given
from hypothesis import strategies as st

from connectors._google_walk import OVERLAP, Entry, Walk

NOW = 1_772_000_000.0
KEPT = 1000


class List:
    """Reviews by id, each with its last change and a version."""

    def __init__(self, page):
        self.page = page
        self.reviews = {}
        self.clock = NOW

    def change(self, key):
        self.clock += OVERLAP  # so that the overlap hides nothing
        version = self.reviews.get(key, (0, 0))[1] + 1
        self.reviews[key] = (self.clock, version)

    def read(self, token):
        newest = sorted(self.reviews.items(), key=lambda item: -item[1][0])
        entries = [Entry(key, at, f"{key}.{v}") for key, (at, v) in newest]
        start = int(token or 0)
        end = start + self.page
        return entries[start:end], str(end) if end < len(entries) else None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(0, 12)),
        st.tuples(st.just("page"), st.booleans()),  # and whether it was stored
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=60,
)


@given(steps=STEPS, page=st.integers(1, 4))
def test_no_change_is_missed_however_walks_are_cut_off(steps, page):
    there, walk, arrived = List(page), Walk(), set()

    def one_page(walk, is_stored):
        begun = walk.begun(whole=False)
        entries, token = there.read(begun.token)
        news = {entry.content for entry in entries if begun.is_news(entry)}
        after = begun.with_page(entries, token, there.clock, KEPT)
        if not is_stored:
            return walk
        arrived.update(news)
        return Walk.read(json.loads(json.dumps(after.write())))

    for step, how in steps:
        if step == "change":
            there.change(f"r{how}")
        elif step == "page":
            walk = one_page(walk, how)
        else:
            walk = walk.restarted()
    for _ in range(100):
        walk = one_page(walk, is_stored=True)
    while walk.walking:
        walk = one_page(walk, is_stored=True)

    assert {f"{key}.{v}" for key, (_, v) in there.reviews.items()} <= arrived


def test_what_was_seen_is_not_news_until_it_changes():
    walk = Walk().begun(whole=True).with_page([Entry("a", NOW, "1")], None, NOW, KEPT)

    assert not walk.is_news(Entry("a", NOW, "1"))
    assert walk.is_news(Entry("a", NOW, "2"))
    assert walk.is_news(Entry("b", NOW, "1"))


def test_a_walk_ends_below_what_is_known_and_an_overlap():
    known = Walk(known=NOW)
    page = [Entry("a", NOW + 60, "1"), Entry("b", NOW - OVERLAP - 1, "1")]

    near = known.begun(whole=False).with_page(page[:1], "next", NOW, KEPT)
    far = known.begun(whole=False).with_page(page, "next", NOW, KEPT)

    assert (near.walking, near.known) == (True, NOW)
    assert (far.walking, far.known) == (False, NOW + 60)


def test_a_sweep_goes_down_to_the_end():
    known = Walk(known=NOW, swept_at=NOW)
    page = [Entry("b", NOW - 9 * OVERLAP, "1")]

    on = known.begun(whole=True).with_page(page, "next", NOW, KEPT)
    done = on.with_page(page, None, NOW + 5, KEPT)

    assert (on.walking, done.walking, done.swept_at) == (True, False, NOW + 5)


def test_only_the_newest_are_remembered_and_first_dates_stay():
    page = [Entry(f"r{n}", NOW - n, "1") for n in range(5)]
    walk = Walk().begun(whole=True).with_page(page, None, NOW, 3)

    again = walk.begun(whole=True).with_page([Entry("r1", NOW + 9, "2")], None, NOW, 3)

    assert [s.changed for s in again.seen.values()] == [NOW + 9, NOW, NOW - 2]
    assert again.first(Entry("r1", NOW + 20, "3")) == NOW - 1
