import pytest

from connectors import SetAside
from monitor.models import Status
from monitor.store import Move
from monitor.store.ledger import EXAMPLES
from tests.fakes.connector import make_post
from tests.fakes.mentions import NOW, make_mention
from tests.store.helpers import keep, keep_one, many, sql


@pytest.fixture
def busy(store):
    """A store with something of everything; the first mention is open."""
    keep(
        store,
        make_mention(post_id="1"),
        make_mention(post_id="2"),
        make_mention(
            post_id="2", brand="Bolt", status=Status.NOT_OURS, reason="repost"
        ),
        unmatched=[make_post(3, "x")],
        set_aside=[SetAside("a.csv:1", "no date")],
    )
    keep(store, make_mention(post_id="1"), make_mention(post_id="4"))
    keep_one(
        store, post_id="5", source="other", status=Status.ANSWERED, reason="replied"
    )
    dismissed = keep_one(store, post_id="6")
    store.move(dismissed.id, Status.OPEN, Move(Status.DISMISSED, "Ann", "praise"), NOW)
    store.erase(NOW.replace(year=2030), NOW)
    return store


def test_empty_store_adds_up(store):
    ledger = store.audit()

    assert (ledger.total, ledger.lines, ledger.intake) == (0, [], [])
    assert ledger.adds_up


def test_every_mention_and_every_post_is_accounted_for(busy):
    ledger = busy.audit()

    assert ledger.problems == ()
    assert ledger.total == 6
    assert {
        (one.brand, one.status.value, one.reason): one.count for one in ledger.lines
    } == {
        ("Acme", "open", "needs_reply"): 3,
        ("Acme", "answered", "replied"): 1,
        ("Acme", "dismissed", "praise"): 1,
        ("Bolt", "not_ours", "repost"): 1,
    }
    assert ledger.by_status()[Status.OPEN] == 3
    assert sum(ledger.by_status().values()) == ledger.total
    fake, other = ledger.intake
    assert (fake.seen, fake.new, fake.known, fake.unmatched, fake.set_aside) == (
        7, 4, 1, 1, 1,
    )  # fmt: skip
    assert (fake.mentions, fake.stored) == (5, 5)
    assert (other.seen, other.mentions) == (1, 1)
    assert ledger.alerts == {
        "queued": 4, "sending": 0, "sent": 0, "dropped": 0, "failed": 0,
    }  # fmt: skip


# Each kind of damage, made behind the store's back, and how the audit names it.
@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("DELETE FROM event WHERE mention_id = 1",
         "1 mention changed without an event (id 1)"),
        (("UPDATE mention SET status = 'answered', closed_at = found_at, "
         "closed_by = 'x' WHERE id = 1"), "1 mention changed without an event (id 1)"),
        ("UPDATE mention SET reason = '' WHERE brand = 'Bolt'",
         "1 mention closed without a reason (id 3)"),
        ("UPDATE mention SET closed_by = NULL WHERE brand = 'Bolt'",
         "1 mention closed without a time or an actor (id 3)"),
        ("UPDATE mention SET closed_at = NULL WHERE brand = 'Bolt'",
         "1 mention closed without a time or an actor (id 3)"),
        ("UPDATE mention SET due_at = NULL WHERE id = 1",
         "1 mention open without a deadline (id 1)"),
        ("DELETE FROM outbox WHERE mention_id = 1",
         "1 mention open without an alert (id 1)"),
        ("UPDATE outbox SET state = 'dropped' WHERE mention_id = 1",
         "1 mention open without an alert (id 1)"),
        ("UPDATE outbox SET state = 'failed' WHERE mention_id = 1",
         "1 mention open, but the alert failed for good (id 1)"),
        ("UPDATE checkpoint SET posts_seen = posts_seen + 1 WHERE source = 'fake'",
         "fake: 8 posts seen, 7 accounted for"),
        ("UPDATE checkpoint SET mentions = 9 WHERE source = 'fake'",
         "fake: 9 mentions recorded, 5 are stored"),
        ("DELETE FROM checkpoint WHERE source = 'other'",
         "1 mention belongs to no source"),
        ("UPDATE mention SET source = 'nobody' WHERE id = 1",
         "1 mention belongs to no source"),
    ],
    ids=[
        "event deleted", "status changed", "no reason", "no actor", "no time",
        "no deadline", "no alert", "alert dropped", "alert failed", "posts lost",
        "mentions lost", "source forgotten", "source unknown",
    ],
)  # fmt: skip
def test_damage_is_found_and_named(busy, database, damage, problem):
    sql(database, damage)

    ledger = busy.audit()

    assert problem in ledger.problems
    assert not ledger.adds_up


def test_mention_deleted_behind_our_back_is_missed(busy, database):
    for table in ("event", "outbox"):
        sql(database, f"DELETE FROM {table} WHERE mention_id = 1")  # noqa: S608
    sql(database, "DELETE FROM mention WHERE id = 1")

    assert busy.audit().problems == ("fake: 5 mentions recorded, 4 are stored",)


def test_failed_alert_of_a_closed_mention_is_nobodys_problem(busy, database):
    sql(database, "UPDATE outbox SET state = 'failed' WHERE mention_id = 1")
    busy.move(1, Status.OPEN, Move(Status.DISMISSED, "Ann", "praise"), NOW)

    assert busy.audit().problems == ()


def test_much_damage_is_counted_and_named_by_a_few(store, database):
    keep(store, *many(EXAMPLES + 2))
    sql(database, "DELETE FROM outbox")

    assert store.audit().problems == (
        "7 mentions open without an alert (id 1, 2, 3, 4, 5, ...)",
    )
