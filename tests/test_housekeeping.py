from datetime import timedelta

import pytest

from connectors import OwnerReply, OwnReply, SetAside
from monitor.config import Retention
from monitor.housekeeping import Housekeeper
from monitor.models import Status
from monitor.store import Own
from tests.fakes.connector import make_post
from tests.fakes.mentions import NOW, make_mention
from tests.store.helpers import keep, keep_one, rows

DAY = timedelta(days=1)


@pytest.fixture
def keeper(store, clock):
    return Housekeeper(store, Retention(text=30 * DAY, unmatched=5 * DAY), clock)


@pytest.fixture
def habit(store, clock):
    """A source that brought ten posts a day for a week, the last of them now."""
    for day in range(7):
        posts = [make_post(day * 10 + n, "x") for n in range(10)]
        keep(store, unmatched=posts, now=clock())
        clock.advance(days=1)
    clock.advance(days=-1)


def polled_in_vain(store, clock):
    keep(store, now=clock())


def notices(store, clock):
    return [row.body["text"] for row in store.outbox.due(clock()) if row.body]


def test_silent_source_is_told_once(keeper, store, clock, habit):
    clock.advance(days=1, hours=1)
    polled_in_vain(store, clock)

    assert keeper.tell_silence(["fake"]) == ["fake"]
    clock.advance(days=1)
    polled_in_vain(store, clock)
    assert keeper.tell_silence(["fake"]) == []

    [text] = notices(store, clock)
    assert text.startswith("fake is silent: nothing since 11 Jan 10:00 UTC")


def test_quiet_that_is_usual_is_not_told(keeper, store, clock, habit):
    clock.advance(hours=12)
    polled_in_vain(store, clock)

    assert keeper.tell_silence(["fake"]) == []


def test_next_silence_is_told_again(keeper, store, clock, habit):
    clock.advance(days=1, hours=1)
    polled_in_vain(store, clock)
    keeper.tell_silence(["fake"])
    keep(store, make_mention(post_id="new"), now=clock())
    clock.advance(days=3)
    polled_in_vain(store, clock)

    assert keeper.tell_silence(["fake"]) == ["fake"]


def test_source_is_not_silent_while_nobody_asks_it(keeper, store, clock, habit):
    """After a week switched off the first look comes before the first poll."""
    clock.advance(days=7)

    assert keeper.tell_silence(["fake"]) == []


def test_paused_source_is_told_as_paused_not_as_silent(keeper, store, clock, habit):
    clock.advance(days=1)
    polled_in_vain(store, clock)
    store.sources.pause(store.sources.checkpoint("fake", clock()), "no", clock())

    assert keeper.silence_of("fake") is None


def test_source_never_polled_is_not_silent(keeper):
    assert keeper.tell_silence(["unknown"]) == []


def test_records_are_kept_as_long_as_they_serve(keeper, store, clock, database):
    aside = [SetAside("file.csv:3", "no date")]
    keep(store, unmatched=[make_post(1, "x")], set_aside=aside, now=clock())
    answer = OwnReply("9", OwnerReply(text="Sorry!", posted_at=clock(), id="r"))
    errand = store.errands.at("fake", "notice", clock())
    store.own_replies.record(errand, {}, [Own("fake", answer)], clock())
    tables = ("own_reply", "sourcehour", "set_aside")
    left = []

    for day in (29, 34, 89, 91):
        clock.time = NOW + timedelta(days=day, hours=1)
        keeper.erase()
        left.append([rows(database, table) for table in tables])

    assert left == [[1, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]]


def test_words_are_erased_when_their_time_is_over(keeper, store, clock):
    keep_one(store, status=Status.NOT_OURS, reason="repost")
    keep_one(store, post_id="2")
    keep(store, unmatched=[make_post(1, "x")])

    clock.advance(days=4)
    assert keeper.erase() == (0, 0)
    clock.advance(days=2)
    assert keeper.erase() == (0, 1)
    clock.advance(days=30)
    assert keeper.erase() == (1, 0)
    assert keeper.erase() == (0, 0)
