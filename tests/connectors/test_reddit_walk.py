"""The walk along a listing, against a model of one: nothing that stood in it is lost."""

import json
from dataclasses import dataclass, field

from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors._reddit_walk import (
    A_WHOLE_LISTING,
    OVERLAP,
    Missed,
    Page,
    Sight,
    Trail,
)

START = 1_000_000.0
LATEST = OVERLAP - 10


@dataclass
class Shelf:
    """A listing: newest first, so long at most; a deleted anchor brings nothing."""

    window: int
    size: int
    now: float = START + 10 * OVERLAP
    things: list[Sight] = field(default_factory=list)
    made: int = 0
    late: set[str] = field(default_factory=set)

    def publish(self, count: int, late: float) -> list[Sight]:
        new = []
        for _ in range(count):
            self.made += 1
            self.now += 7
            new.append(Sight(f"t1_{self.made}", self.now - late, "v1"))
        self.late |= {one.id for one in new if late}
        self.things = sorted([*self.things, *new], key=lambda one: -one.at)
        return new

    def delete(self, place: int) -> None:
        if self.things:
            del self.things[place % len(self.things)]

    def delete_id(self, name: str | None) -> None:
        self.things = [one for one in self.things if one.id != name]

    def page(self, after: str | None) -> Page:
        shown = self.shown()
        start = 0
        if after is not None:
            names = [one.id for one in shown]
            if after not in names:
                return Page((), None)
            start = names.index(after) + 1
        some = shown[start : start + self.size]
        more = start + self.size < len(shown)
        return Page(some, some[-1].id if more else None)

    def shown(self) -> list[Sight]:
        return self.things[: self.window]


@dataclass
class Poller:
    """What a process does with a shelf; its trail goes through JSON each time."""

    shelf: Shelf
    trail: Trail = field(default_factory=lambda: Trail(start=START))
    stored: set[str] = field(default_factory=set)
    missed: list[Missed] = field(default_factory=list)
    waiting: list[Sight] = field(default_factory=list)

    def read(self, is_stored: bool = True) -> None:
        page = self.shelf.page(self.trail.after)
        fresh = {one.id for one in page.sights if self.trail.is_news(one)}
        trail, missed = self.trail.take(page)
        if is_stored:
            self.stored |= fresh
            self.missed += [missed] if missed else []
            self.trail = Trail.read(json.loads(json.dumps(trail.write())))

    def whole_walk(self) -> None:
        """End the walk under way, then walk once from the top."""
        for _ in range(2):
            for _ in range(1000):
                self.read()
                if self.trail.walk is None:
                    break
            assert self.trail.walk is None

    def check(self) -> None:
        """All that waits is stored, deleted, or within a gap that was told.

        What came late, beyond the end of the listing, was never in it.
        """
        shown = {one.id for one in self.shelf.shown()}
        standing = {one.id for one in self.shelf.things} - (self.shelf.late - shown)
        for one in self.waiting:
            told = any(gap.since <= one.at <= gap.until for gap in self.missed)
            assert one.id in self.stored or one.id not in standing or told, one
        self.waiting = []


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 60), st.just(0.0)),
        st.tuples(st.just("publish"), st.integers(1, 20), st.floats(1, LATEST)),
        st.tuples(st.just("delete"), st.integers(0, 200)),
        st.tuples(st.just("delete_anchor")),
        st.tuples(st.just("read"), st.booleans()),
        st.tuples(st.just("whole_walk")),
    ),
    max_size=25,
)

# Two that were once lost: a flood pushes the rest of a begun walk off the listing.
A_FLOOD = [("publish", 41, 0.0), ("publish", 60, 0.0)]
NEARLY_EMPTY = [("whole_walk",), ("publish", 40, 0.0), ("publish", 60, 0.0)]
ALL_KNOWN = [("publish", 6, 0.0), ("whole_walk",)]


@settings(deadline=None, max_examples=80)
@given(steps=STEPS, size=st.integers(5, 40), window=st.integers(100, 180))
@example([*NEARLY_EMPTY, ("read", True), *A_FLOOD], 5, 100)
@example([*ALL_KNOWN, ("read", True), *A_FLOOD], 5, 100)
def test_nothing_that_stood_in_a_listing_is_lost_or_its_gap_is_told(
    steps, size, window
):
    poller = Poller(Shelf(window, size))
    for name, *how in [*steps, ("whole_walk",)]:
        if name == "publish":
            poller.waiting += poller.shelf.publish(*how)
        elif name == "delete":
            poller.shelf.delete(*how)
        elif name == "delete_anchor":
            poller.shelf.delete_id(poller.trail.after)
        elif name == "read":
            poller.read(*how)
        else:
            first = poller.trail.newest is None
            poller.whole_walk()
            if first:  # what is older than the first walk reaches was never promised
                poller.waiting = []

            poller.check()


@settings(deadline=None, max_examples=50)
@given(steps=STEPS, size=st.integers(5, 40))
def test_no_gap_is_told_while_something_known_is_still_shown(steps, size):
    shelf = Shelf(window=100_000, size=size)
    shelf.publish(1, 0)
    poller = walked(shelf)
    for name, *how in steps:
        if name == "publish":
            poller.shelf.publish(*how)
        elif name == "read":
            poller.read(*how)
        elif name == "whole_walk":
            poller.whole_walk()
    poller.whole_walk()

    assert poller.missed == []
    assert poller.stored == {one.id for one in poller.shelf.things}


def walked(shelf: Shelf) -> Poller:
    poller = Poller(shelf)
    poller.whole_walk()
    return poller


def test_a_listing_that_outran_us_is_a_gap_from_the_newest_known_on():
    shelf = Shelf(window=A_WHOLE_LISTING, size=50)
    known = shelf.publish(3, 0)[-1]
    poller = walked(shelf)
    shelf.publish(2 * A_WHOLE_LISTING, 0)

    poller.whole_walk()

    assert poller.missed == [Missed(known.at, shelf.shown()[-1].at, A_WHOLE_LISTING)]


def test_a_short_listing_whose_known_things_were_deleted_is_no_gap():
    shelf = Shelf(window=1000, size=50)
    shelf.publish(2, 0)
    poller = walked(shelf)
    shelf.things.clear()
    shelf.publish(3, 0)

    poller.whole_walk()

    assert poller.missed == []


def test_a_deleted_anchor_starts_the_walk_again_and_loses_nothing():
    shelf = Shelf(window=1000, size=10)
    shelf.publish(25, 0)
    poller = Poller(shelf)
    poller.read()
    shelf.delete_id(poller.trail.after)

    poller.whole_walk()

    assert poller.stored >= {one.id for one in shelf.things}


def test_a_walk_that_loses_every_anchor_ends_and_tells_a_gap():
    shelf = Shelf(window=1000, size=10)
    shelf.publish(100, 0)
    poller = Poller(shelf)
    for _ in range(20):
        poller.read()
        shelf.delete_id(poller.trail.after)

    assert [gap.since for gap in poller.missed] == [START]


def test_an_edited_thing_is_news_again_and_only_once():
    first = Sight("t1_a", START + 1, "v1")
    edited = Sight("t1_a", START + 1, "v2")
    trail, _ = Trail(start=START).take(Page([first], None))

    assert not trail.is_news(first)
    assert trail.is_news(edited)
    assert not trail.take(Page([edited], None))[0].is_news(edited)


def test_what_is_older_than_the_start_is_never_news():
    trail = Trail(start=START)

    assert not trail.is_news(Sight("t1_old", START - 1, "v1"))
    assert trail.is_news(Sight("t1_new", START, "v1"))


def test_a_quiet_listing_costs_one_page_per_walk():
    shelf = Shelf(window=1000, size=100)
    shelf.publish(500, 0)
    poller = walked(shelf)
    shelf.now += 10 * OVERLAP
    shelf.publish(1, 0)

    poller.read()

    assert poller.trail.walk is None


def test_a_cursor_stays_small():
    shelf = Shelf(window=1000, size=100)
    shelf.publish(1000, 0)
    poller = walked(shelf)

    assert len(json.dumps(poller.trail.write())) < 20_000
