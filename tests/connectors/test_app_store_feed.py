"""The App Store's public feed: its oddities, edits, gaps, and its silence."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import Context, Kind, Refused, Replier, Unavailable
from connectors._app_store_feed_page import Place, read_page
from tests.connectors.review_helpers import Clock, drained
from tests.fakes.app_store_feed import APP, FAILURES, app_store_feed
from tests.fakes.server import Reply

RECORDED = Path(__file__).parents[3] / "shared/recorded/appstore_rss"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def feed():
    with app_store_feed() as fake:
        yield fake


@pytest.fixture
def connect(feed, clock):
    return lambda **settings: feed.source_settings(**settings).connect(
        (), Context(now=clock)
    )


def publish(feed, clock, count, **more):
    return [
        feed.publish(
            "jo", f"Review {n}", clock.at - timedelta(minutes=count - n), **more
        )
        for n in range(count)
    ]


def test_a_review_comes_as_the_feed_tells_it(feed, connect, clock):
    id_ = feed.publish("Jo", "Keeps crashing", clock.at, title="Bad", rating=2)

    [post] = connect().poll(None).posts

    assert (post.platform, post.id, post.kind) == ("app_store", id_, Kind.REVIEW)
    assert id_.startswith("feed-")
    assert (post.text, post.rating, post.lang) == ("Bad\nKeeps crashing", 2.0, None)
    assert (post.author.handle, post.posted_at) == ("Jo", clock.at)
    assert post.author.id == id_.replace("feed-", "9")
    assert post.url == f"https://apps.apple.com/us/app/id{APP}?see-all=reviews"
    assert post.ref == {"app": APP, "country": "us", "version": "3.4"}


def test_it_only_reads(connect):
    assert not isinstance(connect(), Replier)


ENTRY = {"id": {"label": "1"}, "im:rating": {"label": "4"}, "title": {"label": "T"}}
CONTENTS = [{"label": "<b>x</b>", "attributes": {"type": "html"}},
            {"label": "x", "attributes": {"type": "text"}}]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "texts"),
    [
        (None, []),
        ([], []),
        (ENTRY, ["T"]),
        ([ENTRY], ["T"]),
        ([{"im:name": {"label": "the app"}, "id": {"label": "0"}}, ENTRY], ["T"]),
        ({"im:name": {"label": "the app"}, "id": {"label": "0"}}, []),
        ({**ENTRY, "content": {"label": "x"}}, ["T\nx"]),
        ({**ENTRY, "content": CONTENTS}, ["T\nx"]),
        ({**ENTRY, "content": {"label": "T"}}, ["T"]),
        ({**ENTRY, "im:rating": {"label": 4}}, ["T"]),
        ({**ENTRY, "author": None}, ["T"]),
    ],
)
def test_a_page_is_read_in_every_shape_it_comes_in(entry, texts):
    feed = {"feed": {} if entry is None else {"entry": entry}}

    reviews, unread = read_page(feed, Place(APP, "us"))

    assert ([review.text for review in reviews], unread) == (texts, [])


@pytest.mark.parametrize(
    "entry",
    [
        "text",
        {**ENTRY, "im:rating": {"label": "great"}},
        {**ENTRY, "id": {}},
        {**ENTRY, "updated": {"label": "yesterday"}},
    ],
)
def test_an_entry_that_cannot_be_read_is_set_aside_alone(entry):
    reviews, unread = read_page({"feed": {"entry": [entry, ENTRY]}}, Place(APP, "us"))

    assert ([review.text for review in reviews], len(unread)) == (["T"], 1)
    assert unread[0].where == f"app {APP} in us, entry 1 of a page"


def test_the_app_itself_is_no_review(feed, connect, clock):
    feed.shows_app = True
    publish(feed, clock, 2)

    posts, _ = drained(connect())

    assert [post.text for post in posts] == ["Review 0", "Review 1"]


def test_a_review_without_a_date_has_that_of_our_first_sight(feed, connect, clock):
    feed.publish("a", "first", None)
    feed.publish("b", "second", None)
    seen_at = clock.at
    posts, cursor = drained(connect())
    clock.turn(hours=7)
    feed.edit(posts[0].id, "first, changed")

    [edited], _ = drained(connect(), cursor)

    assert [(post.text, post.posted_at) for post in posts] == [
        ("first", seen_at),
        ("second", seen_at),
    ]
    assert (edited.posted_at, edited.edited_at) == (seen_at, clock.at)


def test_an_edit_that_comes_first_again_is_seen_at_the_next_poll(feed, connect, clock):
    ids = publish(feed, clock, 3)
    first, cursor = drained(connect())
    clock.turn(minutes=10)
    edited_at = clock.at - timedelta(minutes=1)
    feed.edit(ids[0], "changed", edited_at)

    [post], _ = drained(connect(), cursor)

    assert (post.id, post.text, post.edited_at) == (ids[0], "changed", edited_at)
    assert post.posted_at == first[0].posted_at


def test_an_edit_deep_in_the_feed_is_seen_when_all_of_it_is_read(feed, connect, clock):
    feed.page_size = 2
    ids = publish(feed, clock, 9)
    _, cursor = drained(connect())
    feed.edit(ids[0], "changed")
    clock.turn(hours=1)
    soon, cursor = drained(connect(), cursor)
    clock.turn(hours=6)

    later, _ = drained(connect(), cursor)

    assert (soon, [post.text for post in later]) == ([], ["changed"])


def test_a_poll_asks_for_one_page_where_nothing_is_new(feed, connect, clock):
    feed.page_size = 2
    publish(feed, clock, 9)
    _, cursor = drained(connect())
    before = len(feed.server.requests)
    clock.turn(minutes=5)

    drained(connect(), cursor)

    assert len(feed.server.requests) - before == 1


def test_more_new_reviews_than_the_feed_shows_are_a_gap(feed, connect, clock):
    feed.page_size = 2
    publish(feed, clock, 4)
    _, cursor = drained(connect())
    since = clock.at
    clock.turn(days=1)
    publish(feed, clock, 25)

    batch = connect().poll(cursor)

    [gap] = batch.gaps
    assert len(batch.posts) == 20
    assert gap.since == since
    assert gap.until == min(post.posted_at for post in batch.posts)
    assert "poll it more often" in gap.reason


def test_as_many_as_it_shows_with_one_known_are_no_gap(feed, connect, clock):
    feed.page_size = 2
    publish(feed, clock, 4)
    _, cursor = drained(connect())
    clock.turn(days=1)
    publish(feed, clock, 19)

    batch = connect().poll(cursor)

    assert (len(batch.posts), list(batch.gaps)) == (19, [])


def test_an_empty_feed_that_had_reviews_is_silence_not_peace(feed, connect, clock):
    publish(feed, clock, 3)
    _, cursor = drained(connect())
    feed.silent.add("us")

    with pytest.raises(Unavailable, match=f"no reviews of app {APP} in us, where it"):
        connect().poll(cursor)

    feed.silent.clear()
    feed.publish("jo", "Back", clock.at)
    posts, _ = drained(connect(), cursor)
    assert [post.text for post in posts] == ["Back"]


def test_a_feed_that_breaks_off_before_what_we_know_is_silence_too(
    feed, connect, clock
):
    publish(feed, clock, 3)
    _, cursor = drained(connect())
    publish(feed, clock, 60)
    whole = feed._answer
    second = f"/us/rss/customerreviews/page=2/id={APP}/sortby=mostrecent/json"
    feed.server.on(
        "*", lambda r: FAILURES["empty feed"] if r.path == second else whole(r)
    )

    with pytest.raises(Unavailable, match="shows no more reviews"):
        connect().poll(cursor)


def test_one_countrys_fault_keeps_no_other_back_and_is_told(feed, connect, clock):
    countries = ["us", "gb", "de"]
    for country in countries:
        publish(feed, clock, 2, country=country)
    _, cursor = drained(connect(countries=countries))
    for country in countries:
        feed.publish("jo", "New", clock.at, country=country)
    feed.silent.add("us")
    clock.turn(minutes=6)

    batch = connect(countries=countries).poll(cursor)

    assert [post.ref["country"] for post in batch.posts] in (["gb", "de"], ["de", "gb"])
    assert batch.more
    with pytest.raises(Unavailable, match="in us"):
        connect(countries=countries).poll(batch.cursor)
    clock.turn(minutes=6)
    feed.publish("jo", "Newer", clock.at, country="de")
    after = connect(countries=countries).poll(batch.cursor)
    assert [post.text for post in after.posts] == ["Newer"]


def test_many_dead_countries_starve_no_other(feed, connect, clock):
    dead = ["aa", "bb", "cc", "dd", "ee"]
    countries = [*dead, "us"]
    for country in countries:
        publish(feed, clock, 1, country=country)
    _, cursor = drained(connect(countries=countries))
    feed.silent.update(dead)
    feed.publish("jo", "New", clock.at, country="us")
    found = []
    for _ in range(8):
        clock.turn(minutes=6)
        try:
            batch = connect(countries=countries).poll(cursor)
        except Unavailable:
            continue
        found += [post.text for post in batch.posts]
        cursor = json.loads(json.dumps(dict(batch.cursor)))

    assert found == ["New"]


def test_new_takes_only_what_comes_later(feed, connect, clock):
    publish(feed, clock, 3)
    first, cursor = drained(connect(first="new"))
    feed.publish("jo", "Later", clock.at)

    posts, _ = drained(connect(first="new"), cursor)

    assert (first, [post.text for post in posts]) == ([], ["Later"])


@pytest.mark.parametrize("worked", [True, False])
def test_a_feed_that_is_not_found_is_a_wrong_number_unless_it_worked(
    feed, connect, clock, worked
):
    cursor = None
    if worked:
        publish(feed, clock, 1)
        _, cursor = drained(connect())
    feed.faults.fail("404")

    with pytest.raises(Unavailable if worked else Refused):
        connect().poll(cursor)


def test_a_rate_limit_waits_as_long_as_asked(feed, connect):
    feed.faults.fail("429")

    with pytest.raises(Unavailable) as raised:
        connect().poll(None)

    assert raised.value.retry_after == timedelta(minutes=1)


def test_the_check_says_how_many_reviews_and_feeds(feed, connect, clock):
    publish(feed, clock, 2)

    told = connect(countries=["us", "gb"]).validate()

    assert told == f"2 reviews on the first page of app us/{APP}; 2 feeds in all"


@pytest.mark.parametrize(
    "settings",
    [{"countries": ["USA"]}, {"countries": []}, {"app_ids": ["x"]}, {"app_ids": []}],
)
def test_settings_that_cannot_be_are_refused(feed, settings):
    with pytest.raises(ValueError, match=r"countries|app_ids"):
        feed.source_settings(**settings)


@pytest.mark.skipif(not RECORDED.exists(), reason="the recording is not here")
def test_the_recorded_feed_comes_out_as_reviews(feed, connect, clock):
    [path] = RECORDED.rglob("*.json")
    first = f"/jp/rss/customerreviews/page=1/id={APP}/sortby=mostrecent/json"
    feed.server.on(first, Reply(path.read_bytes()))
    feed.server.on("*", FAILURES["empty feed"])

    posts, _ = drained(connect(countries=["jp"]))

    assert len({post.id for post in posts}) == len(posts) == 50
    assert all(post.text and post.author.id and post.rating for post in posts)
    assert {post.posted_at for post in posts} == {clock.at}  # it tells no dates
    told = json.loads(path.read_bytes())["feed"]["entry"]
    assert [p.id for p in posts] == [f"feed-{e['id']['label']}" for e in told][::-1]


def test_what_moved_up_a_page_meanwhile_comes_when_all_pages_are_read_again(
    feed, connect, clock
):
    feed.page_size = 2
    ids = publish(feed, clock, 8)
    feed.meanwhile = lambda page: feed.delete(ids[-1]) if page == 2 else None
    posts, cursor = drained(connect())
    feed.meanwhile = lambda _: None
    clock.turn(hours=7)

    rest, _ = drained(connect(), cursor)

    assert {p.id for p in posts} == set(ids) - {ids[3]}  # it stood first on page 3
    assert [post.id for post in rest] == [ids[3]]
