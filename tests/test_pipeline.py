from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import OwnerReply, Refused, SetAside, Unavailable
from monitor.models import Reason, Status
from monitor.store import Filter
from sentiment import ModelError


def statuses(store):
    return {(m.post_id, m.brand): m.status for m in store.mentions.find(Filter())}


def test_every_post_is_new_known_unmatched_or_set_aside(
    pipeline, watch, connector, store
):
    connector.post("acme is bad")
    connector.post("acme and bolt are good")
    connector.post("nobody is named")
    connector.post("acme poison")
    connector.posts.append(connector.posts[0])
    connector.set_aside = [SetAside("file.csv:3", "no date")]

    done = pipeline.poll(watch)

    assert (done.seen, done.new, done.known, done.unmatched, done.set_aside) == (
        6, 2, 1, 1, 2,
    )  # fmt: skip
    assert done.mentions == 3
    assert store.audit().problems == ()


def test_open_mention_owes_an_alert_and_watched_brand_does_not(
    pipeline, watch, connector, store, deliverer, sender
):
    connector.post("acme is bad")
    connector.post("rival is bad")

    pipeline.poll(watch)
    deliverer.deliver()

    [card] = sender.of("alert")
    assert card.brand == "Acme"
    assert statuses(store)["2", "Rival"] is Status.NOT_OURS


def test_crash_between_poll_and_record_changes_nothing(
    pipeline, watch, connector, store
):
    connector.post("acme is bad")
    batch = connector.poll(None)

    pipeline.digest(watch, batch, 0)

    assert store.mentions.find(Filter()) == []
    assert pipeline.poll(watch).new == 1


def test_forgetful_platform_brings_no_second_mention(
    pipeline, watch, connector, store, clock
):
    connector.forgetful = True
    connector.post("acme is bad")
    pipeline.poll(watch)

    done = pipeline.poll(watch)

    assert (done.new, done.known) == (0, 1)
    assert len(store.outbox.due(clock())) == 1


def test_two_processes_polling_one_source_record_it_once(
    pipeline, watch, connector, store
):
    connector.post("acme is bad")

    class Meanwhile:
        def poll(self, cursor):
            batch = connector.poll(cursor)
            pipeline.poll(watch)
            return batch

    outrun = pipeline.poll(replace(watch, connector=Meanwhile()))

    assert outrun is None
    assert len(store.mentions.find(Filter())) == 1
    assert store.audit().adds_up


def test_rate_limit_waits_as_long_as_asked(pipeline, watch, connector, store, clock):
    connector.error = Unavailable("slow down", retry_after=timedelta(hours=9))

    pipeline.poll(watch)

    at = store.sources.checkpoint("fake", clock())
    assert at.next_poll_at == clock() + timedelta(hours=9)
    assert pipeline.poll_if_due(watch) is None
    assert connector.polls == 1


def test_failing_source_is_told_once_per_episode(
    pipeline, watch, connector, deliverer, sender, clock
):
    connector.error = Unavailable("502")
    for _ in range(6):
        pipeline.poll(watch)
        clock.advance(hours=7)

    while deliverer.deliver():
        pass

    [text] = sender.of("notice")
    assert "fake has failed 3 times" in text
    assert "502" in text


def test_refused_source_pauses_and_is_told_once(
    pipeline, watch, connector, deliverer, sender, clock
):
    connector.error = Refused("the token is revoked; make a new one")
    pipeline.poll(watch)
    clock.advance(days=1)

    assert pipeline.poll_if_due(watch) is None
    pipeline.poll(watch)
    deliverer.deliver()
    assert len(sender.of("notice")) == 1


def test_success_ends_failures_and_pause(pipeline, watch, connector, store, clock):
    connector.error = Refused("no")
    pipeline.poll(watch)
    connector.error = None

    pipeline.poll(watch)

    at = store.sources.checkpoint("fake", clock())
    assert (at.failures, at.paused_at, at.error) == (0, None, "")


def test_poisoned_text_is_set_aside_and_the_rest_goes_on(
    pipeline, watch, connector, store
):
    for number in range(20):
        connector.post("acme poison" if number == 7 else "acme is bad")

    done = pipeline.poll(watch)

    assert (done.new, done.set_aside) == (19, 1)
    [row] = store.sources.set_aside()
    assert row.place == "fake post 8"
    assert pipeline.poll(watch).seen == 0


def test_broken_model_blames_no_post_and_moves_no_cursor(
    pipeline, watch, connector, store, classifier, clock
):
    connector.post("acme is bad")
    classifier.broken = ModelError("the model is not there; reinstall everyreply")

    with pytest.raises(ModelError):
        pipeline.poll(watch)

    assert store.sources.set_aside() == []
    classifier.broken = None
    assert pipeline.poll(watch).new == 1


def test_text_no_database_keeps_is_kept_readable(pipeline, watch, connector, store):
    connector.post("acme \x00 and \ud800 is bad")

    pipeline.poll(watch)

    [mention] = store.mentions.find(Filter())
    assert mention.text == "acme � and � is bad"


def test_edited_post_is_shown_again_not_alerted_again(
    pipeline, watch, connector, store, deliverer, sender
):
    connector.forgetful = True
    post = connector.post("acme is fine")
    pipeline.poll(watch)
    deliverer.deliver()
    connector.posts = [replace(post, text="acme is bad now")]

    pipeline.poll(watch)
    deliverer.deliver()

    assert len(sender.of("alert")) == 1
    [card] = sender.of("update")
    assert card.text == "acme is bad now"
    [mention] = store.mentions.find(Filter())
    assert mention.sentiment == "negative"


def test_native_answer_closes_the_mention_and_drops_its_card(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.forgetful = True
    post = connector.post("acme is bad")
    pipeline.poll(watch)
    reply = OwnerReply(text="Sorry!", posted_at=clock(), author="Acme Help")
    connector.posts = [replace(post, owner_reply=reply)]

    pipeline.poll(watch)
    deliverer.deliver()

    [mention] = store.mentions.find(Filter())
    assert mention.status is Status.ANSWERED
    assert mention.reason == Reason.REPLIED_NATIVELY
    assert mention.answered_by == "Acme Help"
    assert sender.messages == []
    assert store.audit().adds_up


def test_edit_after_our_answer_opens_the_mention_again(
    pipeline, watch, connector, store, deliverer, sender, clock
):
    connector.forgetful = True
    reply = OwnerReply(text="Sorry!", posted_at=clock())
    post = connector.post("acme is fine", owner_reply=reply)
    pipeline.poll(watch)
    later = clock() + timedelta(hours=1)
    connector.posts = [replace(post, text="acme is still bad", edited_at=later)]

    pipeline.poll(watch)
    deliverer.deliver()

    [mention] = store.mentions.find(Filter())
    assert mention.status is Status.OPEN
    assert mention.due_at > clock()
    assert len(sender.of("alert")) == 1
    assert store.audit().adds_up


def test_unchanged_post_is_not_classified_again(pipeline, watch, connector, classifier):
    connector.forgetful = True
    connector.post("acme is bad")
    pipeline.poll(watch)

    pipeline.poll(watch)

    assert classifier.texts == 1


def test_third_copy_of_a_text_with_a_link_is_spam(pipeline, watch, connector, store):
    for _ in range(4):
        connector.post("acme giveaway https://spam.example/x", author="bot")

    pipeline.poll(watch)

    ends = [m.reason for m in reversed(store.mentions.find(Filter()))]
    assert ends == ["needs_reply", "needs_reply", "spam_copy", "spam_copy"]


def test_author_who_wrote_before_is_a_repeat_author(pipeline, watch, connector, store):
    connector.post("acme hello")
    pipeline.poll(watch)
    connector.post("acme hello again")

    pipeline.poll(watch)

    latest = store.mentions.find(Filter())[0]
    assert "wrote about us once before" in latest.why
    assert latest.priority == "high"


def test_praise_of_one_brand_over_another_is_bad_news_for_the_other(
    pipeline, watch, connector, store
):
    connector.post("bolt is better than acme, so good")

    pipeline.poll(watch)

    felt = {m.brand: m for m in store.mentions.find(Filter())}
    assert (felt["Bolt"].sentiment, felt["Acme"].sentiment) == ("positive", "negative")
    assert (felt["Bolt"].priority, felt["Acme"].priority) == ("low", "high")
    assert felt["Acme"].why == ["sounds negative (94%)", "prefers another"]
    assert felt["Bolt"].why == ["sounds positive (90%)"]


def test_an_edit_may_make_praise_of_two_brands_praise_of_one(
    pipeline, watch, connector, store
):
    connector.forgetful = True
    post = connector.post("acme and bolt are so good")
    pipeline.poll(watch)
    connector.posts = [replace(post, text="bolt is better than acme, so good")]

    pipeline.poll(watch)

    felt = {m.brand: (m.sentiment, m.priority) for m in store.mentions.find(Filter())}
    assert felt == {"Bolt": ("positive", "low"), "Acme": ("negative", "high")}


def test_post_that_named_no_brand_is_kept_for_trials(pipeline, watch, connector, store):
    connector.post("something else")

    pipeline.poll(watch)

    [one] = list(store.mentions.unmatched())
    assert one.text == "something else"


def test_edit_that_takes_the_brands_name_out_is_shown(
    pipeline, watch, connector, store, deliverer, sender
):
    connector.forgetful = True
    post = connector.post("acme is bad")
    pipeline.poll(watch)
    deliverer.deliver()
    connector.posts = [replace(post, text="never mind")]

    pipeline.poll(watch)
    deliverer.deliver()

    [mention] = store.mentions.find(Filter())
    assert (mention.text, mention.status) == ("never mind", Status.OPEN)
    assert [card.text for card in sender.of("update")] == ["never mind"]
    assert store.audit().adds_up


def test_no_field_of_a_post_stops_a_source(pipeline, watch, connector, store):
    connector.post("acme is bad", id="a\x00b", author="ann\x00", url="https://x/\ud800")

    done = pipeline.poll(watch)

    assert (done.new, done.set_aside) == (1, 0)
    assert pipeline.poll(watch).seen == 0


def test_source_without_a_model_is_told_what_mends_the_model(pipeline, store, watch):
    pipeline.postpone_after(watch, ModelError("name a folder"))

    assert store.sources.checkpoint(watch.name, pipeline.now()).error == "name a folder"


def test_source_that_answers_again_says_so_once(pipeline, watch, connector):
    connector.error = Unavailable("502")
    pipeline.poll(watch)
    connector.error = None

    again = [pipeline.poll(watch).recovered, pipeline.poll(watch).recovered]

    assert again == [1, 0]
