"""Trustpilot: the walk over numbered pages, tokens, replies, what stays private."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import Context, Gone, Kind, Refused, Unavailable
from connectors.http import Answer
from tests.connectors.review_helpers import Clock, drained, target_of
from tests.fakes.server import Reply
from tests.fakes.trustpilot import (
    EMAIL,
    FAILURES,
    KEY,
    ORDER,
    SECRET,
    TOKEN_PATH,
    USER,
    trustpilot,
)

PUBLIC = {"api_secret": None, "business_user_id": None}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def site(clock):
    with trustpilot() as fake:
        fake.now = clock
        yield fake


@pytest.fixture
def connect(site, clock):
    return lambda **settings: site.source_settings(**settings).connect(
        (), Context(now=clock)
    )


@pytest.fixture
def target(site, connect, clock):
    site.publish("Jo", "Late again", clock.at)
    [post], _ = drained(connect())
    return target_of(post)


def publish(site, clock, count):
    return [
        site.publish("jo", f"Review {n}", clock.at - timedelta(hours=count - n))
        for n in range(count)
    ]


def test_a_review_comes_as_trustpilot_tells_it(site, connect, clock):
    id_ = site.publish(
        "Jo", "Two weeks!", clock.at, title="Late", stars=2, language="da"
    )

    [post] = connect().poll(None).posts

    assert (post.platform, post.id, post.kind) == ("trustpilot", id_, Kind.REVIEW)
    assert (post.text, post.rating, post.lang) == ("Late\nTwo weeks!", 2.0, "da")
    assert (post.posted_at, post.edited_at) == (clock.at, None)
    assert (post.author.handle, post.author.id) == ("Jo", f"c{id_}")
    assert post.url == f"https://www.trustpilot.com/reviews/{id_}"


def test_who_the_customer_is_never_leaves_the_connector(site, connect, clock):
    publish(site, clock, 2)
    connector = connect()

    batch = connector.poll(None)
    again = connector.recheck([target_of(post) for post in batch.posts])

    shown = repr(batch) + repr(again) + json.dumps(dict(batch.cursor))
    assert len(batch.posts) == len(again.posts) == 2
    assert EMAIL not in shown
    assert ORDER not in shown


def test_the_key_alone_reads_the_public_side(site, connect, clock):
    publish(site, clock, 2)

    posts, _ = drained(connect(**PUBLIC))

    assert len(posts) == 2
    assert all("/private/" not in r.path for r in site.server.requests)
    assert {r.headers["apikey"] for r in site.server.requests} == {KEY}


def test_an_edit_comes_again_with_its_time(site, connect, clock):
    ids = publish(site, clock, 3)
    _, cursor = drained(connect())
    clock.turn(minutes=5)
    site.edit(ids[1], "Changed", clock.at, stars=1)

    posts, cursor = drained(connect(), cursor)
    again, _ = drained(connect(), cursor)

    assert [(p.id, p.text, p.rating, p.edited_at) for p in posts] == [
        (ids[1], "Changed", 1.0, clock.at)
    ]
    assert again == []


def test_a_native_answer_is_seen_within_one_poll_with_its_author(site, connect, clock):
    ids = publish(site, clock, 3)
    _, cursor = drained(connect())
    site.answer_natively(ids[0], "Sorry", clock.at)

    [post] = connect().poll(cursor).posts

    assert (post.id, post.edited_at) == (ids[0], None)
    reply = post.owner_reply
    assert (reply.text, reply.author, reply.posted_at) == (
        "Sorry", "Bea of Northwind", clock.at,
    )  # fmt: skip


def test_a_long_walk_goes_on_with_the_next_poll(site, connect, clock):
    site.page_size = 1
    publish(site, clock, 12)

    first = connect().poll(None)
    rest, _ = drained(connect(), first.cursor)

    texts = [post.text for post in [*first.posts, *rest]]
    assert (len(first.posts), first.more) == (5, True)
    assert sorted(texts) == sorted(f"Review {n}" for n in range(12))


def test_reviews_deleted_between_two_polls_hide_no_other(site, connect, clock):
    site.page_size = 2
    ids = publish(site, clock, 30)
    first = connect().poll(None)
    for id_ in ids[-9:]:  # all but one that were read: the rest moves up by pages
        site.delete(id_)

    rest, _ = drained(connect(), first.cursor)

    assert {p.id for p in [*first.posts, *rest]} >= set(ids[:-9])


@pytest.mark.parametrize("page", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_reviews_deleted_between_two_pages_of_one_poll_hide_no_other(
    site, connect, clock, page, count
):
    site.page_size = 3
    ids = [
        site.publish("jo", f"Review {n}", clock.at - timedelta(days=100 - n))
        for n in range(15)
    ]
    read = ids[::-1][: page * 3]

    def delete(number):
        if number == page and len(site.reviews) == len(ids):
            for id_ in read[-count:]:
                site.delete(id_)

    site.meanwhile = delete

    posts, cursor = drained(connect())
    again, _ = drained(connect(), cursor)

    assert len(site.reviews) == len(ids) - min(count, len(read))
    assert {post.id for post in posts} >= {review.id for review in site.reviews}
    assert again == []


def test_a_walk_through_many_pages_reads_each_of_them_twice(site, connect, clock):
    site.page_size = 3
    publish(site, clock, 10)

    connect(**PUBLIC).poll(None)

    read = [int(request.query["page"]) for request in site.server.requests]
    assert read == [1, 2, 1, 3, 2, 4, 3, 5, 4]


def test_a_list_of_one_page_is_read_once_per_poll(site, connect, clock):
    publish(site, Clock(clock.at - timedelta(days=20)), 1)
    publish(site, clock, 2)
    _, cursor = drained(connect(**PUBLIC))
    before = len(site.server.requests)

    connect(**PUBLIC).poll(cursor)

    assert len(site.server.requests) == before + 1


@pytest.mark.slow
@given(
    page=st.integers(1, 3),
    deleted=st.dictionaries(st.integers(0, 12), st.integers(1, 4)),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_deletion_between_any_two_calls_hides_a_review(page, deleted):
    clock = Clock()
    with trustpilot(page) as site:
        publish(site, clock, 9)
        calls = 0

        def delete(_):
            nonlocal calls
            for _ in range(deleted.get(calls, 0)):
                if site.reviews:
                    site.delete(site.reviews[-1].id)  # the newest: all moves up
            calls += 1

        site.meanwhile = delete
        connector = site.source_settings(**PUBLIC).connect((), Context(now=clock))

        posts, _ = drained(connector)

        assert {review.id for review in site.reviews} <= {post.id for post in posts}


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.integers(1, 3)),
        st.tuples(st.just("delete"), st.integers(0, 30)),
        st.tuples(st.just("poll"), st.booleans()),
    ),
    max_size=10,
)


@pytest.mark.slow
@given(changes=CHANGES, page=st.integers(1, 3))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_order_of_posts_deletions_and_polls_loses_a_review(changes, page):
    clock = Clock()
    with trustpilot(page) as site:
        connector = site.source_settings(**PUBLIC).connect((), Context(now=clock))
        known, cursor = set(), None
        publish(site, clock, 9)
        for what, how in changes:
            clock.turn(minutes=1)
            if what == "publish":
                publish(site, Clock(clock.at), how)
            elif what == "delete" and how < len(site.reviews):
                site.delete(site.reviews[how].id)
            elif what == "poll":
                batch = connector.poll(cursor)
                if how:
                    known |= {post.id for post in batch.posts}
                    cursor = batch.cursor

        rest, cursor = drained(connector, cursor)
        # What shows late, with an older date, below where a walk had passed comes with
        # the next one.
        late, _ = drained(connector, cursor)

        known |= {post.id for post in [*rest, *late]}
        assert {review.id for review in site.reviews} <= known


def test_a_review_that_cannot_be_read_is_set_aside_alone(site, connect, clock):
    ids = publish(site, clock, 3)
    site._find(ids[1]).stars = "many"

    batch = connect().poll(None)

    assert [post.id for post in batch.posts] == [ids[0], ids[2]]
    assert [one.where for one in batch.set_aside] == [f"review {ids[1]}"]


def test_one_token_serves_until_shortly_before_its_end(site, connect, clock):
    site.token_life = 3600
    connector = connect()
    for _ in range(12):
        connector.poll(None)
        clock.turn(minutes=10)

    assert len(site.tokens) == 2


def test_a_token_that_ended_early_is_renewed_without_repeating_a_call(
    site, connect, clock
):
    connector = connect()
    connector.poll(None)
    site.revoke()

    with pytest.raises(Unavailable, match="the Trustpilot token had ended"):
        connector.poll(None)

    assert list(connector.poll(None).posts) == []
    assert len(site.tokens) == 2


def test_a_reply_under_a_token_that_ended_is_surely_not_out(site, connect, target):
    connector = connect()
    connector.poll(None)
    site.revoke()

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "Sorry!")

    assert not raised.value.unclear
    assert site.replies(target.id) == []


@pytest.mark.parametrize("settings", [{}, PUBLIC])
def test_a_wrong_key_is_refused_and_says_where_to_look(site, connect, settings):
    with pytest.raises(Refused, match=r"api_key.* Trustpilot Business > Integrations"):
        connect(api_key="another-key", **settings).poll(None)


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        ("403", r"api_key and api_secret under Trustpilot Business"),
        ("404", r"."),
    ],
)
def test_a_refused_token_says_where_to_look(site, connect, failure, remedy):
    site.faults.fail(failure)

    with pytest.raises(Refused, match=remedy):
        connect().poll(None)


def test_a_unit_that_is_not_there_is_named(connect):
    with pytest.raises(Refused, match="correct business_unit_id"):
        connect(business_unit_id="0815").poll(None)


def test_a_token_answer_in_another_shape_is_unavailable(site, connect):
    site.server.on(TOKEN_PATH, Reply(b'{"token": 1}'))

    with pytest.raises(Unavailable, match="answered no token"):
        connect().poll(None)


def test_a_reply_stands_under_its_review(site, connect, target):
    connect().reply(target, "Sorry!")

    sent = site.server.requests[-1]
    assert site.replies(target.id) == ["Sorry!"]
    assert json.loads(sent.body) == {"authorBusinessUserId": USER, "message": "Sorry!"}


def test_without_a_user_nothing_can_be_answered_and_it_says_why(connect, target):
    connector = connect(**PUBLIC)

    may = connector.can_reply(target)

    assert (may.ok, "business_user_id" in may.reason) == (False, True)
    with pytest.raises(Refused, match="business_user_id"):
        connector.reply(target, "Sorry!")


def test_a_reported_review_cannot_be_answered(site, connect, clock):
    [id_] = publish(site, clock, 1)
    before, cursor = drained(connect())
    site.report(id_)

    [after], _ = drained(connect(), cursor)

    assert connect().can_reply(target_of(before[0])).ok
    assert "reported to Trustpilot" in connect().can_reply(target_of(after)).reason


def test_the_standing_reply_is_read_afresh(site, connect, target, clock):
    connector = connect()
    before = connector.standing_reply(target)
    site.answer_natively(target.id, "A colleague was faster", clock.at)

    after = connector.standing_reply(target)

    assert (before, after.text) == (None, "A colleague was faster")


@pytest.mark.parametrize("stored", [True, False])
def test_a_dropped_connection_is_unclear_and_found_out(site, connect, target, stored):
    connector = connect()
    connector.poll(None)
    site.faults.drop_after_storing = stored
    site.faults.drop_before_storing = not stored
    since = site.now()

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "Sorry!")
    site.faults.mend()

    assert raised.value.unclear
    assert (connector.find_reply(target, "Sorry!", since) is not None) == stored
    assert len([r for r in site.server.requests if r.path.endswith("/reply")]) == 1


@pytest.mark.parametrize(
    ("answer", "error", "unclear"),
    [
        (Reply(b'{"message": "too long"}', 400), Refused, None),
        (FAILURES["403"], Refused, None),
        (FAILURES["404"], Gone, None),
        (FAILURES["429"], Unavailable, False),
        (FAILURES["500"], Unavailable, True),
        (Reply(b"half", 200, cut=2), Unavailable, True),
        (Reply(drop=True), Unavailable, True),
    ],
)
def test_every_outcome_of_a_reply_is_told(
    site, connect, target, answer, error, unclear
):
    connector = connect()
    site.server.on(f"/v1/private/reviews/{target.id}/reply", answer)

    with pytest.raises(error) as raised:
        connector.reply(target, "Sorry!")

    assert getattr(raised.value, "unclear", None) is unclear


def test_a_reply_is_found_by_its_words_and_its_time(site, connect, target, clock):
    connector = connect()
    site.answer_natively(target.id, "Sorry!", clock.at - timedelta(hours=2))

    assert connector.find_reply(target, "Sorry!", clock.at) is None
    assert connector.find_reply(target, "So sorry!", clock.at) is None
    assert connector.find_reply(target, "Sorry!", clock.at - timedelta(hours=3))


def test_a_deleted_review_is_gone_for_every_call(site, connect, target, clock):
    connector = connect()
    site.delete(target.id)

    with pytest.raises(Gone):
        connector.reply(target, "Sorry!")
    with pytest.raises(Gone):
        connector.standing_reply(target)
    assert list(connector.recheck([target]).gone) == [target.id]


def test_a_user_needs_the_secret_too(site):
    with pytest.raises(ValueError, match="needs api_secret too"):
        site.source_settings(api_secret=None)


def test_the_check_says_which_side_answers(site, connect, clock):
    publish(site, clock, 1)

    private, public = connect().validate(), connect(**PUBLIC).validate()

    assert private == "private reviews, newest 2026-11-22, with replies"
    assert public == "public reviews, newest 2026-11-22, read only"


def test_no_setting_shows_a_secret(site):
    source = site.source_settings()

    shown = repr(source) + source.model_dump_json()

    assert KEY not in shown
    assert SECRET not in shown


def test_a_recheck_that_breaks_off_says_what_it_did_not_reach(site, connect, clock):
    ids = publish(site, clock, 6)
    posts, _ = drained(connect())
    site.delete(ids[0])
    for id_ in ids[2:5]:
        site.server.on(f"/v1/private/reviews/{id_}", FAILURES["500"])

    found = connect().recheck([target_of(post) for post in posts])

    assert (list(found.gone), [post.id for post in found.posts]) == ([ids[0]], [ids[1]])
    assert list(found.left) == ids[2:]


def test_a_review_that_always_fails_keeps_no_other_from_a_recheck(site, connect, clock):
    ids = publish(site, clock, 4)
    posts, _ = drained(connect())
    site.delete(ids[3])
    for id_ in ids[:2]:
        site.server.on(f"/v1/private/reviews/{id_}", FAILURES["500"])

    found = connect().recheck([target_of(post) for post in posts])

    assert (list(found.gone), [post.id for post in found.posts]) == ([ids[3]], [ids[2]])
    assert not found.left


def test_lost_access_is_no_deletion(site, connect, target):
    connector = connect()
    connector.standing_reply(target)
    site.server.on("*", Reply(b"{}", 404))

    assert not connector.recheck([target]).gone


def test_two_calls_under_one_token_that_ended_are_both_asked_later(
    site, connect, target
):
    connector = connect()
    connector.standing_reply(target)
    site.revoke()
    number = connector._api._number()
    lost = Answer(401, {}, b"", "", "host")

    for _ in range(2):  # both were under way as the token ended
        with pytest.raises(Unavailable, match="there is a new one"):
            connector._api._judged(lost, number)

    assert len(site.tokens) == 2 + 1  # that of `target` among them
