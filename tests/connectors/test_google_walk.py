"""The walk down a list that shows what changed last first."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._google_walk import OVERLAP, STALE, Entry, Walk

NOW = 1_772_000_000.0
KEPT = 1000
MOST_POLLS = 200


class List:
    """Reviews by id, each with its last change and a version."""

    def __init__(self, page):
        self.page = page
        self.reviews = {}
        self.clock = NOW
        self.version = 0

    def change(self, key):
        self.clock += OVERLAP  # so that the overlap hides nothing
        self.version += 1
        self.reviews[key] = (self.clock, self.version)

    def read(self, token):
        newest = sorted(self.reviews.items(), key=lambda item: -item[1][0])
        entries = [Entry(key, at, f"{key}.{v}") for key, (at, v) in newest]
        start = int(token or 0)
        end = start + self.page
        return entries[start:end], str(end) if end < len(entries) else None


class Reader:
    """Walks a list as a connector does: some pages at a time, then it is stored."""

    def __init__(self, page):
        self.list = List(page)
        self.walk = Walk()
        self.arrived = set()

    def poll(self, pages, *, is_stored=True):
        walk, arrived = self.walk, set()
        for _ in range(pages):
            walk = walk.begun(whole=False, now=NOW)
            entries, token = self.list.read(walk.token)
            arrived |= {entry.content for entry in entries if walk.is_news(entry)}
            walk = walk.with_page(entries, token, NOW, KEPT)
            if not walk.walking:
                break
        if is_stored:
            self.arrived |= arrived
            self.walk = through_json(walk)

    def drain(self, pages=2):
        for _ in range(MOST_POLLS):
            self.poll(pages)
            if not self.walk.walking:
                return
        raise AssertionError("the walk never came to its end")

    @property
    def missed(self):
        there = {f"{key}.{v}" for key, (_, v) in self.list.reviews.items()}
        return there - self.arrived


def through_json(walk):
    return Walk.read(json.loads(json.dumps(walk.write())))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(0, 12)),
        st.tuples(st.just("delete"), st.integers(0, 12)),
        st.tuples(st.just("store"), st.integers(1, 4)),  # a poll of so many pages
        st.tuples(st.just("lose"), st.integers(1, 4)),  # and then the process is killed
        st.tuples(st.just("restart"), st.none()),
    ),
    max_size=60,
)


@given(steps=STEPS, page=st.integers(1, 4))
def test_no_change_is_missed_however_walks_are_cut_off(steps, page):
    reader = Reader(page)
    for step, how in steps:
        if step == "change":
            reader.list.change(f"r{how}")
        elif step == "delete":
            reader.list.reviews.pop(f"r{how}", None)
        elif step == "restart":
            reader.walk = reader.walk.restarted()
        else:
            reader.poll(how, is_stored=step == "store")

    reader.drain()

    assert reader.missed == set()


@pytest.mark.parametrize("page", [1, 2])
@pytest.mark.parametrize("pages", [2, 3])
def test_a_walk_of_several_polls_ends_with_what_came_meanwhile(page, pages):
    reader = Reader(page)
    for n in range(8):
        reader.list.change(f"old{n}")
    reader.poll(pages)
    for n in range(5):
        reader.list.change(f"new{n}")

    reader.drain()

    assert reader.missed == set()


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_what_moved_up_between_two_polls_is_not_passed_by(count):
    reader = Reader(page=2)
    for n in range(12):
        reader.list.change(f"r{n}")
    reader.poll(3)
    for n in range(count):  # of those that were read, but not on the first page
        del reader.list.reviews[f"r{9 - n}"]

    reader.drain()

    assert reader.missed == set()


@pytest.mark.parametrize("page", [1, 2, 3])
@pytest.mark.parametrize("deleted", [1, 2, 3, 4])
def test_what_came_since_a_walk_began_is_not_passed_by_in_the_midst_of_it(
    page, deleted
):
    reader = Reader(page)
    for n in range(6 * page):
        reader.list.change(f"old{n}")
    reader.poll(2)
    for n in range(4 * page):  # so many that the page it goes on at shows new ones
        reader.list.change(f"new{n}")
    reader.poll(2)
    for n in range(deleted):
        del reader.list.reviews[f"new{4 * page - 1 - n}"]

    reader.drain()

    assert reader.missed == set()


@pytest.mark.parametrize(("page", "pages"), [(1, 2), (1, 3), (2, 2), (2, 3), (4, 2)])
@pytest.mark.parametrize("rest", [1, 2, 3, 5])
def test_a_list_that_became_shorter_than_what_was_read_of_it_is_read_to_its_end(
    page, pages, rest
):
    read = page * pages
    reader = Reader(page)
    for n in range(read + rest):
        reader.list.change(f"r{n}")
    reader.poll(pages)
    for n in range(read):
        del reader.list.reviews[f"r{rest + n}"]

    reader.drain()

    assert reader.missed == set()


@pytest.mark.parametrize("page", [1, 2])
def test_a_walk_cut_off_on_its_first_page_knows_only_what_it_read_since(page):
    reader = Reader(page)
    for n in range(9):
        reader.list.change(f"old{n}")
    reader.poll(1)
    for n in range(6 * page):
        reader.list.change(f"new{n}")
    reader.poll(3)
    for n in range(3 * page):  # all that this poll read
        del reader.list.reviews[f"new{6 * page - 1 - n}"]

    reader.drain()

    assert reader.missed == set()


def test_a_walk_begun_anew_knows_only_what_it_read_since():
    def cut_off_at(walk, changed):
        for at, token in ((NOW, "2"), (changed, "3")):
            walk = walk.with_page([Entry("r", at, "1")], token, NOW, KEPT)
        return through_json(walk)

    walk = cut_off_at(Walk().begun(whole=True, now=NOW), NOW - 10)
    anew = walk.with_page([Entry("far", NOW - 100, "1")], "3", NOW, KEPT)

    again = cut_off_at(anew, NOW - 20)

    passed_by = again.with_page([Entry("near", NOW - 50, "1")], "3", NOW, KEPT)
    assert (anew.token, again.token, passed_by.token) == (None, "2", None)


def test_a_catch_up_ends_at_what_the_walk_began_with_and_moves_no_mark():
    walk = Walk(known=NOW).begun(whole=False, now=NOW)
    page = [Entry("b", NOW + 60, "1")]
    cut_off = through_json(
        walk.with_page(page, "2", NOW, KEPT).with_page(page, "3", NOW, KEPT)
    )

    catching_up = cut_off.with_page(page, "3", NOW, KEPT).with_page([], None, NOW, KEPT)
    new = [Entry("d", NOW + 99, "1"), Entry("c", NOW + 90, "1")]
    done = catching_up.with_page([*new, *page], "2", NOW, KEPT)

    assert (catching_up.walking, catching_up.token) == (True, None)
    assert (done.walking, done.known) == (False, NOW + 60)
    assert done.begun(whole=False, now=NOW).floor == NOW + 60 - OVERLAP


def test_a_catch_up_of_several_polls_is_followed_by_one_for_the_rest_only():
    reader = Reader(page=1)
    for n in range(4):
        reader.list.change(f"old{n}")
    reader.poll(2)
    for n in range(40):
        reader.list.change(f"new{n}")
    polls = 0
    while reader.walk.walking:
        reader.poll(10)
        polls += 1

    assert reader.missed == set()
    assert polls <= 10


def test_a_walk_within_one_poll_is_followed_by_none():
    walk = Walk().begun(whole=True, now=NOW)
    for token in ("2", "3", None):
        walk = walk.with_page([Entry(f"r{token}", NOW, "1")], token, NOW, KEPT)

    assert not walk.walking


@pytest.mark.parametrize(
    ("later", "token"), [(0, "2"), (STALE, "2"), (STALE + 1, None)]
)
def test_a_walk_that_came_no_further_for_an_hour_begins_anew(later, token):
    walk = Walk().begun(whole=True, now=NOW)
    for number in ("2", "3"):
        walk = walk.with_page([Entry("a", NOW, "1")], number, NOW, KEPT)
    later += NOW
    again = through_json(walk).with_page([Entry("a", NOW, "1")], "3", later, KEPT)

    begun = through_json(again).begun(whole=True, now=later)

    assert begun.token == token


def test_a_cursor_from_before_pages_were_read_again_goes_on():
    walk = Walk().begun(whole=True, now=NOW).with_page([], "2", NOW, KEPT)
    told = {**walk.write(), "token": "2"}
    del told["bottom"], told["catch_up"]

    on = Walk.read(told).with_page([Entry("b", NOW - 60, "1")], "3", NOW, KEPT)

    assert on.token == "3"  # noqa: S105


def test_what_was_seen_is_not_news_until_it_changes():
    walk = (
        Walk()
        .begun(whole=True, now=NOW)
        .with_page([Entry("a", NOW, "1")], None, NOW, KEPT)
    )

    assert not walk.is_news(Entry("a", NOW, "1"))
    assert walk.is_news(Entry("a", NOW, "2"))
    assert walk.is_news(Entry("b", NOW, "1"))


def test_a_walk_ends_below_what_is_known_and_an_overlap():
    known = Walk(known=NOW)
    page = [Entry("a", NOW + 60, "1"), Entry("b", NOW - OVERLAP - 1, "1")]

    near = known.begun(whole=False, now=NOW).with_page(page[:1], "next", NOW, KEPT)
    far = known.begun(whole=False, now=NOW).with_page(page, "next", NOW, KEPT)

    assert (near.walking, near.known) == (True, NOW)
    assert (far.walking, far.known) == (False, NOW + 60)


def test_a_sweep_goes_down_to_the_end():
    known = Walk(known=NOW, swept_at=NOW)
    page = [Entry("b", NOW - 9 * OVERLAP, "1")]

    on = known.begun(whole=True, now=NOW).with_page(page, "next", NOW, KEPT)
    done = on.with_page(page, None, NOW + 5, KEPT)

    assert (on.walking, done.walking, done.swept_at) == (True, False, NOW + 5)


def test_only_the_newest_are_remembered_and_first_dates_stay():
    page = [Entry(f"r{n}", NOW - n, "1") for n in range(5)]
    walk = Walk().begun(whole=True, now=NOW).with_page(page, None, NOW, 3)

    again = walk.begun(whole=True, now=NOW).with_page(
        [Entry("r1", NOW + 9, "2")], None, NOW, 3
    )

    assert [s.changed for s in again.seen.values()] == [NOW + 9, NOW, NOW - 2]
    assert again.first(Entry("r1", NOW + 20, "3")) == NOW - 1
