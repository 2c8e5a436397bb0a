"""Any order of posts, edits, people, polls, crashes, deliveries and lost connections."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlmodel import SQLModel, select

from connectors import FileSource, OwnerReply, Unavailable
from monitor.config import Brand, Config
from monitor.models import Event, Mention, Outbox, OutboxKind, Status
from monitor.notice import Noticing
from monitor.outbox import Deliverer
from monitor.pipeline import Pipeline, Watch
from monitor.recheck import Rechecking
from monitor.rules.match import Matcher
from monitor.rules.status import TRANSITIONS, may_move
from monitor.store import Database, Move, Store
from monitor.store.retention import ERASED
from tests.conftest import Clock
from tests.fakes.answering import AnsweringConnector
from tests.fakes.classifier import FakeClassifier
from tests.fakes.sender import FakeSender

pytestmark = pytest.mark.slow

TEXTS = st.sampled_from(
    ["acme is bad", "acme and bolt are good", "rival is bad", "acme jobs", "bolt?",
     "nobody is named", "acme poison", "acme win https://spam.example/x"]
)  # fmt: skip
PICK = st.integers(0, 10_000)
FAULTS = st.sampled_from([None, "drop_before", "drop_after", "busy", "away"])


class LossySender(FakeSender):
    """Misbehaves once, as told, and then is well again."""

    fault = None

    def _store(self, kind, what, post_key):
        fault, self.fault = self.fault, None
        if fault == "drop_before":
            raise Unavailable("dropped", unclear=True)
        if fault == "busy":
            raise Unavailable("busy", retry_after=timedelta(minutes=1))
        if fault == "away":
            raise Unavailable("away")
        self.drop_after = fault == "drop_after"
        return super()._store(kind, what, post_key)


class House(RuleBasedStateMachine):
    """The real store, pipeline and outbox between a fake platform and channel."""

    @initialize()
    def open_house(self):
        self.clock = Clock()
        self.database = Database("sqlite://")
        SQLModel.metadata.create_all(self.database.engine)
        self.store = Store(self.database)
        self.platform = AnsweringConnector(page=20, answer_page=2, recheck_limit=3)
        self.sender = LossySender()
        config = Config(
            brands=(
                Brand(name="Acme", keywords=("acme",), exclude=("jobs",)),
                Brand(name="Rival", keywords=("rival",), reply=False),
                Brand(name="Bolt", keywords=("bolt",)),
            ),
            sources=(FileSource(type="file", name="fake", path="unused"),),
        )
        matcher = Matcher(config.brands, config.priorities.urgent)
        self.pipeline = Pipeline(
            self.store, FakeClassifier(), matcher, config, self.clock
        )
        self.deliverer = Deliverer(self.store, self.sender, config, self.clock)
        self.watch = Watch("fake", timedelta(minutes=5), self.platform, platform="fake")
        self.noticing = Noticing(self.store, [self.watch], self.clock)
        self.rechecking = Rechecking(
            self.store, [self.watch], self.pipeline.renew, self.clock
        )

    def teardown(self):
        if not hasattr(self, "store"):
            return
        self.sender.fault = None
        self.settle()
        self.told_what_is_open()
        self.store.close()

    def settle(self):
        """Let a day pass in which nothing goes wrong."""
        for _ in range(12):
            self.clock.advance(hours=2)
            self.deliverer.reconcile()
            while self.deliverer.deliver():
                pass

    def told_what_is_open(self):
        keys = {key for kind, key, _ in self.sender.messages if kind == "alert"}
        for mention in self.mentions():
            if mention.status is Status.OPEN:
                assert f"alert:{mention.id}" in keys
        assert set(self.store.outbox.counts()) <= {"sent", "dropped"}

    def mentions(self):
        with self.database.read() as session:
            return session.exec(select(Mention)).all()

    # What the platform does.

    @rule(text=TEXTS)
    def somebody_posts(self, text):
        self.platform.post(text, author=f"ann{len(self.platform.posts) % 3}")

    @precondition(lambda self: self.platform.posts)
    @rule(pick=PICK, text=TEXTS)
    def author_edits(self, pick, text):
        self._show_again(pick, text=text, edited_at=self.clock())
        self.pipeline.poll(self.watch)

    @precondition(lambda self: self.platform.posts)
    @rule(pick=PICK)
    def brand_answers_natively(self, pick):
        reply = OwnerReply(text="Sorry!", posted_at=self.clock(), author="Help")
        self._show_again(pick, owner_reply=reply)

    @rule(pick=st.integers(1, 12))
    def brand_answers_where_no_poll_shows_it(self, pick):
        """Also under posts that are still to come."""
        self.platform.answer(str(pick), f"answer {pick}", at=self.clock())

    @precondition(lambda self: self.platform.posts)
    @rule(pick=PICK, text=TEXTS)
    def author_edits_where_no_poll_shows_it(self, pick, text):
        post = self.platform.posts[pick % len(self.platform.posts)]
        self.platform.edit(post.id, text=text, edited_at=self.clock())

    @precondition(lambda self: self.platform.posts)
    @rule(pick=PICK)
    def author_deletes(self, pick):
        post = self.platform.posts[pick % len(self.platform.posts)]
        self.platform.gone[post.id] = "deleted by its author"

    @precondition(lambda self: self.platform.posts)
    @rule(pick=PICK)
    def platform_repeats_a_post(self, pick):
        self._show_again(pick)

    def _show_again(self, pick, **changes):
        post = self.platform.posts[pick % len(self.platform.posts)]
        latest = [one for one in self.platform.posts if one.id == post.id][-1]
        self.platform.posts.append(replace(latest, **changes))

    # What people do.

    @precondition(lambda self: self.mentions())
    @rule(pick=PICK, to=st.sampled_from(Status), reason=st.sampled_from(["ok", "spam"]))
    def somebody_moves_a_mention(self, pick, to, reason):
        mentions = self.mentions()
        mention = mentions[pick % len(mentions)]
        if may_move(mention.status, to):
            due = self.clock() + timedelta(hours=1)
            move = Move(to, "ann", reason, due_at=due)
            self.store.move(mention.id, mention.status, move, self.clock())

    # What we do.

    @rule()
    def poll(self):
        self.pipeline.poll(self.watch)

    @rule(minutes=st.sampled_from([0, 5, 60, 1440]))
    def notice(self, minutes):
        self.clock.advance(minutes=minutes)
        self.noticing.run()
        if minutes >= 5:
            self.nothing_answered_is_open()

    @rule(minutes=st.sampled_from([0, 1, 15, 1440]))
    def recheck(self, minutes):
        self.clock.advance(minutes=minutes)
        self.rechecking.run()

    def nothing_answered_is_open(self):
        """What was never opened again is not open once its answer was noticed."""
        answers = {}
        for one in self.platform.answers:
            answers[one.post_id] = one.reply.posted_at
        with self.database.read() as session:
            moved = {one.mention_id for one in session.exec(select(Event)) if one.old}
        for mention in self.mentions():
            at = answers.get(mention.post_id)
            if at and mention.id not in moved:
                assert mention.status is not Status.OPEN

    @rule()
    def crash_before_recording(self):
        at = self.store.sources.checkpoint("fake", self.clock())
        self.pipeline.digest(self.watch, self.platform.poll(at.cursor), at.version)

    @rule()
    def platform_is_down(self):
        self.platform.error = Unavailable("down")
        self.pipeline.poll(self.watch)
        self.platform.error = None

    @rule(fault=FAULTS, limit=st.integers(1, 5))
    def deliver(self, fault, limit):
        self.sender.fault = fault
        self.deliverer.deliver(limit)

    @rule()
    def crash_after_claiming(self):
        for row in self.store.outbox.due(self.clock(), 1):
            self.store.outbox.claim(row, self.clock())

    @rule(seconds=st.sampled_from([1, 31, 3600]))
    def reconcile_later(self, seconds):
        self.clock.advance(seconds=seconds)
        self.deliverer.reconcile()

    @rule(days=st.integers(0, 1))
    def erase_old_words(self, days):
        self.pipeline.poll(self.watch)
        self.clock.advance(seconds=1)
        now = self.clock()
        self.store.erase(now - timedelta(days=days), now)
        self.store.forget_unmatched(now - timedelta(days=days))

    # What always holds.

    @invariant()
    def ledger_adds_up(self):
        assert self.store.audit().problems == ()

    @invariant()
    def nobody_moved_illegally(self):
        with self.database.read() as session:
            events = session.exec(select(Event).order_by(Event.id)).all()
        standing = {}
        for event in events:
            if event.what == "erased":
                continue
            new, old = Status(event.new), standing.get(event.mention_id)
            assert event.old == old, "an event that does not follow the last one"
            assert old in (None, new) or new in TRANSITIONS[old]
            standing[event.mention_id] = new
        assert standing == {one.id: one.status for one in self.mentions()}

    @invariant()
    def nothing_was_said_twice(self):
        said = Counter(key for _, key, _ in self.sender.messages)
        assert not [key for key, count in said.items() if count > 1]

    @invariant()
    def what_is_gone_is_erased(self):
        for mention in self.mentions():
            if mention.status is Status.GONE and mention.note:
                assert (mention.text, mention.author) == (ERASED, ERASED)

    @invariant()
    def open_mention_has_words_and_an_alert(self):
        with self.database.read() as session:
            alerts = {
                row.mention_id: row.state
                for row in session.exec(
                    select(Outbox).where(Outbox.kind == OutboxKind.ALERT)
                )
            }
        for mention in self.mentions():
            if mention.status is Status.OPEN:
                assert alerts[mention.id] in ("queued", "sending", "sent")
                assert mention.due_at is not None
                assert ERASED not in (mention.text, mention.author)
                assert mention.url


TestHouse = House.TestCase
TestHouse.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
