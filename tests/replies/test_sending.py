"""Replies go out once, and unclear ones are looked up."""

from datetime import timedelta

import pytest

from connectors import Gone, Refused, Unavailable
from monitor.models import ReplyState, Status
from monitor.replies import (
    PATIENCE,
    STALE,
)
from monitor.store import Move
from tests.replies.helpers import last_event, notices, now_is
from tests.store.helpers import keep_one


def test_reply_is_out_and_the_mention_is_answered_by_its_person(
    store, replies, platform, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann")
    clock.advance(minutes=1)

    assert replies.send() == 1
    assert replies.send() == 0

    assert platform.of("1") == ["hello"]
    row = store.replies.get(row.id)
    assert (row.state, row.ref, row.url, row.sent_at) == (
        ReplyState.SENT, "r1", "https://fake.example/r1", clock(),
    )  # fmt: skip
    kept = now_is(store, mention)
    assert (kept.status, kept.reason, kept.answered_by, kept.answered_at) == (
        Status.ANSWERED, "replied", "Ann", clock(),
    )  # fmt: skip
    assert kept.owner_reply == {
        "id": "r1", "text": "hello", "posted_at": clock().isoformat(),
        "author": "Ann", "url": "https://fake.example/r1",
    }  # fmt: skip
    assert last_event(store, mention).reason == "reply 1 is out on fake"
    assert store.audit().adds_up


@pytest.mark.parametrize("fault", ["drop_after", "defect_after"])
def test_reply_that_arrived_all_the_same_is_adopted(
    store, replies, platform, mention, clock, fault
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.append(fault)

    assert replies.send() == 0
    assert replies.reconcile() == 0
    clock.advance(seconds=STALE.total_seconds())
    assert replies.reconcile() == 1

    assert platform.of("1") == ["hello"]
    assert now_is(store, mention).answered_by == "Ann"


def test_reply_that_never_arrived_is_sent_again_after_another_look(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_before")

    replies.send()
    clock.advance(minutes=5)
    replies.reconcile()
    assert replies.send() == 1

    assert platform.of("1") == ["hello"]
    assert platform.calls[-3:] == ["find 1", "standing 1", "reply 1"]


def test_look_up_waits_until_a_reply_would_surely_show(
    replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.settle = platform.lag = timedelta(hours=1)
    platform.faults.append("drop_after")

    replies.send()
    clock.advance(minutes=59)
    assert replies.reconcile() == 0
    clock.advance(minutes=1)
    assert replies.reconcile() == 1

    assert platform.of("1") == ["hello"]


def test_reply_that_shows_only_later_is_adopted_before_a_second_try(
    store, replies, platform, mention, clock
):
    """Its text is shown changed, so only the platform's own look-up knows it."""
    replies.submit(mention.id, "hello", "Ann")
    platform.lag = timedelta(hours=1)
    platform.shown = str.upper
    platform.faults.append("drop_after")
    replies.send()
    clock.advance(minutes=5)
    assert replies.reconcile() == 1

    platform.lag = timedelta(0)
    replies.send()

    assert platform.of("1") == ["hello"]
    assert now_is(store, mention).answered_by == "Ann"


def test_refusal_of_a_second_copy_adopts_the_first(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.extend(["drop_before", "refuse"])
    replies.send()
    clock.advance(minutes=5)
    replies.reconcile()
    platform.before_reply = lambda: platform.store("1", "hello", "us")

    replies.send()

    assert platform.of("1") == ["hello"]
    assert now_is(store, mention).answered_by == "Ann"


@pytest.mark.parametrize(
    ("lookup", "state"),
    [
        (None, ReplyState.REFUSED),
        (Unavailable("status 503"), ReplyState.SENDING),
        (Refused("the token is revoked"), ReplyState.REFUSED),
        (Gone("the post is deleted"), ReplyState.REFUSED),
    ],
)
def test_refusal_of_a_second_try_is_taken_once_the_first_is_looked_up(
    store, replies, platform, mention, clock, lookup, state
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.extend(["drop_before", "refuse"])
    replies.send()
    clock.advance(minutes=5)
    replies.reconcile()
    platform.lookup = lookup

    replies.send()

    assert store.replies.get(row.id).state == state
    assert platform.of("1") == []


def test_what_a_colleague_answered_meanwhile_is_never_answered_twice(
    store, replies, platform, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.store("1", "We are on it", "Ben")

    assert replies.send() == 0

    row = store.replies.get(row.id)
    assert (row.state, row.text) == (ReplyState.REFUSED, "hello")
    assert row.error == "Ben answered on fake meanwhile: We are on it"
    kept = now_is(store, mention)
    assert (kept.status, kept.reason, kept.answered_by) == (
        Status.ANSWERED, "replied_natively", "Ben",
    )  # fmt: skip
    assert kept.owner_reply["text"] == "We are on it"
    assert platform.of("1") == []
    assert store.audit().adds_up


def test_answer_that_was_seen_may_be_answered_over(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    replies.send()
    again = Move(Status.OPEN, "Bob", "they came back", due_at=clock())
    store.move(mention.id, Status.ANSWERED, again, clock())
    clock.advance(minutes=1)

    replies.submit(mention.id, "hello", "Bob")
    assert replies.send() == 1

    assert platform.of("1") == ["hello", "hello"]


@pytest.mark.parametrize("fault", ["busy", "down"])
def test_reply_that_finds_nobody_waits_and_goes_out_once(
    store, replies, platform, mention, clock, fault
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.append(fault)

    assert replies.send() == 0
    assert store.replies.get(row.id).state == ReplyState.QUEUED
    assert store.replies.get(row.id).due_at > clock()
    clock.advance(minutes=3)
    assert replies.send() == 1

    assert platform.of("1") == ["hello"]


def test_every_reply_of_a_source_waits_as_long_as_it_asked(
    store, replies, platform, clock
):
    for number in ("1", "2"):
        replies.submit(keep_one(store, post_id=number).id, "hello", "Ann")
    platform.faults.append("busy")

    replies.send()
    clock.advance(seconds=119)
    assert replies.send() == 0
    clock.advance(seconds=1)

    assert replies.send() == 2


def test_operator_is_told_once_of_replies_that_wait(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.extend(["down"] * (PATIENCE + 2))
    told = []
    for _ in range(PATIENCE + 2):
        replies.send()
        told.append(len(notices(store, clock)))
        clock.advance(minutes=30)

    assert told == [0, 0, 1, 1, 1]
    [text] = notices(store, clock)
    assert text == "replies to fake wait and are tried again: status 503"
