from datetime import timedelta

from connectors import Gap, SetAside
from monitor.store import Database, Store
from tests.fakes.mentions import NOW, make_mention
from tests.store.helpers import checkpoint, keep

HOUR = timedelta(hours=1)


def notices(store):
    return [row.body["text"] for row in store.outbox.due(NOW + 99 * HOUR) if row.body]


def test_new_source_is_due_at_once_and_leaves_no_trace(store):
    at = store.sources.checkpoint("new", NOW)

    assert (at.next_poll_at, at.version, at.cursor) == (NOW, 0, None)
    assert store.sources.all() == []


def test_failure_keeps_the_cursor_and_counts(store):
    keep(store, make_mention())

    for number in range(2):
        later = NOW + number * HOUR
        store.sources.postpone(checkpoint(store), later + HOUR, "502", later)

    at = checkpoint(store)
    assert (at.failures, at.error, at.failing_since) == (2, "502", NOW)
    assert (at.next_poll_at, at.last_poll_at) == (NOW + 2 * HOUR, NOW + HOUR)
    assert (at.cursor, at.version, at.last_success_at) == ({"seen": 1}, 1, NOW)


def test_first_poll_ever_may_fail(store):
    store.sources.postpone(checkpoint(store), NOW + HOUR, "502", NOW)

    assert checkpoint(store).failures == 1
    assert keep(store, make_mention()) != []
    assert checkpoint(store).failures == 0


def test_failing_source_is_told_once_per_episode(store):
    def fail():
        store.sources.postpone(checkpoint(store), NOW, "502", NOW)
        store.sources.tell_failing("fake", NOW)

    fail()
    fail()
    assert notices(store) == ["fake has failed 1 times since 05 Jan 10:00 UTC: 502"]

    keep(store, now=NOW + HOUR)
    store.sources.postpone(checkpoint(store), NOW, "503", NOW + 2 * HOUR)
    store.sources.tell_failing("fake", NOW)
    assert len(notices(store)) == 2


def test_source_that_does_not_fail_is_not_told(store):
    store.sources.tell_failing("fake", NOW)
    keep(store, make_mention())
    store.sources.tell_failing("fake", NOW)

    assert notices(store) == []


def test_refused_source_is_paused_and_told_once(store):
    for number in range(3):
        later = NOW + number * HOUR
        store.sources.pause(checkpoint(store), "make a new token", later)

    at = checkpoint(store)
    assert (at.paused_at, at.failures, at.error) == (NOW, 3, "make a new token")
    [told] = notices(store)
    assert told.startswith("fake is paused, somebody must act: make a new token. ")
    assert told.endswith("run: everyreply poll fake")


def test_resumed_source_is_due_at_once_and_told_anew_if_refused_again(store):
    store.sources.pause(checkpoint(store), "no", NOW)

    assert store.sources.resume("fake", NOW + HOUR)

    at = checkpoint(store)
    assert (at.paused_at, at.next_poll_at) == (None, NOW + HOUR)
    store.sources.pause(at, "no", NOW + 2 * HOUR)
    assert len(notices(store)) == 2


def test_source_that_is_not_paused_has_nothing_to_resume(store):
    keep(store, make_mention())
    before = checkpoint(store).next_poll_at

    assert not store.sources.resume("fake", NOW)
    assert not store.sources.resume("unknown", NOW)
    assert checkpoint(store).next_poll_at == before


def test_success_ends_failures_and_pause(store):
    store.sources.pause(checkpoint(store), "no", NOW)

    keep(store, make_mention())

    at = checkpoint(store)
    assert (at.paused_at, at.failing_since, at.failures, at.error) == (
        None,
        None,
        0,
        "",
    )


def test_silence_is_noted_and_told_once(store):
    keep(store, make_mention())

    for _ in range(2):
        store.sources.tell_silent("fake", NOW, "nothing since noon", NOW + HOUR)

    assert checkpoint(store).silent_since == NOW
    assert notices(store) == ["fake is silent: nothing since noon"]


def test_words_of_a_platform_reach_the_operator_harmless(store):
    store.sources.pause(checkpoint(store), "\x1b[2J\x00 \ud800 no", NOW)

    [told] = notices(store)
    assert told.startswith("fake is paused, somebody must act: �[2J� � no.")


def test_error_that_no_database_keeps_is_kept_readable(store):
    """A platform's answer may hold anything; noting it must not fail."""
    store.sources.postpone(checkpoint(store), NOW + HOUR, "bad \x00 \ud800", NOW)

    assert checkpoint(store).error == "bad � �"


def test_gaps_are_listed_newest_first(store):
    keep(store, gaps=[Gap(None, None, "first")])
    keep(store, gaps=[Gap(None, None, "second")], now=NOW + HOUR)

    assert [gap.reason for gap in store.sources.gaps()] == ["second", "first"]
    assert [gap.reason for gap in store.sources.gaps(NOW + HOUR)] == ["second"]


def test_what_was_set_aside_is_counted_per_source(store):
    aside = [SetAside(f"a.csv:{n}", "no date") for n in range(3)]
    keep(store, set_aside=aside)
    keep(store, set_aside=aside[:1], source="other")

    assert store.sources.set_aside_counts() == {"fake": 3, "other": 1}
    assert len(store.sources.set_aside(limit=2)) == 2


def test_source_that_is_no_longer_configured_is_named(store):
    keep(store, source="old")
    keep(store, source="new")

    assert store.sources.unknown(["new"]) == ["old"]


def test_everything_survives_a_restart(store, database_url):
    store.sources.pause(checkpoint(store), "no", NOW)
    store.close()

    again = Store(Database(database_url))

    assert again.sources.checkpoint("fake", NOW).paused_at == NOW
    again.close()
