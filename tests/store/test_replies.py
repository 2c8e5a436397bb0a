from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from connectors import Posted
from monitor.models import ReplyRow, ReplyState, Status
from monitor.rules import outcome
from monitor.store import Database, Overtaken, Settled, Store, UnderWay
from tests.fakes.mentions import NOW
from tests.store.helpers import keep_one, rows, sql

MINUTE = timedelta(minutes=1)


@pytest.fixture
def other_store(database):
    """The same database as another process sees it."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    yield Store(other)
    other.close()


def submit(store, mention, author="Ann", *, awaits=False, now=NOW):
    return store.replies.submit(mention.id, "hello", author, now, awaits=awaits)


def at_once(*jobs):
    start = Barrier(len(jobs))

    def run(job):
        start.wait()
        try:
            return job()
        except (Overtaken, Settled) as e:
            return e

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_many_who_submit_at_once_one_is_taken_and_the_others_are_told(
    store, other_store
):
    mention = keep_one(store)
    people = [f"person {n}" for n in range(6)]
    stores = [store, other_store] * 3

    done = at_once(
        *(
            lambda one=one, who=who: submit(one, mention, who)
            for one, who in zip(stores, people, strict=True)
        )
    )

    [taken] = [one for one in done if isinstance(one, ReplyRow)]
    told = [str(one) for one in done if isinstance(one, UnderWay)]
    assert (
        told == [f"a reply by {taken.author} to mention {mention.id} is on its way"] * 5
    )
    assert store.audit().adds_up


def test_reply_and_mention_are_kept_together_or_not_at_all(store, database):
    """The event cannot be written: nothing of the submission stays."""
    mention = keep_one(store)
    sql(database, "ALTER TABLE event RENAME TO away")
    try:
        with pytest.raises(Exception, match="event"):
            submit(store, mention)
        assert rows(database, "reply") == 0
        assert store.mentions.get(mention.id).status is Status.OPEN
    finally:
        sql(database, "ALTER TABLE away RENAME TO event")


def test_refusal_and_reopened_mention_are_kept_together_or_not_at_all(store, database):
    mention = keep_one(store)
    row = submit(store, mention)
    store.replies.claim(row, NOW)
    sql(database, "ALTER TABLE event RENAME TO away")
    try:
        with pytest.raises(Exception, match="event"):
            store.replies.settle(row, outcome.refused(row, "no"), NOW)
        assert store.replies.get(row.id).state == ReplyState.SENDING
        assert store.mentions.get(mention.id).status is Status.SENDING
    finally:
        sql(database, "ALTER TABLE away RENAME TO event")
    assert store.replies.settle(row, outcome.refused(row, "no"), NOW)
    assert store.mentions.get(mention.id).status is Status.OPEN


def test_of_two_who_claim_one_gets_it(store, other_store):
    for number in range(10):
        row = submit(store, keep_one(store, post_id=str(number)))
        twin = store.replies.get(row.id)

        done = at_once(
            lambda row=row: store.replies.claim(row, NOW),
            lambda twin=twin: other_store.replies.claim(twin, NOW),
        )

        assert sorted(done) == [False, True]
        assert store.replies.get(row.id).attempts == 1


def test_whoever_lost_the_claim_says_nothing_of_the_row(store):
    row = submit(store, keep_one(store))
    store.replies.claim(row, NOW)
    lost = store.replies.get(row.id)
    store.replies.requeue(row, NOW, "it never arrived")
    again = store.replies.get(row.id)
    store.replies.claim(again, NOW)

    ended = outcome.sent(lost, Posted(id="1"), "fake", NOW)

    assert not store.replies.settle(lost, ended, NOW)
    assert not store.replies.requeue(lost, NOW, "x")
    assert not store.replies.renew(lost, NOW)
    assert store.replies.get(row.id).state == ReplyState.SENDING
    assert store.replies.settle(again, ended, NOW)


def test_withdrawal_and_claim_at_once_never_both_succeed(store, other_store):
    for number in range(10):
        mention = keep_one(store, post_id=str(number))
        row = submit(store, mention)
        twin = store.replies.get(row.id)

        claimed, withdrawn = at_once(
            lambda row=row: store.replies.claim(row, NOW),
            lambda twin=twin: other_store.replies.decide(
                twin, outcome.withdrawn(twin, "Ann"), NOW
            ),
        )

        assert claimed == isinstance(withdrawn, Settled)
        status = Status.SENDING if claimed else Status.OPEN
        assert store.mentions.get(mention.id).status is status


def test_decision_on_a_row_that_went_on_tells_where_it_stands(store):
    row = submit(store, keep_one(store), awaits=True)
    first = outcome.approved(row, "Bob", row.text, NOW)
    store.replies.decide(row, first, NOW, to_send=True)
    seen = ReplyRow(**(row.model_dump() | {"state": ReplyState.AWAITING}))

    with pytest.raises(Settled, match="by Ann is on its way") as told:
        store.replies.decide(seen, outcome.sent_back(row, "Cy", "no"), NOW)

    assert told.value.reply.approver == "Bob"


def test_due_replies_come_longest_waiting_first_and_per_source(store):
    late = submit(store, keep_one(store, post_id="1"), now=NOW + MINUTE)
    soon = submit(store, keep_one(store, post_id="2"))
    other = submit(store, keep_one(store, post_id="3", source="other"))

    def due(source, now, limit=9):
        return [row.id for row in store.replies.due(source, now, limit)]

    assert due("fake", NOW) == [soon.id]
    assert due("fake", NOW + MINUTE) == [soon.id, late.id]
    assert due("fake", NOW + MINUTE, limit=1) == [soon.id]
    assert due("other", NOW) == [other.id]
    assert store.replies.due_sources(NOW) == ["fake", "other"]
    assert store.replies.due_sources(NOW - MINUTE) == []


def test_postponed_are_only_the_queued_ones_of_that_source(store):
    first = submit(store, keep_one(store, post_id="1"))
    claimed = submit(store, keep_one(store, post_id="2"))
    other = submit(store, keep_one(store, post_id="3", source="other"))
    store.replies.claim(claimed, NOW)

    store.replies.postpone("fake", NOW + MINUTE)

    due = [store.replies.get(row.id).due_at for row in (first, claimed, other)]
    assert due == [NOW + MINUTE, NOW, NOW]


def test_unclear_are_claims_of_that_age_whose_look_up_is_due(store):
    row = submit(store, keep_one(store))
    store.replies.claim(row, NOW)

    assert store.replies.unclear(NOW - MINUTE, NOW) == []
    assert [one.id for one in store.replies.unclear(NOW, NOW)] == [row.id]
    store.replies.note(row, due_at=NOW + MINUTE)
    assert store.replies.unclear(NOW, NOW) == []


def test_reply_keeps_what_stood_there_when_it_was_written(store, database):
    mention = keep_one(store)
    before = {"id": "1", "text": "old", "posted_at": NOW.isoformat()}
    other = keep_one(store, post_id="2", owner_reply=before)

    assert submit(store, mention).seen is None
    assert submit(store, other).seen == before


def test_native_answer_and_approval_at_once_never_both_win(store, other_store):
    for number in range(10):
        mention = keep_one(store, post_id=str(number))
        row = submit(store, mention, awaits=True)
        said = outcome.approved(row, "Bob", "hello", NOW)
        by_hand = outcome.by_hand("Cy", None, NOW)

        first, second = at_once(
            lambda row=row, said=said: store.replies.decide(
                row, said, NOW, to_send=True
            ),
            lambda one=mention.id, by_hand=by_hand: other_store.replies.answered(
                one, by_hand, NOW
            ),
        )

        failed = [isinstance(one, (Overtaken, Settled)) for one in (first, second)]
        assert sorted(failed) == [False, True]
    assert store.audit().adds_up


def test_replies_of_a_mention_come_newest_first(store):
    mention = keep_one(store)
    first = submit(store, mention, awaits=True)
    store.replies.decide(first, outcome.withdrawn(first, "Ann"), NOW)
    second = submit(store, mention)

    assert [row.id for row in store.replies.of(mention.id)] == [second.id, first.id]


def test_mention_that_is_not_there_says_so(store):
    with pytest.raises(LookupError, match="there is no mention 404"):
        store.replies.check_free(404)
    assert store.replies.get(404) is None
