"""Whatever goes wrong while replying, in any order: once, or told, or not at all."""

from collections import deque
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.models import ReplyState, Status
from monitor.replies import Replies
from monitor.rules.status import CLOSED
from tests.fakes.mentions import make_mention
from tests.fakes.replier import AFTER, FAULTS, FakeReplier
from tests.store.helpers import keep

POSTS = ("1", "2")
WAITS = st.sampled_from([1, 4, 40]).map(lambda n: ("wait", n))
POST = st.sampled_from(POSTS)
DEEDS = st.one_of(
    st.tuples(st.just("fault"), st.sampled_from(FAULTS)),
    st.tuples(st.just("fault"), st.sampled_from(AFTER)),
    st.tuples(st.just("submit"), POST),
    st.tuples(st.just("colleague"), POST),
    st.tuples(st.just("delete"), st.just("2")),
    st.tuples(st.just("send"), st.none()),
    st.tuples(st.just("reconcile"), st.none()),
    WAITS,
)


class Day:
    """One day of a team, its bot in two processes, and a platform that misbehaves."""

    def __init__(self, store, config, clock, *, overwrites, round_):
        self.store, self.clock = store, clock
        self.platform = FakeReplier(
            now=clock, overwrites=overwrites, settle=timedelta(minutes=2)
        )
        self.platform.lag = timedelta(minutes=1)
        # Each example has mentions of its own: the database is the test's.
        self.name = f"{round_}-"
        self.replies = Replies(store, {"fake": self.platform}, config, clock)
        mentions = [make_mention(post_id=self.name + one) for one in POSTS]
        ids = keep(store, *mentions)
        self.mentions = dict(zip(POSTS, ids, strict=True))
        self.submitted = {}

    def do(self, deed, about):
        match deed:
            case "fault":
                self.platform.faults.append(about)
            case "submit":
                self.submit(about)
            case "colleague":
                self.platform.store(self.name + about, "we are on it", "Ben")
            case "delete":
                self.platform.deleted.add(self.name + about)
            case "send":
                self.replies.send()
            case "reconcile":
                self.replies.reconcile()
            case "wait":
                self.clock.advance(minutes=about)

    def submit(self, post):
        mention = self.store.mentions.get(self.mentions[post])
        if mention.status is not Status.OPEN:
            return
        text = f"answer {len(self.submitted)} to {post}"
        row = self.replies.submit(mention.id, text, "Ann")
        self.submitted[row.id] = (post, text)

    def let_it_settle(self):
        self.platform.faults = deque()
        for _ in range(6):
            self.clock.advance(minutes=40)
            self.replies.reconcile()
            self.replies.send()


@pytest.fixture
def rounds():
    return iter(range(10_000))


@pytest.mark.slow
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=st.lists(DEEDS, max_size=20), overwrites=st.booleans())
def test_whatever_goes_wrong_no_reply_is_lost_and_none_stands_twice(
    store, config, clock, rounds, deeds, overwrites
):
    day = Day(store, config, clock, overwrites=overwrites, round_=next(rounds))
    for deed, about in deeds:
        day.do(deed, about)

    day.let_it_settle()

    for number, (post, text) in day.submitted.items():
        row = store.replies.get(number)
        times = day.platform.of(day.name + post).count(text)
        assert times <= 1
        assert row.state in (ReplyState.SENT, ReplyState.REFUSED)
        if row.state == ReplyState.SENT:
            assert times == 1
        else:
            assert row.error
    for number in day.mentions.values():
        mention = store.mentions.get(number)
        assert mention.status in CLOSED | {Status.OPEN}
        assert len(store.replies.of(number)) <= len(store.mentions.events(number)) - 1
    assert_nobody_was_talked_over(day)
    assert store.audit().problems == ()


def assert_nobody_was_talked_over(day):
    """A colleague's answer that nobody here had seen is never followed by ours."""
    for number, (post, text) in day.submitted.items():
        row = day.store.replies.get(number)
        said = [one for one in day.platform.journal if one.post_id == day.name + post]
        ours = [one for one in said if one.text == text]
        for mine in ours:
            known = (row.seen or {}).get("id")
            earlier = [one for one in said if one.number < mine.number]
            if earlier and earlier[-1].by == "Ben":
                assert earlier[-1].id == known


@pytest.mark.parametrize("overwrites", [False, True])
def test_colleague_who_answers_between_two_tries_is_not_talked_over(
    store, config, clock, overwrites
):
    day = Day(store, config, clock, overwrites=overwrites, round_=0)
    day.submit("1")
    for deed in (("fault", "drop_before"), ("send", None), ("colleague", "1")):
        day.do(*deed)

    day.let_it_settle()

    assert day.platform.of("0-1") == []
    assert store.mentions.get(day.mentions["1"]).answered_by == "Ben"


def test_two_processes_send_each_reply_once(store, config, clock):
    day = Day(store, config, clock, overwrites=False, round_=0)
    day.submit("1")
    other = replace(day.replies)
    day.platform.before_reply = lambda: (other.send(), other.reconcile())

    day.replies.send()

    assert len(day.platform.of("0-1")) == 1
