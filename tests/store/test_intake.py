from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connectors import Gap, SetAside
from monitor.models import Delivery, Status
from monitor.store import Change, Filter, Intake, Move, Outrun, Recorded
from tests.fakes.connector import make_post
from tests.fakes.mentions import NOW, make_mention
from tests.store.helpers import batch, checkpoint, keep, keep_one, many, rows, sql

TOO_MANY = 2**70


def change(mention, **values):
    """An edit of a mention we know, as the pipeline would write it."""
    return Change(
        mention_id=mention.id,
        rev=values.pop("rev", mention.rev),
        values=values,
        what="edited",
        old="open",
        new=str(values.get("status", "open")),
        reason="edited by the author",
        actor="everyreply",
    )


def test_batch_is_kept_with_its_alerts_events_and_cursor(store):
    done = store.record(
        batch(
            make_mention(post_id="1"),
            make_mention(post_id="1", brand="Bolt"),
            make_mention(post_id="2", status=Status.NOT_OURS, reason="repost"),
            unmatched=[make_post(3, "nothing")],
            set_aside=[SetAside("file.csv:4", "no date")],
            seen=6,
        )
    )

    assert done == Recorded(6, 2, 2, 1, 1, mentions=3, opened=2, changed=0)
    at = checkpoint(store)
    assert (at.version, at.cursor) == (1, {"seen": 1})
    assert at.next_poll_at == NOW + timedelta(minutes=5)
    assert len(store.outbox.due(NOW)) == 2
    assert store.audit().problems == ()


def test_new_mention_has_its_first_event(store):
    mention = keep_one(store, note="a note", why=["one", "two"])

    [event] = store.mentions.events(mention.id)
    assert (event.actor, event.what, event.old, event.new) == (
        "everyreply", "found", None, "open",
    )  # fmt: skip
    assert event.reason == "needs_reply; a note; one; two"
    assert event.at == NOW


def test_nothing_is_kept_if_anything_fails(store, database):
    """The counters come last: make them fail, and look for what was written before."""
    sql(database, "DROP TABLE sourceday")
    whole = batch(
        *many(3), unmatched=[make_post(9, "x")], set_aside=[SetAside("a:1", "b")]
    )

    with pytest.raises(DBAPIError):
        store.record(whole)

    for table in ("mention", "event", "outbox", "checkpoint", "unmatched", "set_aside"):
        assert rows(database, table) == 0
    sql(
        database,
        "CREATE TABLE sourceday (source VARCHAR, day VARCHAR, posts INTEGER, "
        "PRIMARY KEY (source, day))",
    )
    assert store.record(whole).new == 3


def test_outage_sets_no_post_aside(store, database):
    """A table that cannot be written is not the fault of what is written to it."""
    if database.is_sqlite:
        sql(
            database,
            "CREATE TRIGGER full BEFORE INSERT ON mention WHEN new.post_id = '2' "
            "BEGIN SELECT json('no json'); END",
        )
    else:
        sql(
            database,
            "CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN "
            "IF new.post_id = '2' THEN RAISE EXCEPTION SQLSTATE '53100'; END IF; "
            "RETURN new; END $$ LANGUAGE plpgsql",
        )
        sql(
            database,
            "CREATE TRIGGER disk_full BEFORE INSERT ON mention FOR EACH ROW "
            "EXECUTE FUNCTION full_disk()",
        )
    try:
        with pytest.raises(DBAPIError):
            store.record(batch(*many(3)))
    finally:
        if not database.is_sqlite:
            sql(database, "DROP FUNCTION full_disk() CASCADE")

    assert checkpoint(store).version == 0
    assert rows(database, "mention") == rows(database, "set_aside") == 0


@pytest.mark.parametrize(
    "poison",
    [{"followers": TOO_MANY}, {"ref": {"at": NOW}}, {"author": None},
     {"author": "\ud800"}],
    ids=["too large a number", "no JSON", "nothing where something must be",
         "half an emoji"],
)  # fmt: skip
def test_poisoned_row_is_set_aside_and_the_rest_is_kept(store, poison):
    mentions = many(5)
    for name, value in poison.items():
        setattr(mentions[2], name, value)

    done = store.record(batch(*mentions))

    assert (done.seen, done.new, done.set_aside, done.known) == (5, 4, 1, 0)
    [row] = store.sources.set_aside()
    assert row.place == "fake post 2"
    assert row.reason.startswith("the database does not take it (")
    assert store.audit().problems == ()


def test_name_too_long_for_an_index_blocks_no_source(store, database):
    if database.is_sqlite:
        assert store.record(batch(*many(1, author="x" * 200_000))).new == 1
        return
    words = "".join(f"{n:x}" for n in range(50_000))

    done = store.record(batch(*many(2), make_mention(post_id="9", author=words)))

    assert (done.new, done.set_aside) == (2, 1)


def test_poisoned_part_of_a_post_leaves_the_post_counted_once(store):
    fine, bad = make_mention(), make_mention(brand="Bolt", followers=TOO_MANY)

    done = store.record(batch(fine, bad))

    assert (done.seen, done.new, done.known, done.set_aside) == (1, 1, 0, 0)
    assert len(store.sources.set_aside()) == 1
    assert store.audit().problems == ()


def test_poisoned_unmatched_post_is_set_aside(store):
    post = make_post(1, "x", author="\ud800")

    done = store.record(batch(unmatched=[post, make_post(2, "y")]))

    assert (done.unmatched, done.set_aside) == (1, 1)


def test_poisoned_edit_is_set_aside_and_other_edits_are_kept(store):
    one, two = (keep_one(store, post_id=name) for name in ("1", "2"))
    changes = [change(one, followers=TOO_MANY), change(two, text="edited")]

    done = store.record(batch(version=2, seen=2, changes=changes))

    assert (done.changed, done.known, done.set_aside) == (1, 2, 0)
    assert store.mentions.get(two.id).text == "edited"
    assert store.mentions.get(one.id).rev == 0
    [row] = store.sources.set_aside()
    assert row.place == f"mention {one.id}, edited"
    assert store.audit().problems == ()


def test_what_was_set_aside_may_itself_hold_what_no_database_keeps(store):
    aside = [SetAside("a\x00\ud800.csv:1", "bad byte \x00")]

    done = store.record(batch(set_aside=aside, gaps=[Gap(None, None, "\x00 \ud800")]))

    assert done.set_aside == 1
    assert store.sources.set_aside()[0].place == "a��.csv:1"
    assert store.sources.gaps()[0].reason == "� �"


def test_place_set_aside_twice_shows_its_newest_reason(store):
    keep(store, set_aside=[SetAside("a.csv:1", "no date")])
    later = NOW + timedelta(hours=1)

    keep(store, set_aside=[SetAside("a.csv:1", "no author")], now=later)

    [row] = store.sources.set_aside()
    assert (row.reason, row.at) == ("no author", later)
    assert checkpoint(store).posts_set_aside == 2


def test_second_poll_of_the_same_version_is_outrun_and_changes_nothing(store, database):
    store.record(batch(*many(2)))

    with pytest.raises(Outrun, match="fake was polled by another process"):
        store.record(batch(make_mention(post_id="9"), unmatched=[make_post(8, "x")]))

    assert rows(database, "mention") == 2
    assert rows(database, "unmatched") == 0
    assert checkpoint(store).cursor == {"seen": 1}


def test_known_mention_is_not_kept_twice(store):
    keep(store, *many(3))

    done = store.record(batch(*many(5), version=1))

    assert (done.seen, done.new, done.known, done.mentions) == (5, 2, 3, 2)
    assert len(store.outbox.due(NOW)) == 5
    assert store.audit().problems == ()


def test_same_mention_twice_in_a_batch_is_kept_once(store):
    done = store.record(batch(make_mention(), make_mention(), seen=2))

    assert (done.new, done.mentions, done.known) == (1, 1, 1)
    assert store.audit().problems == ()


def test_unmatched_post_that_matches_later_is_unmatched_no_more(store):
    keep(store, unmatched=[make_post(1, "anvil"), make_post(2, "x")])

    keep(store, make_mention(post_id="1"))

    assert [one.post_id for one in store.mentions.unmatched()] == ["2"]
    assert store.audit().problems == ()


def test_unmatched_post_seen_again_is_known(store):
    keep(store, unmatched=[make_post(1, "x")])

    done = store.record(batch(unmatched=[make_post(1, "x")], version=1))

    assert (done.unmatched, done.known) == (0, 1)


def test_large_batch_is_kept_whole(store):
    """More rows than one statement has room for, on either database."""
    done = store.record(batch(*many(3000)))

    assert (done.new, done.mentions, done.opened) == (3000, 3000, 3000)
    assert store.audit().problems == ()


def test_edit_is_applied_with_its_event_and_its_update(store):
    mention = keep_one(store)

    done = store.record(batch(version=1, seen=1, changes=[change(mention, text="new")]))

    assert (done.changed, done.known) == (1, 1)
    assert store.mentions.get(mention.id).rev == 1
    assert [e.what for e in store.mentions.events(mention.id)] == ["found", "edited"]
    keys = {row.post_key for row in store.outbox.due(NOW)}
    assert keys == {f"alert:{mention.id}", f"update:{mention.id}:1"}


def test_edit_of_a_mention_that_changed_meanwhile_voids_the_batch(store):
    mention = keep_one(store)
    late = change(mention, text="new", rev=7)

    with pytest.raises(Outrun, match="changed meanwhile"):
        store.record(batch(version=1, seen=1, changes=[late]))

    assert store.sources.checkpoint("fake", NOW).version == 1
    assert store.mentions.get(mention.id).text == "acme is bad"
    assert len(store.mentions.events(mention.id)) == 1


def test_mention_that_opens_for_the_first_time_owes_its_card(store):
    mention = keep_one(store, status=Status.NOT_OURS, reason="excluded")
    opened = change(
        mention, status=Status.OPEN, closed_at=None, closed_by=None, reason="edited"
    )

    store.record(batch(version=1, seen=1, changes=[opened]))

    assert store.outbox.alert_of(mention.id).state is Delivery.QUEUED
    assert store.audit().problems == ()


def test_dropped_card_is_owed_again_when_the_mention_opens_again(store):
    mention = keep_one(store)
    row = store.outbox.alert_of(mention.id)
    store.outbox.claim(row, NOW)
    dismissed = Move(Status.DISMISSED, "ann", "no_reply_needed")
    store.move(mention.id, Status.OPEN, dismissed, NOW)
    store.outbox.drop(row, "dismissed before it was shown", NOW)
    opened = change(mention, rev=1, status=Status.OPEN, closed_at=None, closed_by=None)

    store.record(batch(version=1, seen=1, changes=[opened]))

    again = store.outbox.alert_of(mention.id)
    assert (again.state, again.error) == (Delivery.QUEUED, "")


def test_sent_card_is_not_owed_twice(store):
    mention = keep_one(store)
    row = store.outbox.alert_of(mention.id)
    store.outbox.claim(row, NOW)
    store.outbox.sent(row, "ts-1", NOW)

    store.record(batch(version=1, seen=1, changes=[change(mention, text="new")]))

    assert store.outbox.alert_of(mention.id).state is Delivery.SENT


def test_gap_is_kept_and_told_once(store):
    since = NOW - timedelta(days=9)
    gap = Gap(since, NOW, "X shows seven days only")

    keep(store, gaps=[gap])

    [row] = store.sources.gaps()
    assert (row.since, row.until, row.reason) == (since, NOW, gap.reason)
    [notice] = store.outbox.due(NOW)
    assert notice.body == {"text": "fake has a gap: X shows seven days only"}


def test_fresh_posts_end_a_silence_and_known_ones_do_not(store, database):
    keep(store, *many(1))
    sql(database, "UPDATE checkpoint SET silent_since = last_post_at")

    keep(store, seen=1)
    assert checkpoint(store).silent_since == NOW

    keep(store, make_mention(post_id="9"), now=NOW + timedelta(hours=1))
    at = checkpoint(store)
    assert (at.silent_since, at.last_post_at) == (None, NOW + timedelta(hours=1))


def test_posts_are_counted_per_day_in_utc(store):
    keep(store, *many(2), unmatched=[make_post(9, "x")])
    keep(store, make_mention(post_id="10"))
    keep(store, make_mention(post_id="11"), now=NOW + timedelta(days=1))

    assert store.sources.days("fake", "2026-01-01") == {
        "2026-01-05": 4,
        "2026-01-06": 1,
    }


def test_numbers_of_batches_add_up():
    total = Recorded(1, 2, 3, 4, 5, 6, 7, 8)

    total.add(Recorded(10, 20, 30, 40, 50, 60, 70, 80))

    assert total == Recorded(11, 22, 33, 44, 55, 66, 77, 88)


def test_text_of_a_stranger_is_no_sql(store, database):
    words = "'; DROP TABLE mention; --"

    keep_one(store, text=words, author=words, post_id=words)

    [mention] = store.mentions.find(Filter(text=words, author=words))
    assert (mention.text, mention.post_id) == (words, words)
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM mention")).scalar_one() == 1


def test_intake_is_empty_by_default(store):
    done = store.record(Intake("fake", 0, {}, NOW, NOW))

    assert done == Recorded()
    assert checkpoint(store).last_success_at == NOW
    assert checkpoint(store).last_post_at is None
