"""What can be answered, and what people ask for: submit, approve, by hand."""

from dataclasses import replace

import pytest

from connectors import CanReply, Length
from monitor.models import ReplyState, Status
from monitor.replies import (
    SamePerson,
    TooLong,
    Unanswerable,
)
from monitor.store import Move, Overtaken, Settled, UnderWay
from tests.fakes.connector import FakeConnector
from tests.replies.helpers import last_event, now_is
from tests.store.helpers import keep_one

# What can be answered


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"source": "old"}, "source old is no longer in config.yaml"),
        ({"source": "reader"}, "fake takes no replies from here; answer it there"),
        ({"brand": "Rival"}, "Rival is only watched (reply: false)"),
        ({"brand": "Gone"}, "brand Gone is no longer in config.yaml"),
        ({"status": Status.SENDING}, "a reply is on its way"),
        (
            {"status": Status.DISMISSED, "closed_by": "Ann", "reason": "spam"},
            "it is already dismissed by Ann",
        ),
    ],
)
def test_what_cannot_be_answered_says_why_and_where(
    store, replies, platform, values, reason
):
    connectors = {"fake": platform, "reader": FakeConnector()}
    replies = replace(replies, connectors=connectors)
    mention = keep_one(store, **values)

    can = replies.can_reply(mention)

    assert can == CanReply(not reason, reason, "https://fake.example/1")


def test_platform_has_its_own_reason_and_its_own_place(replies, platform, mention):
    platform.can = CanReply(ok=False, reason="nobody asked us", url="https://a.example")

    assert replies.can_reply(mention) == platform.can
    assert replies.measure(mention, "hello") is None
    with pytest.raises(Unanswerable, match="nobody asked us") as told:
        replies.submit(mention.id, "hello", "Ann")
    assert told.value.can.url == "https://a.example"


def test_length_is_the_platforms_own(replies, mention):
    assert replies.measure(mention, "  hello \n") == Length(5, 100)


def test_length_of_a_reply_that_no_platform_takes_is_none(replies, store):
    assert replies.measure(keep_one(store, source="old"), "hello") is None


# Submitting


def test_submitted_reply_takes_the_mention_and_owes_the_card(
    store, replies, mention, clock
):
    row = replies.submit(mention.id, "  We are sorry.\n\nAnn ", "Ann")

    assert (row.text, row.author, row.state) == (
        "We are sorry.\n\nAnn", "Ann", ReplyState.QUEUED,
    )  # fmt: skip
    assert now_is(store, mention).status is Status.SENDING
    event = last_event(store, mention)
    assert (event.actor, event.what, event.old, event.new, event.reason) == (
        "Ann", "reply", "open", "sending", "reply 1 by Ann is submitted",
    )  # fmt: skip
    keys = {one.post_key for one in store.outbox.due(clock())}
    assert f"update:{mention.id}:1" in keys


def test_too_long_a_reply_says_by_how_much(replies, mention, store):
    with pytest.raises(TooLong, match="has 101 characters, 100 are allowed") as told:
        replies.submit(mention.id, "x" * 101, "Ann")

    assert told.value.length == Length(101, 100)
    assert now_is(store, mention).status is Status.OPEN


@pytest.mark.parametrize("text", ["", " \n", "nul \x00", "half \ud800"])
def test_what_is_no_text_is_no_reply(replies, mention, store, text):
    with pytest.raises(ValueError, match=r"the reply (is empty|holds)"):
        replies.submit(mention.id, text, "Ann")

    assert store.replies.of(mention.id) == []


def test_reply_needs_a_person(replies, mention):
    with pytest.raises(ValueError, match="the name of a person"):
        replies.submit(mention.id, "hello", " ")


def test_reply_to_what_is_not_there_says_so(replies):
    with pytest.raises(LookupError, match="there is no mention 404"):
        replies.submit(404, "hello", "Ann")


def test_second_person_is_told_whose_reply_is_under_way(replies, mention):
    replies.submit(mention.id, "hello", "Ann")

    with pytest.raises(UnderWay) as told:
        replies.submit(mention.id, "good day", "Bob")

    assert str(told.value) == "a reply by Ann to mention 1 is on its way"
    assert told.value.reply.author == "Ann"


def test_reply_to_what_was_closed_meanwhile_says_by_whom(
    store, replies, mention, clock
):
    store.move(mention.id, Status.OPEN, Move(Status.DISMISSED, "Ann", "x"), clock())

    with pytest.raises(Overtaken, match="already dismissed by Ann"):
        replies.submit(mention.id, "hello", "Bob")


# A second person's approval


def test_reply_that_awaits_approval_leaves_the_mention_open(store, replies, mention):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    assert row.state == ReplyState.AWAITING
    assert now_is(store, mention).status is Status.OPEN
    assert last_event(store, mention).reason == "reply 1 by Ann awaits approval"
    assert replies.send() == 0
    with pytest.raises(UnderWay, match="by Ann to mention 1 awaits approval"):
        replies.submit(mention.id, "good day", "Bob")


def test_approved_reply_is_sent_as_the_approver_changed_it(
    store, replies, platform, mention
):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    approved = replies.approve(row.id, "Bob", " Hello! ")

    assert (approved.state, approved.approver, approved.text) == (
        ReplyState.QUEUED, "Bob", "Hello!",
    )  # fmt: skip
    event = last_event(store, mention)
    assert (event.actor, event.reason) == (
        "Bob", "reply 1 by Ann is approved with changes",
    )  # fmt: skip
    assert replies.send() == 1
    assert platform.of("1") == ["Hello!"]
    assert now_is(store, mention).answered_by == "Ann"
    assert last_event(store, mention).reason == (
        "reply 1 is out on fake, approved by Bob"
    )


@pytest.mark.parametrize("who", ["Ann", " ann "])
def test_nobody_approves_their_own_reply(replies, mention, who):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    with pytest.raises(SamePerson, match="somebody else must decide"):
        replies.approve(row.id, who)
    with pytest.raises(SamePerson):
        replies.send_back(row.id, who, "no")


def test_approver_cannot_make_it_too_long(replies, mention):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    with pytest.raises(TooLong):
        replies.approve(row.id, "Bob", "x" * 101)


def test_approval_of_what_is_closed_meanwhile_says_by_whom(
    store, replies, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)
    store.move(mention.id, Status.OPEN, Move(Status.DISMISSED, "Cy", "x"), clock())

    with pytest.raises(Overtaken, match="already dismissed by Cy"):
        replies.approve(row.id, "Bob")

    assert store.replies.get(row.id).state == ReplyState.AWAITING
    assert replies.withdraw(row.id, "Ann").state == ReplyState.WITHDRAWN
    assert now_is(store, mention).status is Status.DISMISSED
    assert store.audit().adds_up


def test_reply_sent_back_keeps_its_text_and_says_why(store, replies, mention):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    back = replies.send_back(row.id, "Bob", "too short")

    assert (back.state, back.text) == (ReplyState.REFUSED, "hello")
    assert back.error == "sent back by Bob: too short"
    assert now_is(store, mention).status is Status.OPEN
    with pytest.raises(Settled, match="reply 1 by Ann was refused already"):
        replies.approve(row.id, "Bob")
    assert replies.submit(mention.id, "hello there", "Ann").state == ReplyState.QUEUED


def test_reply_is_not_sent_back_without_a_reason(replies, mention):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    with pytest.raises(ValueError, match="say which"):
        replies.send_back(row.id, "Bob", " ")


def test_withdrawn_reply_is_never_sent(store, replies, platform, mention):
    row = replies.submit(mention.id, "hello", "Ann")

    replies.withdraw(row.id, "Ann")

    assert replies.send() == 0
    assert platform.calls == []
    assert now_is(store, mention).status is Status.OPEN
    assert store.audit().adds_up


def test_reply_that_is_being_sent_cannot_be_withdrawn(replies, platform, mention):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_before")
    replies.send()

    with pytest.raises(Settled, match="reply 1 by Ann is being sent"):
        replies.withdraw(row.id, "Ann")


# Answered by hand


def test_mention_answered_by_hand_is_closed_with_the_link(store, replies, mention):
    row = replies.submit(mention.id, "hello", "Ann", needs_approval=True)

    replies.answered_elsewhere(mention.id, "Bob", "https://fake.example/r9")

    kept = now_is(store, mention)
    assert (kept.status, kept.reason, kept.answered_by, kept.closed_by) == (
        Status.ANSWERED, "replied_by_hand", "Bob", "Bob",
    )  # fmt: skip
    assert kept.owner_reply["url"] == "https://fake.example/r9"
    assert store.replies.get(row.id).state == ReplyState.WITHDRAWN
    assert store.audit().adds_up


def test_link_to_a_reply_must_be_one(replies, mention):
    with pytest.raises(ValueError, match="paste the whole link"):
        replies.answered_elsewhere(mention.id, "Bob", "javascript:alert(1)")


def test_nobody_answers_by_hand_what_is_on_its_way(replies, mention):
    replies.submit(mention.id, "hello", "Ann")

    with pytest.raises(UnderWay, match="by Ann"):
        replies.answered_elsewhere(mention.id, "Bob")
