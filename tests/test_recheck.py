from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import OwnerReply, Refused, Unavailable
from monitor.models import Status
from monitor.pipeline import Watch
from monitor.recheck import MOST_CALLS, Rechecking
from monitor.rules.outcome import gone
from monitor.store import Filter, Move, Store
from monitor.store.retention import ERASED
from tests.fakes.answering import AnsweringConnector
from tests.fakes.connector import FakeConnector, make_post
from tests.store.helpers import keep

MINUTE = timedelta(minutes=1)
DELETED = "deleted by its author"


@pytest.fixture
def connector():
    return AnsweringConnector()


@pytest.fixture
def watch(connector):
    return Watch("fake", 5 * MINUTE, connector, platform="fake")


@pytest.fixture
def rechecking(store, watch, pipeline, clock):
    return Rechecking(store, [watch], pipeline.renew, clock)


def one(store):
    [mention] = store.mentions.find(Filter())
    return mention


def young(connector, clock, text="acme is bad", **more):
    return connector.post(text, **({"posted_at": clock()} | more))


def answer(store, clock):
    moved = Move(Status.ANSWERED, "ann", "replied")
    store.move(one(store).id, Status.OPEN, moved, clock())


def whats(store):
    return [event.what for event in store.mentions.events(one(store).id)]


def test_edit_that_no_poll_shows_refreshes_the_card(
    rechecking, pipeline, watch, connector, store, clock, deliverer, sender
):
    post = young(connector, clock, "acme is fine")
    pipeline.poll(watch)
    deliverer.deliver()
    connector.edit(post.id, text="acme is bad now", edited_at=clock())

    rechecking.run()
    deliverer.deliver()

    [card] = sender.of("update")
    assert (card.text, card.is_edited) == ("acme is bad now", True)
    assert len(sender.of("alert")) == 1
    assert store.audit().problems == ()


@pytest.mark.parametrize(
    ("before", "text", "status"),
    [
        ("acme is good", "acme is bad", Status.OPEN),
        ("acme is good", "acme is good. Where is my order?", Status.OPEN),
        ("acme is bad", "acme is good now", Status.ANSWERED),
        ("acme is good", "acme is good, thanks", Status.ANSWERED),
    ],
)
def test_answered_mention_opens_again_only_if_the_edit_is_worse(
    rechecking, pipeline, watch, connector, store, clock, before, text, status
):
    post = young(connector, clock, before)
    pipeline.poll(watch)
    answer(store, clock)
    connector.edit(post.id, text=text)

    rechecking.run()

    mention = one(store)
    assert (mention.status, mention.text) == (status, text)
    assert whats(store) == ["found", "status", "edited"]
    assert store.audit().problems == ()


def test_answer_deleted_there_opens_the_mention_again(
    rechecking, pipeline, watch, connector, store, clock, deliverer, sender
):
    reply = OwnerReply(text="Sorry!", posted_at=clock(), author="Help")
    post = young(connector, clock, owner_reply=reply)
    pipeline.poll(watch)
    assert one(store).status is Status.ANSWERED
    connector.edit(post.id, owner_reply=None)

    rechecking.run()
    deliverer.deliver()

    assert one(store).status is Status.OPEN
    assert len(sender.of("alert")) == 1
    assert store.audit().problems == ()


def test_another_source_that_shows_no_answers_deletes_none(
    pipeline, watch, connector, store, clock
):
    reply = OwnerReply(text="Sorry!", posted_at=clock(), author="Help")
    post = young(connector, clock, owner_reply=reply)
    pipeline.poll(watch)
    feed = FakeConnector([replace(post, owner_reply=None)])

    pipeline.poll(Watch("feed", MINUTE, feed))

    assert one(store).status is Status.ANSWERED


def test_changed_answer_is_kept_without_fuss(
    rechecking, pipeline, watch, connector, store, clock
):
    reply = OwnerReply(text="Sorry!", posted_at=clock(), author="Help")
    post = young(connector, clock, owner_reply=reply)
    pipeline.poll(watch)
    connector.edit(post.id, owner_reply=replace(reply, text="Mended"))

    rechecking.run()

    assert one(store).owner_reply["text"] == "Mended"
    assert whats(store) == ["found"]
    assert store.audit().problems == ()


@pytest.mark.parametrize(
    "status", [Status.OPEN, Status.ANSWERED, Status.DISMISSED, Status.NOT_OURS]
)
def test_what_is_gone_is_closed_erased_and_told_to_its_card(
    rechecking, pipeline, watch, connector, store, clock, deliverer, sender, status
):
    post = young(connector, clock, "acme is bad", author="ann_lee", followers=7)
    pipeline.poll(watch)
    deliverer.deliver()
    if status is not Status.OPEN:
        moved = Move(status, "bob", "because")
        store.move(one(store).id, Status.OPEN, moved, clock())
    connector.gone[post.id] = DELETED

    rechecking.run()
    deliverer.deliver()

    mention = one(store)
    kept = "gone" if status is Status.OPEN else "because"
    assert (mention.status, mention.reason) == (Status.GONE, kept)
    assert (mention.note, mention.erased_at) == (DELETED, clock())
    assert (mention.text, mention.author, mention.url) == (ERASED, ERASED, "")
    assert (mention.hits, mention.ref, mention.followers) == ([], {}, None)
    assert "ann_lee" not in str(mention.model_dump())
    event = store.mentions.events(mention.id)[-1]
    assert (event.what, event.actor) == ("gone", "everyreply")
    assert (event.old, event.new, event.reason) == (status, "gone", DELETED)
    card = sender.of("update")[-1]
    assert (card.text, card.state) == (ERASED, "gone from the platform")
    assert store.audit().problems == ()


@pytest.mark.parametrize("is_deleted", [True, False])
def test_post_that_a_reply_found_gone_is_erased_if_it_is_deleted_and_not_locked(
    rechecking, pipeline, watch, connector, store, clock, is_deleted
):
    post = young(connector, clock, "acme is bad")
    pipeline.poll(watch)
    row = store.replies.submit(one(store).id, "Dear Bo", "Ann", clock(), awaits=False)
    store.replies.claim(row, clock())
    store.replies.settle(row, gone(row, "locked or deleted", clock()), clock())
    if is_deleted:
        connector.gone[post.id] = DELETED

    rechecking.run()

    assert one(store).status is Status.GONE
    assert (one(store).text == ERASED) is is_deleted
    assert (store.replies.get(row.id).text == ERASED) is is_deleted
    assert store.audit().problems == ()


def test_what_is_gone_is_not_looked_at_again_nor_brought_back(
    rechecking, pipeline, watch, connector, store, clock
):
    connector.forgetful = True
    post = young(connector, clock)
    pipeline.poll(watch)
    connector.gone[post.id] = DELETED
    rechecking.run()
    clock.advance(days=2)
    connector.edit(post.id, text="acme is worse")

    rechecking.run()
    pipeline.poll(watch)

    assert len(connector.asked) == 1
    assert one(store).text == ERASED


@pytest.fixture
def found_gone(pipeline, watch, connector, store, clock):
    """A mention that a reply found gone; its words still stand."""
    post = young(connector, clock)
    pipeline.poll(watch)
    moved = Move(Status.GONE, "everyreply", "gone")
    store.move(one(store).id, Status.OPEN, moved, clock())
    return post


def test_what_a_reply_found_gone_is_erased_once_it_is_seen_to_be_deleted(
    rechecking, connector, store, clock, found_gone
):
    connector.recheck_error = Unavailable("down")
    rechecking.run()
    connector.recheck_error = None
    rechecking.store.rechecks.plan([("fake", found_gone.id)], clock())
    connector.gone[found_gone.id] = DELETED
    clock.advance(days=1)

    rechecking.run()

    mention = one(store)
    assert (mention.status, mention.text, mention.note) == (
        Status.GONE, ERASED, DELETED,
    )  # fmt: skip
    assert store.audit().problems == ()


def test_what_a_reply_found_gone_and_still_stands_keeps_its_words(
    rechecking, store, found_gone
):
    rechecking.run()

    assert (one(store).status, one(store).text) == (Status.GONE, found_gone.text)


def test_gone_post_is_gone_for_each_brand_and_leaves_no_unmatched_row(
    rechecking, pipeline, watch, connector, store, clock
):
    post = young(connector, clock, "acme and bolt are bad")
    pipeline.poll(watch)
    keep(store, unmatched=[make_post(post.id, "acme", author="x")], source="other")
    connector.gone[post.id] = DELETED

    rechecking.run()

    assert {m.status for m in store.mentions.find(Filter())} == {Status.GONE}
    assert list(store.mentions.unmatched()) == []


def test_mention_whose_reply_is_on_its_way_is_left_to_the_sender(
    rechecking, pipeline, watch, connector, store, clock
):
    post = young(connector, clock)
    pipeline.poll(watch)
    sending = Move(Status.SENDING, "ann", "reply")
    store.move(one(store).id, Status.OPEN, sending, clock())
    connector.gone[post.id] = DELETED

    rechecking.run()

    assert connector.asked == []
    assert one(store).status is Status.SENDING


def test_gone_post_that_is_being_answered_for_one_brand_closes_for_the_other(
    rechecking, pipeline, watch, connector, store, clock
):
    post = young(connector, clock, "acme and bolt are bad")
    pipeline.poll(watch)
    [acme] = store.mentions.find(Filter(brand="Acme"))
    store.move(acme.id, Status.OPEN, Move(Status.SENDING, "ann", "reply"), clock())
    connector.gone[post.id] = DELETED

    rechecking.run()

    assert {m.brand: m.status for m in store.mentions.find(Filter())} == {
        "Acme": Status.SENDING, "Bolt": Status.GONE,
    }  # fmt: skip


def test_open_and_young_posts_are_asked_for_first(
    rechecking, pipeline, watch, connector, store, clock
):
    connector.recheck_limit = 2
    young(connector, clock, "rival is bad")
    for age in (3, 1, 2):
        young(connector, clock, posted_at=clock() - timedelta(days=age))
    pipeline.poll(watch)

    rechecking.run()

    assert connector.asked == [["3", "4"], ["2", "1"]]


def test_post_that_names_two_brands_is_asked_for_once(
    rechecking, pipeline, watch, connector, store, clock
):
    connector.recheck_limit = 2
    for _ in range(3):
        young(connector, clock, "acme and bolt are bad")
    pipeline.poll(watch)

    rechecking.run()

    assert sorted(id_ for ids in connector.asked for id_ in ids) == ["1", "2", "3"]


def test_calls_at_one_go_are_bounded_and_the_rest_follows(
    rechecking, pipeline, watch, connector, clock
):
    connector.recheck_limit = 1
    for _ in range(MOST_CALLS + 2):
        young(connector, clock)
    pipeline.poll(watch)

    rechecking.run()
    assert len(connector.asked) == MOST_CALLS
    rechecking.run()

    assert len({ids[0] for ids in connector.asked}) == MOST_CALLS + 2


def test_young_open_post_is_looked_at_four_times_an_hour(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    for _ in range(60):
        rechecking.run()
        clock.advance(minutes=1)

    assert len(connector.asked) == 4


def test_old_closed_post_is_looked_at_weekly(
    rechecking, pipeline, watch, connector, store, clock
):
    old = clock() - timedelta(days=40)
    young(connector, clock, "rival is bad", posted_at=old)
    pipeline.poll(watch)

    rechecking.run()

    assert one(store).recheck_at == clock() + timedelta(days=7)


def test_post_that_could_not_be_looked_at_waits_for_its_next_time(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    connector.posts.clear()

    rechecking.run()

    assert one(store).status is Status.OPEN
    assert one(store).recheck_at == clock() + 15 * MINUTE


def test_what_a_broken_look_did_not_reach_is_looked_at_in_the_next_minute(
    rechecking, pipeline, watch, connector, store, clock
):
    for _ in range(4):
        young(connector, clock)
    pipeline.poll(watch)
    connector.reach = 2
    rechecking.run()
    later = clock() + 15 * MINUTE
    planned = {m.post_id: m.recheck_at for m in store.mentions.find(Filter())}
    connector.reach = None
    clock.advance(minutes=1)

    rechecking.run()

    first, second = connector.asked
    assert planned == {id_: later if id_ in first[:2] else None for id_ in first}
    assert second == first[2:]


def test_what_a_broken_look_did_reach_counts(
    rechecking, pipeline, watch, connector, store, clock
):
    for _ in range(3):
        young(connector, clock)
    pipeline.poll(watch)
    connector.gone["1"] = DELETED
    connector.edit("2", text="acme is worse")
    connector.reach = 2

    rechecking.run()

    found = {m.post_id: m for m in store.mentions.find(Filter())}
    assert (found["1"].status, found["2"].text) == (Status.GONE, "acme is worse")
    assert found["3"].recheck_at is None
    assert store.audit().problems == ()


def test_a_platform_that_breaks_off_is_left_alone_for_a_minute(
    rechecking, pipeline, watch, connector, clock
):
    for _ in range(4):
        young(connector, clock)
    pipeline.poll(watch)
    connector.recheck_limit, connector.reach = 2, 1

    rechecking.run()
    rechecking.run()

    assert len(connector.asked) == 1


def test_recheck_moves_no_cursor_and_counts_nothing_as_new(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    before = store.sources.checkpoint("fake", clock())
    clock.advance(hours=3)

    rechecking.run()

    after = store.sources.checkpoint("fake", clock())
    kept = ("cursor", "version", "next_poll_at", "last_post_at", "posts_new")
    assert [getattr(after, name) for name in kept] == [
        getattr(before, name) for name in kept
    ]
    assert store.audit().problems == ()


def test_source_with_rechecks_off_is_not_asked(rechecking, pipeline, watch, connector):
    connector.recheck_limit = 0
    connector.post("acme is bad")
    pipeline.poll(watch)

    rechecking.run()

    assert connector.asked == []


def test_mention_that_changed_meanwhile_stays_due(
    pipeline, watch, connector, store, clock
):
    post = young(connector, clock, "acme is fine")
    pipeline.poll(watch)
    connector.edit(post.id, text="acme is bad")

    Rechecking(store, [watch], lambda *_: None, clock).run()
    assert one(store).recheck_at is None
    clock.advance(minutes=1)
    Rechecking(store, [watch], pipeline.renew, clock).run()

    assert one(store).text == "acme is bad"
    assert one(store).recheck_at == clock() + 15 * MINUTE


@pytest.mark.parametrize("step", ["gone", "renew", "plan"])
@pytest.mark.parametrize("committed", [False, True])
def test_crash_at_any_step_is_made_good_by_the_next_look(
    pipeline, watch, connector, store, clock, step, committed
):
    young(connector, clock, "acme is fine")
    young(connector, clock, "bolt is bad")
    pipeline.poll(watch)
    connector.edit("1", text="acme is bad")
    connector.gone["2"] = DELETED
    broken = Store(store._database)

    def killed(real):
        def call(*args):
            if committed:
                real(*args)
            raise RuntimeError("killed")

        return call

    renew = killed(pipeline.renew) if step == "renew" else pipeline.renew
    if step != "renew":
        setattr(broken.rechecks, step, killed(getattr(broken.rechecks, step)))
    Rechecking(broken, [watch], renew, clock).run()
    clock.advance(minutes=15)

    Rechecking(store, [watch], pipeline.renew, clock).run()

    by_post = {m.post_id: m for m in store.mentions.find(Filter())}
    assert by_post["1"].text == "acme is bad"
    assert by_post["2"].status is Status.GONE
    for mention, what in ((by_post["1"], "edited"), (by_post["2"], "gone")):
        events = [event.what for event in store.mentions.events(mention.id)]
        assert events == ["found", what]
    assert store.audit().problems == ()


def test_failure_is_asked_later_and_leaves_polling_alone(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    connector.recheck_error = Unavailable("slow down", retry_after=timedelta(hours=2))
    rechecking.run()
    connector.recheck_error = None
    clock.advance(minutes=119)

    rechecking.run()

    assert connector.asked == []
    assert store.sources.checkpoint("fake", clock()).failures == 0
    clock.advance(minutes=2)
    rechecking.run()
    assert connector.asked == [["1"]]


def test_refusal_pauses_the_errand_and_is_told_once(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    connector.recheck_error = Refused("no scope")
    for _ in range(3):
        rechecking.run()
        clock.advance(days=1)

    texts = [row.body["text"] for row in store.outbox.due(clock()) if row.body]
    assert len(texts) == 1
    assert "recheck is paused, somebody must act: no scope" in texts[0]


def test_settings_that_changed_let_the_errand_go_on(
    rechecking, pipeline, watch, connector, store, clock
):
    young(connector, clock)
    pipeline.poll(watch)
    connector.recheck_error = Unavailable("down", retry_after=timedelta(days=2))
    rechecking.run()
    connector.recheck_error = None

    store.sources.forget_failure("fake", clock())
    rechecking.run()

    assert connector.asked == [["1"]]
