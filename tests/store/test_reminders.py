from datetime import timedelta

import pytest

from monitor.models import ReminderKind, Status
from monitor.store import Move, Owed
from monitor.store.reminders import NOT_CHOSEN, NOT_OWED, OVERTAKEN
from tests.fakes.mentions import NOW
from tests.store.helpers import keep_one, sql

HOUR = timedelta(hours=1)
DUE = NOW + 4 * HOUR
PLAN = [
    Owed(ReminderKind.NEARING, NOW + 3 * HOUR),
    Owed(ReminderKind.MISSED, DUE),
    Owed(ReminderKind.ESCALATED, DUE + HOUR),
]


def plan(store, mention, due_at=DUE, owed=PLAN):
    return store.reminders.plan(mention.id, due_at, lambda _: owed)


def states(store, mention):
    return [(row.kind.value, row.state) for row in store.reminders.of(mention.id)]


def due(store, now):
    store.reminders.tidy(now)
    return [row for row, _ in store.reminders.due(now)]


def say(store, row, now):
    assert store.reminders.claim([row], "", now)
    assert store.reminders.sent(row, "C1:1", now)


@pytest.fixture
def mention(store):
    return keep_one(store)


def close(store, mention, status=Status.DISMISSED):
    store.move(mention.id, Status.OPEN, Move(status, "Ann", "why"), NOW)


def reopen(store, mention, due_at=None, status=Status.DISMISSED):
    again = Move(Status.OPEN, "Ann", "a mistake", due_at=due_at)
    store.move(mention.id, status, again, NOW + HOUR)


def test_mention_is_planned_once_since_it_was_opened(store, mention):
    [(found, since)] = store.reminders.unplanned()
    plan(store, mention)

    assert (found.id, since) == (mention.id, NOW)
    assert store.reminders.unplanned() == []


def test_closed_mention_is_not_planned(store, mention):
    close(store, mention)

    assert store.reminders.unplanned() == []
    assert not plan(store, mention)
    assert states(store, mention) == []


def test_plan_for_a_deadline_that_moved_meanwhile_is_refused(store, mention):
    assert not plan(store, mention, DUE + HOUR)

    assert states(store, mention) == []


def test_two_who_plan_the_same_plan_it_once(store, mention):
    plan(store, mention)
    plan(store, mention)

    assert [state for _, state in states(store, mention)] == ["queued"] * 3


@pytest.mark.parametrize(
    "status",
    [Status.ANSWERED, Status.DISMISSED, Status.GONE, Status.NOT_OURS],
)
def test_closed_mention_drops_its_words(store, mention, status):
    plan(store, mention)
    close(store, mention, status)

    assert due(store, DUE) == []
    assert {row.error for row in store.reminders.of(mention.id)} == {NOT_OWED}


def test_mention_whose_reply_is_on_its_way_is_quiet_but_keeps_its_words(store, mention):
    plan(store, mention)
    close(store, mention, Status.SENDING)

    assert due(store, DUE) == []
    reopen(store, mention, status=Status.SENDING)
    assert [row.kind for row in due(store, DUE)] == [ReminderKind.MISSED]


def test_mention_opened_again_with_its_deadline_gets_its_words_back(store, mention):
    plan(store, mention)
    [nearing] = due(store, NOW + 3 * HOUR)
    say(store, nearing, NOW)
    close(store, mention)
    store.reminders.tidy(NOW)
    reopen(store, mention)

    [(_, since)] = store.reminders.unplanned()
    plan(store, mention)

    assert since == NOW + HOUR
    assert store.reminders.unplanned() == []
    assert states(store, mention) == [
        ("nearing", "sent"), ("missed", "queued"), ("escalated", "queued"),
    ]  # fmt: skip


def test_new_deadline_is_planned_anew_and_drops_the_old_rows(store, mention):
    plan(store, mention)
    close(store, mention)
    reopen(store, mention, due_at=DUE + HOUR)

    plan(store, mention, DUE + HOUR, [Owed(ReminderKind.MISSED, DUE + HOUR)])

    assert due(store, DUE) == []
    [row] = due(store, DUE + HOUR)
    assert (row.kind, row.for_due_at) == (ReminderKind.MISSED, DUE + HOUR)


def test_deadline_moved_and_moved_back_is_still_reminded_of(store, database, mention):
    plan(store, mention)
    for due_at in (DUE + HOUR, DUE):
        sql(database, "UPDATE mention SET due_at = :at", at=stored(database, due_at))
        assert len(store.reminders.unplanned()) == 1
        plan(store, mention, due_at)

    assert [row.for_due_at for row in due(store, DUE)] == [DUE]


def stored(database, at):
    """A time as raw SQL writes it."""
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if database.is_sqlite else at


def test_plan_is_told_how_many_words_were_said_of_it(store, mention):
    plan(store, mention)
    [nearing] = due(store, NOW + 3 * HOUR)
    say(store, nearing, NOW)
    close(store, mention)
    reopen(store, mention, due_at=DUE + HOUR)
    told = []

    store.reminders.plan(mention.id, DUE + HOUR, lambda n: told.append(n) or PLAN)

    assert told == [1]


def test_word_in_two_places_is_one(store, mention):
    missed, there = (
        Owed(ReminderKind.ESCALATED, DUE),
        Owed(ReminderKind.ESCALATED, DUE, channel="#leads"),
    )
    plan(store, mention, owed=[missed, there])
    for row in due(store, DUE):
        say(store, row, DUE)
    close(store, mention)
    reopen(store, mention, due_at=DUE + HOUR)
    told = []

    store.reminders.plan(mention.id, DUE + HOUR, lambda n: told.append(n) or PLAN)

    assert told == [1]


def test_word_that_was_not_chosen_is_never_said_nor_planned_again(store, mention):
    owed = [Owed(ReminderKind.MISSED, DUE, is_chosen=False)]

    plan(store, mention, owed=owed)

    assert due(store, DUE) == []
    assert store.reminders.unplanned() == []
    assert [row.error for row in store.reminders.of(mention.id)] == [NOT_CHOSEN]


def test_of_several_due_at_once_only_the_gravest_is_left(store, mention):
    plan(store, mention)

    [row] = due(store, DUE + 2 * HOUR)

    assert row.kind is ReminderKind.ESCALATED
    errors = [row.error for row in store.reminders.of(mention.id)]
    assert errors == [OVERTAKEN, OVERTAKEN, ""]


def test_word_that_it_is_nearly_due_is_not_said_afterwards(store, mention):
    plan(store, mention, owed=[Owed(ReminderKind.SOON, DUE - HOUR)])

    assert due(store, DUE) == []


@pytest.mark.parametrize(
    ("hours", "kinds"), [(3, []), (3.5, ["nearing"]), (4, ["missed"])]
)
def test_snoozed_mention_is_quiet_until_then_but_not_past_its_deadline(
    store, database, mention, hours, kinds
):
    plan(store, mention)
    until = NOW + (3.5 * HOUR if hours < 4 else 9 * HOUR)
    words = "UPDATE mention SET snoozed_until = :until"
    sql(database, words, until=stored(database, until))

    assert [row.kind.value for row in due(store, NOW + hours * HOUR)] == kinds


def test_row_is_claimed_by_one_alone(store, mention):
    plan(store, mention)
    [mine], [theirs] = due(store, DUE), due(store, DUE)

    assert store.reminders.claim([mine], "", DUE)
    assert not store.reminders.claim([theirs], "", DUE)
    assert not store.reminders.sent(theirs, "C1:2", DUE)
    assert store.reminders.sent(mine, "C1:1", DUE)


def test_rows_are_claimed_together_or_not_at_all(store, mention):
    other = keep_one(store, post_id="2")
    for one in (mention, other):
        plan(store, one)
    first, second = due(store, DUE)
    assert store.reminders.claim([second], "", DUE)

    second.attempts = 0

    assert not store.reminders.claim([first, second], "many:1", DUE)
    assert first.attempts == 0
    [row] = due(store, DUE)
    assert (row.id, row.body) == (first.id, {})


def test_mention_closed_a_moment_ago_cannot_be_claimed(store, mention):
    plan(store, mention)
    [row] = due(store, DUE)
    close(store, mention)

    assert not store.reminders.claim([row], "", DUE)


def test_due_is_looked_up_through_its_index(store, database, mention):
    if not database.is_sqlite:
        pytest.skip("SQLite alone says so shortly")
    plan(store, mention)
    words = "EXPLAIN QUERY PLAN SELECT * FROM reminder WHERE state = "

    queued = sql(database, f"{words} 'queued' AND due_at <= '2026'").all()
    sending = sql(database, f"{words} 'sending' AND attempt_at <= '2026'").all()

    assert "ix_reminder_due" in str(queued)
    assert "ix_reminder_unclear" in str(sending)


def test_who_planned_too_late_brings_nothing_back(store):
    mention = keep_one(store)
    words = [Owed(ReminderKind.NEARING, NOW), Owed(ReminderKind.MISSED, NOW)]
    assert store.reminders.plan(mention.id, mention.due_at, lambda _: words)
    store.reminders.tidy(NOW)

    again = store.reminders.plan(mention.id, mention.due_at, lambda _: words)

    assert not again
    [(row, _)] = store.reminders.due(NOW)
    assert row.kind is ReminderKind.MISSED


def test_what_a_graver_word_overtakes_is_not_due_even_before_it_is_tidied(store):
    mention = keep_one(store)
    words = [Owed(ReminderKind.NEARING, NOW), Owed(ReminderKind.MISSED, NOW)]
    store.reminders.plan(mention.id, mention.due_at, lambda _: words)

    [(row, _)] = store.reminders.due(NOW)

    assert row.kind is ReminderKind.MISSED
