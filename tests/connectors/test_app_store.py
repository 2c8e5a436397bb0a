"""App Store Connect: the walk, edits, tokens, the hour's budget, what it says."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import Context, Kind, Refused, Unavailable
from connectors.app_store import AppStoreSource
from tests.connectors.review_helpers import Clock, drained, target_of
from tests.fakes.app_store import APP, FAILURES, error, new_key
from tests.fakes.app_store import app_store as app_store_
from tests.fakes.server import Reply, serving


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(clock):
    with app_store_() as fake:
        fake.now = clock
        yield fake


@pytest.fixture
def connect(store, clock):
    return lambda **settings: store.source_settings(**settings).connect(
        (), Context(now=clock)
    )


def publish(store, clock, count, **more):
    return [
        store.publish(
            f"jo{n}", f"Review {n}", clock.at - timedelta(hours=count - n), **more
        )
        for n in range(count)
    ]


def test_a_review_comes_as_apple_tells_it(store, connect, clock):
    at = clock.at.replace(minute=7)
    id_ = store.publish(
        "Jo", "Keeps\ncrashing", at, title="Bad", rating=2, territory="DEU"
    )

    [post] = connect().poll(None).posts

    assert (post.platform, post.id, post.kind) == ("app_store", id_, Kind.REVIEW)
    assert (post.text, post.rating) == ("Bad\nKeeps\ncrashing", 2.0)
    assert (post.posted_at, post.author.handle) == (at, "Jo")
    assert post.url == f"https://apps.apple.com/de/app/id{APP}?see-all=reviews"
    assert (post.lang, post.owner_reply, post.edited_at) == (None, None, None)
    assert post.ref["territory"] == "DEU"


def test_a_review_of_a_territory_we_do_not_know_has_a_page_too(store, connect, clock):
    store.publish("Jo", "hm", clock.at, territory="ATLANTIS")

    [post] = connect().poll(None).posts

    assert post.url == f"https://apps.apple.com/app/id{APP}?see-all=reviews"


def test_a_review_without_words_is_still_a_review(store, connect, clock):
    store.publish("", "", clock.at, rating=1)

    [post] = connect().poll(None).posts

    assert (post.text, post.rating) == ("", 1.0)
    assert post.author.handle == "an App Store customer"


def test_an_edited_review_comes_again_and_says_when_we_noticed(store, connect, clock):
    ids = publish(store, clock, 3)
    _, cursor = drained(connect())
    store.edit(ids[1], "Now it crashes", rating=1)
    clock.turn(minutes=5)

    posts, cursor = drained(connect(), cursor)
    again, _ = drained(connect(), cursor)

    assert [(p.id, p.text, p.rating, p.edited_at) for p in posts] == [
        (ids[1], "Now it crashes", 1.0, clock.at)
    ]
    assert again == []


def test_stars_alone_are_an_edit(store, connect, clock):
    [id_] = publish(store, clock, 1)
    _, cursor = drained(connect())
    store.edit(id_, "Review 0", rating=1)

    [post] = connect().poll(cursor).posts

    assert (post.rating, post.edited_at) == (1.0, clock.at)


def test_a_native_answer_is_seen_within_one_poll_and_is_no_edit(store, connect, clock):
    ids = publish(store, clock, 3)
    _, cursor = drained(connect())
    store.answer_natively(ids[0], "Sorry to hear that", clock.at)

    [post] = connect().poll(cursor).posts

    assert (post.id, post.edited_at) == (ids[0], None)
    assert (post.owner_reply.text, post.owner_reply.posted_at) == (
        "Sorry to hear that",
        clock.at,
    )


def test_an_answer_that_leaves_the_waiting_line_is_told(store, connect, clock):
    [id_] = publish(store, clock, 1)
    store.publishes = False
    store.answer_natively(id_, "Thanks", clock.at)
    [pending], cursor = drained(connect())
    store.publish_answer(id_)

    [published] = connect().poll(cursor).posts

    assert pending.owner_reply == published.owner_reply
    assert (pending.ref["response"], published.ref["response"]) == (
        "PENDING_PUBLISH",
        "PUBLISHED",
    )


def test_edits_are_looked_for_as_far_back_as_the_settings_say(store, connect, clock):
    store.page_size = 2
    ids = [
        store.publish("jo", f"Review {n}", clock.at - timedelta(days=30 - n))
        for n in range(30)
    ]
    _, cursor = drained(connect(reread="10d"))
    store.edit(ids[25], "within")
    store.edit(ids[5], "long ago")

    posts, _ = drained(connect(reread="10d"), cursor)

    assert [post.text for post in posts] == ["within"]


def test_a_long_walk_goes_on_with_the_next_poll(store, connect, clock):
    store.page_size = 1
    publish(store, clock, 12)

    first = connect().poll(None)
    rest, _ = drained(connect(), first.cursor)

    assert (len(first.posts), first.more, len(rest)) == (5, True, 7)


def test_what_appears_during_a_long_walk_is_found_at_its_end(store, connect, clock):
    store.page_size = 1
    publish(store, clock, 12)
    first = connect().poll(None)
    store.publish("late", "Breaking", clock.at)

    rest, _ = drained(connect(), first.cursor)

    assert "Breaking" in [post.text for post in rest]


def test_what_is_deleted_during_a_walk_hides_nothing_else(store, connect, clock):
    store.page_size = 1
    ids = publish(store, clock, 12)
    first = connect().poll(None)
    for id_ in ids[5:8]:
        store.delete(id_)

    rest, _ = drained(connect(), first.cursor)

    assert {post.id for post in [*first.posts, *rest]} >= set(ids) - set(ids[5:8])


def test_a_link_that_died_starts_the_walk_anew_and_gets_further(store, connect, clock):
    store.page_size = 1
    publish(store, clock, 9)
    first = connect().poll(None)
    store.links += 1

    second = connect().poll(first.cursor)

    told = {post.text for post in [*first.posts, *second.posts]}
    assert told == {f"Review {n}" for n in range(9)}
    assert not second.more


def test_links_that_are_dead_at_once_are_an_error_and_no_endless_walk(
    store, connect, clock
):
    store.page_size = 1
    publish(store, clock, 9)
    first = connect().poll(None)
    store.links += 1
    answer = store._answer

    def die(request):
        store.links += 1
        return answer(request)

    store.server.on("*", die)

    with pytest.raises(Unavailable, match="does not go on with its list"):
        connect().poll(first.cursor)


def test_a_next_page_elsewhere_gets_no_token(connect, store):
    with serving() as elsewhere:
        links = {"self": "x", "next": elsewhere.url("/v1/apps/1/customerReviews")}
        told = {"data": [], "links": links}
        store.server.on("*", Reply(json.dumps(told).encode()))

        with pytest.raises(Refused, match="put that address into `api_base`"):
            connect().poll(None)

        assert elsewhere.requests == []


def test_each_app_has_its_own_walk(store, connect, clock):
    store.apps["999"] = "Northwind Tea"
    publish(store, clock, 2)
    publish(store, clock, 2, app="999")

    posts, cursor = drained(connect(app_ids=[APP, "999"]))
    again, _ = drained(connect(app_ids=[APP, "999"]), cursor)

    assert sorted(post.ref["app"] for post in posts) == [APP, APP, "999", "999"]
    assert again == []


def test_without_app_ids_all_apps_are_read(store, connect, clock):
    store.apps["999"] = "Northwind Tea"
    publish(store, clock, 1, app="999")

    posts, _ = drained(connect(app_ids=[]))

    assert [post.ref["app"] for post in posts] == ["999"]


def test_a_review_that_cannot_be_read_is_set_aside_alone(store, connect, clock):
    ids = publish(store, clock, 3)
    store._find(ids[1]).rating = None

    batch = connect().poll(None)

    assert [post.id for post in batch.posts] == [ids[0], ids[2]]
    assert [(ids[1] in one.where, APP in one.where) for one in batch.set_aside] == [
        (True, True)
    ]
    assert list(connect().poll(batch.cursor).set_aside) == []  # told once


def test_a_walk_underway_starts_anew_where_the_address_changes(store, connect, clock):
    store.page_size = 1
    publish(store, clock, 9)
    first = connect().poll(None)

    cursor = json.loads(json.dumps(dict(first.cursor)))
    cursor["apps"][APP]["position"] = "http://old.example/v1/apps/1/customerReviews"
    second = connect().poll(cursor)

    told = {post.text for post in [*first.posts, *second.posts]}
    assert told == {f"Review {n}" for n in range(9)}


def test_the_token_lives_less_than_twenty_minutes_and_is_renewed(store, connect, clock):
    connector = connect()
    for _ in range(8):
        connector.poll(None)
        clock.turn(minutes=6)

    tokens = {request.headers["authorization"] for request in store.server.requests}

    assert 3 <= len(tokens) <= 4


def test_one_token_serves_many_calls(store, connect):
    connector = connect()
    connector.poll(None)
    connector.validate()

    tokens = {request.headers["authorization"] for request in store.server.requests}

    assert (len(store.server.requests), len(tokens)) == (3, 1)


def test_a_key_with_written_line_breaks_is_read(store, connect):
    written = store.private_key.replace("\n", "\\n")

    assert connect(private_key=written).validate() == "reviews of Northwind Coffee"


@pytest.mark.parametrize("key", ["", "not a key", "-----BEGIN PRIVATE KEY-----\nAA=="])
def test_a_key_that_is_none_is_refused_without_showing_it(connect, key):
    with pytest.raises(Refused, match=r"the whole text of an App Store Connect \.p8"):
        connect(private_key=key).poll(None)


@pytest.mark.parametrize(
    ("failure", "remedy"),
    [
        ("401", r"key_id, issuer_id and private_key .* Users and Access"),
        ("403", r"role Customer Support, App Manager or Admin at .* Users and Access"),
        ("404", f"has no app {APP}; correct app_ids"),
    ],
)
def test_a_refusal_names_what_is_missing_and_where(store, connect, failure, remedy):
    store.faults.fail(failure)

    with pytest.raises(Refused, match=remedy):
        connect().poll(None)


def test_another_accounts_key_is_refused(connect):
    with pytest.raises(Refused, match="does not know this key"):
        connect(private_key=new_key()).poll(None)


def test_an_app_that_the_key_does_not_see_is_named_by_the_check(connect):
    with pytest.raises(Refused, match="sees no app 12345; check app_ids"):
        connect(app_ids=[APP, "12345"]).validate()


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "90"}, timedelta(seconds=90)),
        ({"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:0;"}, timedelta(minutes=15)),
        ({"X-Rate-Limit": "user-hour-lim:3500;user-hour-rem:900;"}, timedelta(minutes=1)),
        ({}, timedelta(minutes=1)),
    ],
)  # fmt: skip
def test_a_rate_limit_says_how_long_to_wait(store, connect, headers, wait):
    store.server.on("*", replace(FAILURES["429"], headers=headers))

    with pytest.raises(Unavailable) as raised:
        connect().poll(None)

    assert raised.value.retry_after == wait


def test_a_walk_stops_before_the_hour_is_spent_and_goes_on_later(store, connect, clock):
    store.page_size = 1
    publish(store, clock, 4)
    store.rate = "user-hour-lim:3500;user-hour-rem:50;"

    batch = connect().poll(None)
    store.rate = "user-hour-lim:3500;user-hour-rem:3000;"
    rest, _ = drained(connect(), batch.cursor)

    assert (len(batch.posts), batch.more, len(rest)) == (1, False, 3)
    assert [caution.key for caution in batch.cautions] == ["hour-spent:2026-11-22"]


def test_settings_say_what_an_app_id_is(store):
    with pytest.raises(ValueError, match="an app is a number"):
        store.source_settings(app_ids=["com.northwind.coffee"])


def test_no_setting_shows_the_key(store):
    source = store.source_settings()

    assert isinstance(source, AppStoreSource)
    assert "BEGIN" not in repr(source) + source.model_dump_json()


def test_recheck_tells_edited_answered_and_deleted_apart(store, connect, clock):
    ids = publish(store, clock, 4)
    posts, _ = drained(connect())
    store.edit(ids[0], "Changed")
    store.answer_natively(ids[1], "Thanks", clock.at)
    store.delete(ids[2])

    found = connect().recheck([target_of(post) for post in posts])

    now = {post.id: post for post in found.posts}
    assert now.keys() == {ids[0], ids[1], ids[3]}
    assert (now[ids[0]].text, now[ids[1]].owner_reply.text) == ("Changed", "Thanks")
    assert dict(found.gone) == {ids[2]: "deleted, by its author or by Apple"}


def test_recheck_fails_as_a_poll_does(store, connect, clock):
    publish(store, clock, 1)
    posts, _ = drained(connect())
    store.server.on("*", error(500, "UNEXPECTED_ERROR", "oops"))

    with pytest.raises(Unavailable):
        connect().recheck([target_of(posts[0])])


def test_a_recheck_that_breaks_off_says_what_it_did_not_reach(store, connect, clock):
    ids = publish(store, clock, 6)
    posts, _ = drained(connect())
    store.delete(ids[0])
    for id_ in ids[2:5]:
        store.server.on(f"/v1/customerReviews/{id_}", FAILURES["500"])

    found = connect().recheck([target_of(post) for post in posts])

    assert (list(found.gone), [post.id for post in found.posts]) == ([ids[0]], [ids[1]])
    assert list(found.left) == ids[2:]


def test_a_review_that_always_fails_keeps_no_other_from_a_recheck(
    store, connect, clock
):
    ids = publish(store, clock, 4)
    posts, _ = drained(connect())
    store.delete(ids[3])
    for id_ in ids[:2]:
        store.server.on(f"/v1/customerReviews/{id_}", FAILURES["500"])

    found = connect().recheck([target_of(post) for post in posts])

    assert (list(found.gone), [post.id for post in found.posts]) == ([ids[3]], [ids[2]])
    assert not found.left


def test_lost_access_is_no_deletion(store, connect, clock):
    publish(store, clock, 1)
    [post], _ = drained(connect())

    store.server.on("*", error(404, "NOT_FOUND", "no such thing"))
    found = connect().recheck([target_of(post)])

    assert not found.gone


@pytest.mark.parametrize("status", [404, 500])
def test_an_app_that_cannot_be_read_holds_no_other_back(store, connect, clock, status):
    publish(store, clock, 1)
    broken = error(status, "UNEXPECTED_ERROR", "oops")
    store.server.on("/v1/apps/77/customerReviews", broken)

    batch = connect(app_ids=("77", APP)).poll(None)

    assert [post.text.splitlines()[-1] for post in batch.posts] == ["Review 0"]
    assert not batch.more
    assert "app 77 cannot be read" in batch.cautions[0].text


def test_apps_that_all_fail_fail_the_poll(store, connect):
    store.server.on("*", error(500, "UNEXPECTED_ERROR", "oops"))

    with pytest.raises(Unavailable):
        connect(app_ids=("77", APP)).poll(None)
