"""How a reply ends that does not go out, and what else replies know."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connectors import Refused, Unavailable
from monitor.models import ReplyState, Status
from monitor.store import Filter, Move
from tests.fakes.replier import FakeReplier, error
from tests.replies.helpers import last_event, notices, now_is, run
from tests.store.helpers import keep_one


def test_refused_reply_is_a_draft_again_and_the_mention_open_as_due_before(
    store, replies, platform, mention
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("refuse")

    assert replies.send() == 0

    row = store.replies.get(row.id)
    assert (row.state, row.text, row.error) == (
        ReplyState.REFUSED, "hello", "the account may not reply here",
    )  # fmt: skip
    kept = now_is(store, mention)
    assert (kept.status, kept.due_at, kept.reason) == (
        Status.OPEN, mention.due_at, "needs_reply",
    )  # fmt: skip
    assert last_event(store, mention).reason == (
        "the reply by Ann was not sent: the account may not reply here"
    )
    assert replies.submit(mention.id, "hello", "Ann").state == ReplyState.QUEUED
    assert store.audit().adds_up


def test_post_that_is_gone_needs_no_reply(store, replies, platform, mention):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.deleted.add("1")

    replies.send()

    assert store.replies.get(row.id).state == ReplyState.REFUSED
    assert now_is(store, mention).status is Status.GONE
    assert store.audit().adds_up


def test_defect_is_looked_up_then_refused_aloud_and_never_resent(
    store, replies, platform, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("defect_before")

    run(replies, clock)

    assert platform.of("1") == []
    assert platform.calls.count("reply 1") == 1
    assert store.replies.get(row.id).error == "a defect (ZeroDivisionError)"
    assert now_is(store, mention).status is Status.OPEN
    [text] = notices(store, clock)
    assert text.startswith("reply 1 could not be sent: a defect")


def test_one_defect_holds_up_no_other_reply(store, replies, platform):
    for number in ("1", "2"):
        replies.submit(keep_one(store, post_id=number).id, "hello", "Ann")
    platform.faults.append("defect_before")

    assert replies.send() == 1

    assert platform.of("2") == ["hello"]


@pytest.mark.parametrize("fault", ["down", "refuse", "drop_before", "defect_before"])
def test_one_source_holds_up_no_other(store, replies, platform, clock, fault):
    other = FakeReplier(now=clock)
    replies = replace(replies, connectors={"fake": platform, "other": other})
    for number in range(3):
        bad = keep_one(store, post_id=str(number))
        replies.submit(bad.id, "hello", "Ann")
    good = keep_one(store, post_id="9", source="other")
    replies.submit(good.id, "hello", "Ann")
    platform.look = error(fault)

    assert replies.send(limit=1) == 1

    assert other.of("9") == ["hello"]


def test_reply_whose_source_left_the_config_is_refused_aloud(store, replies, mention):
    row = replies.submit(mention.id, "hello", "Ann")

    replace(replies, connectors={}).send()

    assert store.replies.get(row.id).error == (
        "source fake is no longer in config.yaml"
    )
    assert now_is(store, mention).status is Status.OPEN


def test_reply_to_what_was_closed_meanwhile_is_not_sent(
    store, replies, platform, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann")
    gone = Move(Status.GONE, "everyreply", "deleted by its author")
    store.move(mention.id, Status.SENDING, gone, clock())

    replies.send()

    assert platform.calls == []
    assert store.replies.get(row.id).error == "it is already gone by everyreply"
    assert now_is(store, mention).status is Status.GONE
    assert store.audit().adds_up


@pytest.mark.parametrize(
    ("lookup", "word"),
    [
        (Refused("the token is revoked"), "the token is revoked"),
        (ZeroDivisionError("oops"), "a defect (ZeroDivisionError)"),
        (Unavailable("status 503"), "status 503"),
    ],
)
def test_unclear_reply_that_cannot_be_looked_up_is_never_resent_and_told(
    store, replies, platform, mention, clock, lookup, word
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_after")
    platform.lookup = lookup

    run(replies, clock)
    assert platform.of("1") == ["hello"]
    told = notices(store, clock)
    platform.lookup = None
    run(replies, clock)

    assert platform.of("1") == ["hello"]
    assert now_is(store, mention).answered_by == "Ann"
    assert "whether reply 1 by Ann is out on fake is unclear" in told[0]
    assert word in told[0]


def test_unclear_reply_whose_source_left_the_config_waits_for_it(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_after")
    replies.send()

    run(replace(replies, connectors={}), clock, rounds=2)
    assert now_is(store, mention).status is Status.SENDING
    run(replies, clock)

    assert now_is(store, mention).answered_by == "Ann"


def test_own_reply_noticed_before_it_was_adopted_is_still_its_persons(
    store, replies, platform, mention, clock
):
    replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_after")
    replies.send()
    native = Move(Status.ANSWERED, "everyreply", "replied_natively")
    store.move(mention.id, Status.SENDING, native, clock())
    with store._database.write() as session:
        row = session.get(type(mention), mention.id)
        row.owner_reply = {
            "id": "r1",
            "text": "hello",
            "posted_at": "2026-01-05T10:00Z",
        }

    run(replies, clock, rounds=2)

    kept = now_is(store, mention)
    assert (kept.reason, kept.answered_by) == ("replied", "Ann")
    assert store.audit().adds_up


def test_claim_that_went_stale_under_us_sends_nothing(
    store, replies, platform, mention, clock
):
    """Our process slept between its look and its words; another has the row now."""
    replies.submit(mention.id, "hello", "Ann")

    @dataclass
    class Sleepy(FakeReplier):
        slept: bool = False

        def standing_reply(self, target):
            if not self.slept:
                self.slept = True
                clock.advance(minutes=10)
                replies.reconcile()
                replies.send()

    sleepy = Sleepy(now=clock)
    replace(replies, connectors={"fake": sleepy}).send()

    assert (platform.of("1"), sleepy.of("1")) == (["hello"], [])
    assert store.audit().adds_up


def test_earlier_exchanges_with_an_author_come_newest_first(
    store, replies, platform, clock
):
    for number in ("1", "2", "3"):
        found = clock() + timedelta(minutes=int(number))
        made = keep_one(store, post_id=number, found_at=found)
        if number != "2":
            replies.submit(made.id, f"answer {number}", "Ann")
    keep_one(store, post_id="4", author="bob")
    platform.faults = deque([None])
    replies.send()

    history = replies.history("ann", "fake", limit=2)

    said = [(x.mention.post_id, [r.text for r in x.replies]) for x in history]
    assert said == [("3", ["answer 3"]), ("2", [])]
    assert len(store.mentions.find(Filter())) == 4


def test_reply_to_a_source_that_left_the_config_is_given_back_by_the_clockwork(
    store, replies, mention
):
    row = replies.submit(mention.id, "hello", "Ann")

    replace(replies, connectors={}).reconcile()

    assert store.replies.get(row.id).state == ReplyState.REFUSED
    assert now_is(store, mention).status is Status.OPEN


def test_reply_that_nobody_can_look_up_is_left_to_a_person_after_a_day(
    store, replies, platform, mention, clock
):
    row = replies.submit(mention.id, "hello", "Ann")
    platform.faults.append("drop_after")
    platform.lookup = Refused("the token is revoked")

    run(replies, clock, rounds=50)

    assert platform.of("1") == ["hello"]
    assert now_is(store, mention).status is Status.OPEN
    assert "look at the post before you send it" in store.replies.get(row.id).error
    assert any("could not be found out" in told for told in notices(store, clock))
    assert store.audit().adds_up


def test_mention_that_is_sending_without_a_reply_is_a_problem(store):
    keep_one(store, status=Status.SENDING)

    problems = store.audit().problems

    assert any("sending without a reply on its way" in one for one in problems)


def test_second_brands_reply_is_told_who_of_ours_answered_for_the_first(
    store, replies, mention
):
    other = keep_one(store, brand="Bolt", post_id=mention.post_id)
    replies.submit(mention.id, "hello", "Ann")
    replies.send()
    row = replies.submit(other.id, "hi from Bolt", "Bob")

    replies.send()

    told = store.replies.get(row.id).error
    assert told == "Ann (for Acme) answered on fake meanwhile: hello"
    assert now_is(store, other).answered_by == "Ann (for Acme)"
