"""App Store Connect: answering, once, and finding again what was answered."""

from datetime import timedelta

import pytest

from connectors import Context, Gone, Refused, Replier, Unavailable
from tests.connectors.review_helpers import Clock, drained, target_of
from tests.fakes.app_store import APP, FAILURES, app_store, error
from tests.fakes.server import Reply


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    with app_store() as fake:
        fake.now = clock
        fake.publish("Jo", "Crashes", clock.at)
        yield fake


@pytest.fixture
def connector(store, clock):
    return store.source_settings().connect((), Context(now=clock))


@pytest.fixture
def target(connector):
    [post], _ = drained(connector)
    return target_of(post)


def posts_sent(store):
    return [r for r in store.server.requests if r.method == "POST"]


def test_it_can_answer(connector, target):
    assert isinstance(connector, Replier)
    assert connector.can_reply(target).ok
    assert connector.measure(target, "x" * 5970).fits
    assert not connector.measure(target, "x" * 5971).fits


def test_a_reply_stands_under_its_review(store, connector, target):
    posted = connector.reply(target, "Sorry!")

    assert store.replies(target.id) == ["Sorry!"]
    assert (posted.id, posted.url, posted.is_pending) == (
        "response-1", target.url, False,
    )  # fmt: skip


def test_a_reply_that_apple_looks_at_first_is_pending(store, connector, target):
    store.publishes = False

    assert connector.reply(target, "Sorry!").is_pending


def test_the_standing_reply_is_read_afresh(store, connector, target, clock):
    before = connector.standing_reply(target)
    store.answer_natively(target.id, "A colleague was faster", clock.at)

    after = connector.standing_reply(target)

    assert before is None
    assert (after.text, after.posted_at) == ("A colleague was faster", clock.at)


def test_a_deleted_review_is_gone_for_every_call(store, connector, target, clock):
    store.delete(target.id)

    with pytest.raises(Gone):
        connector.reply(target, "Sorry!")
    with pytest.raises(Gone):
        connector.standing_reply(target)
    with pytest.raises(Gone):
        connector.find_reply(target, "Sorry!", clock.at)


@pytest.mark.parametrize("stored", [True, False])
def test_a_dropped_connection_is_unclear_and_found_out(
    store, connector, target, stored
):
    store.faults.drop_after_storing = stored
    store.faults.drop_before_storing = not stored
    since = store.now()

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "Sorry!")
    store.faults.mend()
    found = connector.find_reply(target, "Sorry!", since)

    assert raised.value.unclear
    assert (found is not None) == stored
    assert len(posts_sent(store)) == 1


@pytest.mark.parametrize(
    ("answer", "error_type", "unclear"),
    [
        (FAILURES["401"], Refused, None),
        (FAILURES["403"], Refused, None),
        (FAILURES["404"], Gone, None),
        (error(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", "no review"), Gone, None),
        (error(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "too rude"), Refused, None),
        (error(422, "ENTITY_UNPROCESSABLE", "too rude"), Refused, None),
        (error(400, "PARAMETER_ERROR", "bad"), Refused, None),
        (FAILURES["429"], Unavailable, False),
        (FAILURES["500"], Unavailable, True),
        (FAILURES["503"], Unavailable, True),
        (Reply(b"<html>", 201), Unavailable, True),
        (Reply(b'{"data": {}}', 201), Unavailable, True),
        (Reply(b'{"data": {"id": "response-1"}}', 201, cut=9), Unavailable, True),
        (Reply(drop=True), Unavailable, True),
    ],
)
def test_every_outcome_of_a_reply_is_told(
    store, connector, target, answer, error_type, unclear
):
    store.server.on("*", answer)

    with pytest.raises(error_type) as raised:
        connector.reply(target, "Sorry!")

    assert getattr(raised.value, "unclear", None) is unclear
    assert "\n" not in str(raised.value)
    assert len(posts_sent(store)) == 1


def test_a_refused_reply_says_why_in_apples_words(store, connector, target):
    store.server.on("*", error(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "too rude"))

    with pytest.raises(Refused, match="does not take this reply: too rude"):
        connector.reply(target, "Sorry!")


def test_a_reply_is_found_by_its_words_and_its_time(store, connector, target, clock):
    store.answer_natively(target.id, "Sorry!", clock.at - timedelta(hours=2))

    assert connector.find_reply(target, "Sorry!", clock.at) is None
    assert connector.find_reply(target, "So sorry!", clock.at) is None
    assert connector.find_reply(target, "Sorry! ", clock.at - timedelta(hours=3))


def test_a_reply_within_the_second_it_was_sent_is_found(
    store, connector, target, clock
):
    clock.turn(milliseconds=900)  # Apple keeps whole seconds
    since = clock.at
    connector.reply(target, "Sorry!")

    assert connector.find_reply(target, "Sorry!", since) is not None


def test_the_page_of_a_reply_is_the_apps(connector, target):
    assert connector.reply(target, "Hi").url.endswith(
        f"/us/app/id{APP}?see-all=reviews"
    )
