from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.models import Status
from monitor.rules.status import CLOSED, IllegalMove, may_move
from monitor.store import Move, Overtaken
from tests.fakes.mentions import NOW
from tests.store.helpers import keep_one

DUE = NOW + timedelta(hours=9)


def dismissal(actor="Ann"):
    return Move(Status.DISMISSED, actor, "praise", note="thanks enough")


def test_move_changes_the_row_and_tells_who_when_and_why(store):
    mention = keep_one(store)

    store.move(mention.id, Status.OPEN, dismissal(), NOW)

    moved = store.mentions.get(mention.id)
    assert (moved.status, moved.reason, moved.note) == (
        Status.DISMISSED, "praise", "thanks enough",
    )  # fmt: skip
    assert (moved.closed_at, moved.closed_by, moved.rev) == (NOW, "Ann", 1)
    [_, event] = store.mentions.events(mention.id)
    assert (event.actor, event.at, event.reason) == (
        "Ann",
        NOW,
        "praise; thanks enough",
    )
    assert (event.what, event.old, event.new) == ("status", "open", "dismissed")
    assert f"update:{mention.id}:1" in {row.post_key for row in store.outbox.due(NOW)}


def test_answer_is_kept_with_its_person_and_time(store):
    mention = keep_one(store)

    store.move(mention.id, Status.OPEN, Move(Status.ANSWERED, "Ann", "replied"), NOW)

    moved = store.mentions.get(mention.id)
    assert (moved.answered_at, moved.answered_by) == (NOW, "Ann")
    assert moved.due_at == mention.due_at


def test_mention_that_opens_again_has_no_end_and_no_answer(store):
    mention = keep_one(store)
    store.move(mention.id, Status.OPEN, Move(Status.ANSWERED, "Ann", "replied"), NOW)

    store.move(
        mention.id,
        Status.ANSWERED,
        Move(Status.OPEN, "Bob", "they came back", due_at=DUE),
        NOW,
    )

    opened = store.mentions.get(mention.id)
    assert (opened.closed_at, opened.closed_by, opened.due_at) == (None, None, DUE)
    assert (opened.answered_at, opened.answered_by) == (None, None)


def test_mention_without_a_deadline_cannot_open(store):
    mention = keep_one(store, status=Status.NOT_OURS, reason="excluded", due_at=None)

    with pytest.raises(ValueError, match="needs a deadline"):
        store.move(mention.id, Status.NOT_OURS, Move(Status.OPEN, "Ann", "ours"), NOW)

    assert store.mentions.get(mention.id).status is Status.NOT_OURS


@pytest.mark.parametrize(("actor", "reason"), [("", "praise"), ("Ann", " ")])
def test_nobody_changes_anything_for_no_reason(actor, reason):
    with pytest.raises(ValueError, match="an actor and a reason"):
        Move(Status.DISMISSED, actor, reason)


def test_move_of_a_mention_that_is_not_there_says_so(store):
    with pytest.raises(LookupError, match="there is no mention 404"):
        store.move(404, Status.OPEN, dismissal(), NOW)


def test_second_of_two_people_is_told_who_was_first(store):
    mention = keep_one(store)
    store.move(mention.id, Status.OPEN, dismissal("Ann"), NOW)

    with pytest.raises(Overtaken) as told:
        store.move(mention.id, Status.OPEN, dismissal("Bob"), NOW)

    assert str(told.value) == f"mention {mention.id} is already dismissed by Ann"
    assert told.value.mention.closed_by == "Ann"
    assert store.mentions.get(mention.id).closed_by == "Ann"


def test_of_many_people_at_once_one_wins_and_the_others_are_told(store):
    mention = keep_one(store)
    people = [f"person {n}" for n in range(8)]
    start = Barrier(len(people))

    def dismiss(person):
        start.wait()
        try:
            store.move(mention.id, Status.OPEN, dismissal(person), NOW)
        except Overtaken as e:
            return str(e)
        return person

    with ThreadPoolExecutor(len(people)) as pool:
        outcomes = list(pool.map(dismiss, people))

    [winner] = set(outcomes) & set(people)
    told = f"mention {mention.id} is already dismissed by {winner}"
    assert [one for one in outcomes if one != winner] == [told] * 7
    assert store.mentions.get(mention.id).closed_by == winner
    assert len(store.mentions.events(mention.id)) == 2


STEPS = st.lists(
    st.tuples(
        st.sampled_from(Status),
        st.sampled_from(Status),
        st.sampled_from(["Ann", "Bob"]),
        st.sampled_from([None, DUE]),
    ),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(start=st.sampled_from([Status.OPEN, Status.NOT_OURS]), steps=STEPS)
def test_no_sequence_of_moves_does_an_illegal_one_or_an_untold_one(store, start, steps):
    numbers = [int(one.post_id) for one in store.mentions.by_post()]
    due = DUE if start is Status.OPEN else None
    name = str(max(numbers, default=0) + 1)
    mention = keep_one(store, post_id=name, status=start, reason="x", due_at=due)
    trail = [start]
    for seen, to, actor, until in steps:
        try:
            store.move(mention.id, seen, Move(to, actor, "a reason", due_at=until), NOW)
        except (IllegalMove, Overtaken, ValueError):
            continue
        assert seen is trail[-1]
        trail.append(to)

    now = store.mentions.get(mention.id)
    events = store.mentions.events(mention.id)
    assert [event.new for event in events] == [one.value for one in trail]
    assert [event.old for event in events[1:]] == [one.value for one in trail[:-1]]
    assert all(event.actor and event.reason and event.at == NOW for event in events)
    assert all(may_move(a, b) for a, b in pairwise(trail))
    assert now.status is trail[-1]
    assert (now.closed_at is not None) == (now.status in CLOSED)
    assert now.rev == len(trail) - 1
    # A move alone sends no reply, and the ledger says so; all else must add up.
    problems = [one for one in store.audit().problems if "reply on its way" not in one]
    assert problems == []
