from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from connectors import CanReply, Gone, Length, Refused, Unavailable
from monitor.models import ReplyState, Status
from monitor.replies import (
    PATIENCE,
    STALE,
    Replies,
    SamePerson,
    TooLong,
    Unanswerable,
)
from monitor.store import Filter, Move, Overtaken, Settled, UnderWay
from tests.fakes.connector import FakeConnector
from tests.fakes.replier import FakeReplier, error
from tests.store.helpers import keep_one

MINUTE = timedelta(minutes=1)


@pytest.fixture
def platform(clock):
    return FakeReplier(now=clock)


@pytest.fixture
def replies(store, platform, config, clock):
    return Replies(store, {"fake": platform}, config, clock)


@pytest.fixture
def mention(store):
    return keep_one(store)


def run(replies, clock, rounds=12):
    """Let time pass until everything that settles by itself has settled."""
    for _ in range(rounds):
        replies.send()
        clock.advance(minutes=40)
        replies.reconcile()


def now_is(store, mention):
    return store.mentions.get(mention.id)


def last_event(store, mention):
    return store.mentions.events(mention.id)[-1]


def notices(store, clock):
    due = store.outbox.due(clock() + timedelta(days=1))
    return [row.body["text"] for row in due if row.kind == "notice"]


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


# Sending


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
