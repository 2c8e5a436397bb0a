"""The walk down a newest-first list: nothing falls out between two pages."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from connectors._x_walk import (
    LATE,
    MOST_KNOWN,
    OVERLAP,
    WINDOW,
    Walk,
    id_at,
    newer,
    time_of,
)
from tests.fakes.x import snowflake

START = datetime(2026, 11, 1, tzinfo=UTC)
LOOK_BACK, MINUTE = timedelta(days=1), timedelta(minutes=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 5)),
        st.tuples(st.just("publish_late"), st.integers(1, 119)),
        st.tuples(st.just("page"), st.integers(1, 4)),
        st.tuples(st.just("lost"), st.integers(1, 4)),  # read, then killed
        st.tuples(st.just("wait"), st.sampled_from([1, 60, 60 * 24 * 3, 60 * 24 * 8])),
    ),
    max_size=30,
)


class Platform:
    """A list of ids, and one reader with nothing but its walk."""

    def __init__(self, window):
        self.now, self.window = START, window
        self.ids, self.seen, self.gaps = [], set(), []
        self.shows_at = {}
        self.walk = Walk()
        self.page(1)  # what was before the first look is nobody's loss

    def publish(self, count):
        for _ in range(count):
            self.now += timedelta(seconds=7)
            self.ids.append(snowflake(self.now, len(self.ids) % 4096))

    def publish_late(self, seconds):
        """Publish one that shows only after others that are newer."""
        self.publish(1)
        self.shows_at[self.ids[-1]] = self.now + timedelta(seconds=seconds)

    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    def page(self, size):
        self.walk, self.gaps, self.seen = self._read(size)

    def lost(self, size):
        self._read(size)

    def _read(self, size):
        missed = self.walk.missed(self.now, self.window)
        gaps = self.gaps + ([(missed, self.now - self.window)] if missed else [])
        walk = self.walk.begun(self.now, START - LOOK_BACK, self.window)
        shown, token = self._shown(walk, size)
        walk = walk.paged(shown[0] if shown else None, token, len(shown), shown)
        return (
            through_json(walk),
            gaps,
            {*self.seen, *shown},
        )

    def _shown(self, walk, size):
        """What X would answer, and what it would refuse."""
        end = time_of(walk.after_id) if walk.after_id else walk.from_time
        if self.window is not None:
            assert end > self.now - timedelta(days=7), "X refuses to look so far back"
        after = int(walk.after_id or 0)
        shown = [i for i in self.ids if self.shows_at.get(i, self.now) <= self.now]
        found = [i for i in shown if int(i) > after]
        if walk.from_time:
            found = [i for i in found if time_of(i) >= walk.from_time]
        if walk.token:
            found = [i for i in found if int(i) < int(walk.token)]
        found.sort(key=int, reverse=True)
        return found[:size], (found[size - 1] if len(found) > size else None)

    def finish(self):
        for _ in range(len(self.ids) + 2):
            self.page(2)
            if not self.walk.is_under_way:
                return
        raise AssertionError("the walk never came to its end")


@given(steps=STEPS, window=st.sampled_from([WINDOW, None]))
def test_every_post_is_read_or_told_as_missing(steps, window):
    platform = Platform(window)
    for name, how in steps:
        getattr(platform, name)(how)

    platform.wait(2)  # by then everything shows
    platform.finish()  # a walk that was under way
    platform.finish()  # what came above it meanwhile
    platform.finish()  # and above that
    platform.finish()  # and what showed late

    unseen = [time_of(i) for i in platform.ids if i not in platform.seen]
    told = platform.gaps
    assert all(any(a <= at <= b for a, b in told) for at in unseen)
    assert window is not None or not unseen


def through_json(walk):
    return Walk.read(json.loads(json.dumps(walk.write())))


def test_a_brand_that_nobody_names_misses_nothing():
    platform = Platform(WINDOW)
    platform.publish(1)
    platform.finish()
    for _ in range(60):
        platform.wait(12 * 60)
        platform.finish()

    platform.publish(1)
    platform.finish()

    assert platform.gaps == []
    assert platform.seen == {*platform.ids}


def test_a_since_id_out_of_the_window_becomes_a_start_time():
    walk = Walk(since_id=snowflake(START), read_until=START + timedelta(days=6))

    begun = walk.begun(START + timedelta(days=7), START, WINDOW)

    assert begun.after_id is None
    assert begun.from_time == START + timedelta(days=6) - OVERLAP


def test_the_first_pages_newest_id_ends_the_next_walk():
    walk = Walk().begun(START, START - LOOK_BACK)

    read = walk.paged("30", "next", 2).paged("10", None, 2)

    assert (read.since_id, read.is_under_way) == ("30", False)


def test_every_page_of_a_walk_has_the_same_end():
    walk = Walk(since_id=snowflake(START), read_until=START)
    begun = walk.begun(START, START)

    paged = begun.paged("9" * 19, "next", 100).begun(START + LOOK_BACK, START)

    assert (paged.after_id, paged.token) == (begun.after_id, "next")


def test_a_walk_begins_before_what_may_still_show_late():
    newest = snowflake(START - MINUTE)
    walk = Walk(since_id=newest, read_until=START)

    begun = walk.begun(START + 5 * MINUTE, START)

    assert begun.after_id == id_at(START - LATE)


def test_a_quiet_list_is_read_from_its_newest_post_on():
    newest = snowflake(START - 3 * MINUTE)
    walk = Walk(since_id=newest, read_until=START)

    assert walk.begun(START + 5 * MINUTE, START).after_id == newest


def test_a_walk_that_catches_up_reads_nothing_again_and_the_next_one_does():
    newest, later = snowflake(START), snowflake(START + 9 * MINUTE)
    first = Walk(since_id="1", read_until=START).begun(START + MINUTE, START)
    cut = through_json(first.paged(newest, "next", 1, [newest]))

    ended = through_json(cut.paged("5", None, 1, ["5"]))
    catching_up = ended.begun(START + 10 * MINUTE, START)
    after = through_json(catching_up.paged(later, None, 1, [later]))

    assert catching_up.after_id == newest
    assert {*after.known} == {newest, later}
    again = after.begun(START + 11 * MINUTE, START)
    assert again.after_id == id_at(START + MINUTE - LATE)


def test_what_is_known_is_bounded():
    ids = [snowflake(START, n) for n in range(2 * MOST_KNOWN)]

    walk = Walk().begun(START, START - LOOK_BACK).paged(ids[-1], None, len(ids), ids)

    assert len(walk.known) == MOST_KNOWN


def test_a_cursor_from_before_walks_overlapped_goes_on():
    since, older, newest = (snowflake(START - MINUTE, n) for n in range(3))
    told = {
        "since_id": since,
        "read_until": START.isoformat(),
        "started": (START + MINUTE).isoformat(),
        "after_id": since,
        "token": "next",
        "newest": newest,
        "count": 100,
    }

    walk = Walk.read(told).begun(START + 2 * MINUTE, START)
    ended = walk.paged(older, None, 100, [older])

    assert (walk.after_id, walk.token) == (since, "next")
    assert (ended.since_id, ended.read_until) == (newest, START + MINUTE)


def test_ids_are_numbers():
    assert newer("9", "10") == "10"
    assert newer(None, "10") == "10"
    assert time_of(snowflake(START)) == START
    assert int(id_at(START)) == int(snowflake(START)) - 1
