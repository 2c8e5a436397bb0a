"""Steps on open mentions: one wins, and what it owes is written with it."""

import threading
from datetime import timedelta

import pytest

from monitor.models import OutboxKind, Status
from monitor.rules.declined import Declined
from monitor.rules.work import Taken, assigned, claimed, snoozed
from monitor.store import Move
from tests.fakes.mentions import NOW
from tests.store.helpers import keep_one

HOUR = timedelta(hours=1)


def kinds(store):
    return [row.kind for row in store.outbox.due(NOW + HOUR)]


def test_step_is_told_by_one_event_and_owes_the_card_its_state(store):
    mention = keep_one(store)

    after = store.desk.step(mention.id, claimed("Ann"), NOW)

    assert (after.assignee, after.rev) == ("Ann", mention.rev + 1)
    event = store.mentions.events(mention.id)[-1]
    assert (event.what, event.actor) == ("claimed", "Ann")
    assert OutboxKind.UPDATE in kinds(store)
    assert store.audit().adds_up


def test_step_that_changes_nothing_leaves_no_trace(store):
    mention = keep_one(store)
    store.desk.step(mention.id, claimed("Ann"), NOW)
    events = len(store.mentions.events(mention.id))

    store.desk.step(mention.id, claimed("Ann"), NOW)

    assert len(store.mentions.events(mention.id)) == events


def test_of_many_who_claim_at_once_one_has_it_and_all_others_are_told_who(store):
    mention = keep_one(store)
    won, told, start = [], [], threading.Barrier(6)

    def claim(name):
        start.wait()
        try:
            store.desk.step(mention.id, claimed(name), NOW)
            won.append(name)
        except Taken as e:
            told.append(e.mention.assignee)

    threads = [threading.Thread(target=claim, args=(f"P{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert told == won * 5


def test_note_is_owed_with_its_step(store):
    mention = keep_one(store)

    store.desk.step(mention.id, assigned("Bob", "Ann"), NOW)

    [note] = [r for r in store.outbox.due(NOW + HOUR) if r.kind is OutboxKind.NOTE]
    assert note.body == {"what": "assigned", "to": "Bob", "by": "Ann"}


def test_mention_that_is_not_there_is_said_so(store):
    with pytest.raises(LookupError, match="no mention 7"):
        store.desk.step(7, claimed("Ann"), NOW)


def test_only_snoozes_that_are_over_end(store):
    mention = keep_one(store)
    store.desk.step(mention.id, snoozed(NOW + HOUR, "Ann"), NOW)

    assert store.desk.wake(NOW) == 0
    assert store.desk.wake(NOW + HOUR) == 1
    assert store.desk.wake(NOW + HOUR) == 0


def test_closed_mention_is_woken_by_nobody(store):
    mention = keep_one(store)
    store.desk.step(mention.id, snoozed(NOW + HOUR, "Ann"), NOW)
    store.move(mention.id, Status.OPEN, Move(Status.DISMISSED, "Ann", "x"), NOW)

    assert store.desk.wake(NOW + HOUR) == 0
    with pytest.raises(Declined):
        store.desk.step(mention.id, claimed("Ann"), NOW)


def test_lists_are_of_open_mentions_soonest_due_first(store):
    late = keep_one(store, post_id="1", due_at=NOW - HOUR)
    soon = keep_one(store, post_id="2", due_at=NOW + HOUR)
    first = keep_one(store, post_id="3", due_at=NOW + HOUR / 2)
    store.desk.step(soon.id, claimed("Ann"), NOW)
    store.desk.step(first.id, claimed("Ann"), NOW)

    assert [one.id for one in store.desk.mine("Ann")] == [first.id, soon.id]
    assert [one.id for one in store.desk.unassigned()] == [late.id]
    assert [one.id for one in store.desk.overdue(NOW)] == [late.id]
