from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from monitor.config import Priority
from monitor.models import Delivery, Status
from monitor.store import Move
from tests.fakes.mentions import NOW
from tests.store.helpers import keep, keep_one, many

MINUTE = timedelta(minutes=1)


def alert(store, mention=None):
    return store.outbox.alert_of((mention or keep_one(store)).id)


def claimed(store):
    row = alert(store)
    assert store.outbox.claim(row, NOW)
    return row


def test_most_pressing_is_due_first_and_notices_before_all(store):
    for name, priority, due in (
        ("low", Priority.LOW, 1), ("high, later", Priority.HIGH, 2),
        ("urgent", Priority.URGENT, 9), ("high, sooner", Priority.HIGH, 1),
    ):  # fmt: skip
        keep_one(store, post_id=name, priority=priority, due_at=NOW + due * MINUTE)
    store.outbox.notice("n", "a source is paused", NOW)

    rows = store.outbox.due(NOW)

    mentions = [store.mentions.get(row.mention_id or 0) for row in rows]
    assert [one and one.post_id for one in mentions] == [
        None, "urgent", "high, sooner", "high, later", "low",
    ]  # fmt: skip


def test_row_is_not_due_before_its_time(store):
    row = claimed(store)
    store.outbox.requeue(row, NOW + MINUTE, "502")

    assert store.outbox.due(NOW) == []
    assert len(store.outbox.due(NOW + MINUTE)) == 1


def test_no_more_rows_are_due_than_asked_for(store):
    keep(store, *many(5))

    assert len(store.outbox.due(NOW, limit=3)) == 3


def test_of_many_who_claim_a_row_one_wins(store):
    row = alert(store)
    start = Barrier(8)

    def claim(_):
        mine = store.outbox.alert_of(row.mention_id)
        start.wait()
        return store.outbox.claim(mine, NOW)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(claim, range(8)))

    assert sorted(won) == [False] * 7 + [True]
    assert store.outbox.alert_of(row.mention_id).attempts == 1


def test_claim_counts_the_attempt_and_forgets_the_last_error(store):
    row = claimed(store)
    store.outbox.requeue(row, NOW, "502")

    assert store.outbox.claim(row, NOW + MINUTE)

    again = store.outbox.alert_of(row.mention_id)
    assert (again.state, again.attempts, again.error) == (Delivery.SENDING, 2, "")
    assert again.attempt_at == NOW + MINUTE


# What may be said of a row depends on where it stands; everything else is refused.
SAY = {
    "claim": lambda store, row: store.outbox.claim(row, NOW),
    "sent": lambda store, row: store.outbox.sent(row, "ts", NOW),
    "requeue": lambda store, row: store.outbox.requeue(row, NOW, "502"),
    "fail": lambda store, row: store.outbox.fail(row, "a defect"),
    "drop": lambda store, row: store.outbox.drop(row, "answered", NOW),
    "note": lambda store, row: store.outbox.note(row, "a defect"),
}
REACH = {
    "queued": [],
    "sending": ["claim"],
    "sent": ["claim", "sent"],
    "dropped": ["claim", "drop"],
    "failed": ["claim", "fail"],
}
LEGAL = {
    ("queued", "claim"): "sending",
    ("sending", "sent"): "sent",
    ("sending", "requeue"): "queued",
    ("sending", "fail"): "failed",
    ("sending", "drop"): "dropped",
    ("sending", "note"): "sending",
}


@pytest.mark.parametrize("state", REACH)
def test_row_moves_only_where_it_may(store, state):
    for number, word in enumerate(SAY):
        mention = keep_one(store, post_id=str(number))
        # Of an open mention an alert cannot be dropped: it is still wanted.
        closed = Move(Status.DISMISSED, "ann", "no_reply_needed")
        store.move(mention.id, Status.OPEN, closed, NOW)
        row = alert(store, mention)
        for step in REACH[state]:
            assert SAY[step](store, row)

        done = SAY[word](store, row)

        now = store.outbox.alert_of(row.mention_id)
        assert done == ((state, word) in LEGAL)
        assert now.state == LEGAL.get((state, word), state)


def test_late_word_on_an_older_claim_changes_nothing(store):
    """Somebody stalls, the row is looked up, queued and claimed again: it is not theirs."""
    stalled = claimed(store)
    found = store.outbox.alert_of(stalled.mention_id)
    store.outbox.requeue(found, NOW, "it never arrived")
    store.outbox.claim(found, NOW)

    assert not store.outbox.requeue(stalled, NOW, "502")
    assert not store.outbox.fail(stalled, "a defect")
    assert store.outbox.sent(found, "ts", NOW)


def test_sent_row_knows_what_the_other_side_calls_it(store):
    row = claimed(store)

    store.outbox.sent(row, "ts-1", NOW + MINUTE)

    now = store.outbox.alert_of(row.mention_id)
    assert (now.ref, now.sent_at, now.error) == ("ts-1", NOW + MINUTE, "")


def test_unclear_rows_are_those_claimed_long_ago(store):
    old, new = (alert(store, keep_one(store, post_id=n)) for n in ("1", "2"))
    store.outbox.claim(old, NOW - MINUTE)
    store.outbox.claim(new, NOW)
    keep_one(store, post_id="3")

    assert [row.id for row in store.outbox.unclear(NOW - MINUTE)] == [old.id]


def test_states_are_counted(store):
    claimed(store)
    keep_one(store, post_id="2")

    assert store.outbox.counts() == {Delivery.SENDING: 1, Delivery.QUEUED: 1}


def test_failed_rows_are_listed_and_looked_up_again_when_asked(store):
    row = claimed(store)
    store.outbox.fail(row, "a defect (KeyError)")

    assert [one.error for one in store.outbox.failed()] == ["a defect (KeyError)"]
    assert store.outbox.retry_failed(NOW) == 1

    [again] = store.outbox.unclear(NOW)
    assert (again.post_key, again.error) == (row.post_key, "")
    assert store.outbox.failed() == []
    assert store.outbox.retry_failed(NOW) == 0


def test_notice_is_owed_once_per_key(store):
    store.outbox.notice("k", "first", NOW)
    store.outbox.notice("k", "second", NOW)
    store.outbox.notice("other", "third", NOW)

    assert [row.body["text"] for row in store.outbox.due(NOW)] == ["first", "third"]


def test_mention_without_a_card_has_none(store):
    mention = keep_one(store, status=Status.NOT_OURS, reason="repost")

    assert store.outbox.alert_of(mention.id) is None
