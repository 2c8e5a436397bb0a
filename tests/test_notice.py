from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import OwnReply, Refused, Unavailable
from monitor.models import Reason, Status
from monitor.notice import Noticing
from monitor.pipeline import Watch
from monitor.store import Filter, Move, Store
from tests.fakes.answering import AnsweringConnector
from tests.fakes.connector import FakeConnector
from tests.store.helpers import sql

MINUTE = timedelta(minutes=1)


@pytest.fixture
def connector():
    return AnsweringConnector()


@pytest.fixture
def watch(connector):
    return Watch("fake", 5 * MINUTE, connector, platform="fake")


@pytest.fixture
def noticing(store, watch, clock):
    return Noticing(store, [watch], clock)


def one(store):
    [mention] = store.mentions.find(Filter())
    return mention


def told(store, mention):
    return [event.what for event in store.mentions.events(mention.id)]


def notices(store, clock):
    return [row.body["text"] for row in store.outbox.due(clock()) if row.body]


def test_native_answer_closes_the_mention_with_its_time_and_author(
    noticing, pipeline, watch, connector, store, clock, deliverer, sender
):
    post = connector.post("acme is bad")
    pipeline.poll(watch)
    deliverer.deliver()
    reply = connector.answer(post.id, at=clock(), url="https://fake.example/r1")

    noticing.run()
    deliverer.deliver()

    mention = one(store)
    assert mention.status is Status.ANSWERED
    assert mention.reason == Reason.REPLIED_NATIVELY
    assert (mention.answered_at, mention.answered_by) == (reply.posted_at, "Help")
    assert mention.owner_reply == {
        "id": "r1", "text": "Sorry!", "posted_at": clock().isoformat(),
        "author": "Help", "url": "https://fake.example/r1",
    }  # fmt: skip
    assert told(store, mention) == ["found", "answered"]
    [card] = sender.of("update")
    assert card.state == "answered by Help in less than a minute"
    assert store.audit().problems == ()


def test_answer_in_the_thread_but_not_to_the_post_closes_nothing(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad", root_id="root")
    pipeline.poll(watch)
    reply = connector.answer("elsewhere", at=clock())
    connector.answers = [OwnReply("elsewhere", reply, root_id="root")]

    noticing.run()

    assert one(store).status is Status.OPEN


def test_post_that_comes_after_its_answer_is_never_alerted(
    noticing, pipeline, watch, connector, store, clock, deliverer, sender
):
    connector.answer("1", at=clock())
    noticing.run()
    connector.post("acme and bolt are bad")

    pipeline.poll(watch)
    deliverer.deliver()

    mentions = store.mentions.find(Filter())
    assert [m.status for m in mentions] == [Status.ANSWERED] * 2
    assert [m.answered_by for m in mentions] == ["Help"] * 2
    assert sender.messages == []
    assert store.audit().problems == ()


def test_answer_noticed_while_its_post_is_decided_makes_the_batch_void(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    connector.answer("1", at=clock())
    real = store.record

    class Meanwhile(Store):
        def record(self, intake):
            noticing.run()
            return real(intake)

    meanwhile = replace(pipeline, store=Meanwhile(store._database))

    assert meanwhile.poll(watch) is None
    assert store.mentions.find(Filter()) == []
    pipeline.poll(watch)
    assert one(store).status is Status.ANSWERED
    assert [row.kind for row in store.outbox.due(clock())] == []


def test_answer_to_an_earlier_wording_does_not_answer_the_edit(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad", edited_at=clock())
    pipeline.poll(watch)
    connector.answer("1", at=clock() - MINUTE)

    noticing.run()

    mention = one(store)
    assert mention.status is Status.OPEN
    assert mention.owner_reply["id"] == "r1"


def test_all_pages_are_read_at_once_and_none_twice(
    noticing, pipeline, watch, connector, store, clock
):
    connector.answer_page = 2
    for number in range(5):
        connector.post("acme is bad")
        connector.answer(str(number + 1), at=clock())
    pipeline.poll(watch)

    noticing.run()
    noticing.run()

    assert connector.looks == 3
    assert {m.status for m in store.mentions.find(Filter())} == {Status.ANSWERED}


def test_source_is_asked_as_often_as_it_is_polled(noticing, connector, clock):
    noticing.run()
    clock.advance(minutes=4)
    noticing.run()
    assert connector.looks == 1

    clock.advance(minutes=1)
    noticing.run()

    assert connector.looks == 2


def test_connector_that_lists_no_answers_is_left_alone(store, clock):
    watch = Watch("fake", MINUTE, FakeConnector(), platform="fake")

    Noticing(store, [watch], clock).run()

    assert store.errands.all() == []


@pytest.mark.parametrize("crash", ["before", "after"])
def test_crash_around_the_commit_loses_no_answer_and_tells_none_twice(
    pipeline, watch, connector, store, clock, crash
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    connector.answer("1", at=clock())

    class Broken(Store):
        pass

    broken = Broken(store._database)
    real = broken.own_replies.record

    class Rows:
        def record(self, *args):
            if crash == "after":
                real(*args)
            raise RuntimeError("killed")

    broken.own_replies = Rows()
    Noticing(broken, [watch], clock).run()
    clock.advance(hours=1)

    Noticing(store, [watch], clock).run()

    mention = one(store)
    assert mention.status is Status.ANSWERED
    assert told(store, mention) == ["found", "answered"]


def test_failure_waits_longer_each_time_and_is_told_once_it_goes_on(
    noticing, connector, store, clock
):
    connector.answer_error = Unavailable("down")
    for _ in range(5):
        noticing.run()
        clock.advance(hours=7)

    at = store.errands.at("fake", "notice", clock())
    assert (at.failures, at.error) == (5, "down")
    [text] = notices(store, clock)
    assert text.startswith("fake: notice has failed 3 times since 05 Jan 10:00 UTC")


def test_wait_is_as_long_as_asked(noticing, connector, store, clock):
    connector.answer_error = Unavailable("slow down", retry_after=timedelta(hours=9))
    noticing.run()
    clock.advance(hours=8)
    noticing.run()

    assert connector.looks == 1


def test_refusal_pauses_the_errand_not_the_polling_and_is_told_once(
    noticing, pipeline, watch, connector, store, clock
):
    connector.answer_error = Refused("no scope tweet.read")
    for _ in range(3):
        noticing.run()
        clock.advance(days=1)
    connector.post("acme is bad")

    assert pipeline.poll_if_due(watch).new == 1
    assert connector.looks == 1
    [text] = notices(store, clock)
    assert "notice is paused, somebody must act: no scope tweet.read" in text


def test_paused_errand_goes_on_once_a_person_resumes_the_source(
    noticing, connector, store, clock
):
    connector.answer_error = Refused("no")
    noticing.run()
    connector.answer_error = None

    store.sources.resume("fake", clock())
    noticing.run()

    at = store.errands.at("fake", "notice", clock())
    assert (at.paused_at, at.failures, at.error) == (None, 0, "")


def test_mention_whose_reply_is_on_its_way_is_left_to_the_sender(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    number = one(store).id
    store.move(number, Status.OPEN, Move(Status.SENDING, "ann", "reply"), clock())
    connector.answer("1", at=clock())
    noticing.run()
    assert one(store).status is Status.SENDING

    store.move(number, Status.SENDING, Move(Status.OPEN, "ann", "refused"), clock())
    clock.advance(minutes=5)
    noticing.run()

    assert one(store).status is Status.ANSWERED


def test_dismissed_mention_stays_dismissed_and_keeps_the_answer(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    mention = one(store)
    store.move(
        mention.id, Status.OPEN, Move(Status.DISMISSED, "ann", "praise"), clock()
    )
    connector.answer("1", at=clock())

    noticing.run()

    mention = one(store)
    assert (mention.status, mention.closed_by) == (Status.DISMISSED, "ann")
    assert mention.owner_reply["text"] == "Sorry!"
    assert told(store, mention) == ["found", "status"]


def test_second_answer_is_kept_and_told_once(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    connector.answer("1", at=clock())
    noticing.run()
    clock.advance(minutes=5)
    connector.answer("1", "Mended", at=clock(), author="Bob")

    noticing.run()
    clock.advance(minutes=5)
    noticing.run()

    mention = one(store)
    assert mention.owner_reply["text"] == "Mended"
    assert mention.answered_by == "Help"
    assert told(store, mention) == ["found", "answered", "answered"]
    assert store.audit().problems == ()


@pytest.mark.parametrize(("ref", "text"), [("r1", "typed"), ("other", "Sorry!")])
def test_our_own_reply_is_no_news(
    noticing, pipeline, watch, connector, store, clock, database, ref, text
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    number = one(store).id
    sql(
        database,
        "INSERT INTO reply (mention_id, text, author, state, created_at, due_at,"
        " attempts, ref, is_pending, error)"
        " SELECT id, :text, 'ann', 'sent', found_at, found_at, 1, :ref,"
        " found_at <> found_at, '' FROM mention",
        text=text,
        ref=ref,
    )
    store.move(number, Status.OPEN, Move(Status.ANSWERED, "ann", "replied"), clock())
    connector.answer("1", at=clock())

    noticing.run()
    store.move(
        number, Status.ANSWERED, Move(Status.OPEN, "bob", "not settled"), clock()
    )
    clock.advance(minutes=5)
    noticing.run()

    mention = one(store)
    assert mention.status is Status.OPEN
    assert told(store, mention) == ["found", "status", "status"]


def test_mention_opened_again_is_not_closed_by_the_answers_of_before(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    connector.answer("1", "first", at=clock())
    connector.answer("1", "second", at=clock() + MINUTE)
    noticing.run()
    mention = one(store)
    store.move(mention.id, Status.ANSWERED, Move(Status.OPEN, "ann", "no"), clock())

    clock.advance(minutes=5)
    noticing.run()

    assert one(store).status is Status.OPEN


def test_answer_no_database_takes_holds_up_no_other(
    noticing, pipeline, watch, connector, store, clock
):
    connector.post("acme is bad")
    pipeline.poll(watch)
    connector.answer("x" * 5_000_000, "too long a name", at=clock())
    connector.answer("1", "with \x00 and \ud800", at=clock())

    noticing.run()

    mention = one(store)
    assert mention.status is Status.ANSWERED
    assert (
        mention.owner_reply["text"]
        == "with \N{REPLACEMENT CHARACTER} and \N{REPLACEMENT CHARACTER}"
    )


def own_post(connector, parent, **more):
    given = {"author": "acme_help", "parent_id": parent, "platform": "fake"}
    return connector.post("Sorry to hear that", **(given | more))


@pytest.fixture
def with_handles(pipeline, config):
    acme, *others = config.brands
    ours = acme.model_copy(update={"handles": {"fake": ("@Acme_Help",)}})
    rival = others[0].model_copy(update={"handles": {"fake": ("rival_help",)}})
    brands = (ours, rival, *others[1:])
    return replace(pipeline, config=config.model_copy(update={"brands": brands}))


def test_own_post_under_a_mention_answers_it(with_handles, watch, connector, store):
    post = connector.post("acme is bad")
    with_handles.poll(watch)
    own = own_post(connector, post.id)

    with_handles.poll(watch)

    mention = one(store)
    assert mention.status is Status.ANSWERED
    assert (mention.answered_at, mention.answered_by) == (own.posted_at, "acme_help")
    assert store.audit().problems == ()


def test_post_and_own_answer_in_one_batch_need_no_alert(
    with_handles, watch, connector, store, deliverer, sender
):
    post = connector.post("acme is bad")
    own_post(connector, post.id)

    with_handles.poll(watch)
    deliverer.deliver()

    assert one(store).status is Status.ANSWERED
    assert sender.messages == []


@pytest.mark.parametrize(
    "more",
    [
        {"author": "somebody"},
        {"author": "rival_help"},
        {"parent_id": "elsewhere", "root_id": "1"},
        {"is_repost": True},
    ],
    ids=["a stranger", "a competitor", "in the thread only", "a repost"],
)
def test_what_is_no_answer_of_ours_closes_nothing(
    with_handles, watch, connector, store, more
):
    post = connector.post("acme is bad")
    own_post(connector, post.id, **more)

    with_handles.poll(watch)

    assert one(store).status is Status.OPEN
