"""Polling X: two ways in, one cursor, a budget; what its posts become."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from pydantic import ValidationError

from connectors import Kind, Refused, Terms, Unavailable
from connectors._x_walk import LATE, WINDOW, time_of
from connectors.x import XSource
from tests.connectors.x_helpers import (
    ACME,
    HOUR,
    MINUTE,
    NOW,
    a_world,
    drained,
    stored,
    target_of,
)
from tests.fakes.server import Reply
from tests.fakes.x import BRAND_ID, problem

SEARCH = "/2/tweets/search/recent"
MENTIONS = f"/2/users/{BRAND_ID}/mentions"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def world():
    with a_world() as world:
        yield world


def texts(posts):
    return [post.text for post in posts]


def only(batch):
    (post,) = batch.posts
    return post


# The two ways in


def test_mentions_and_search_come_once_together(world):
    world.mention("@acme and acme")
    world.x.publish("bob", "acme broke", NOW - 2 * MINUTE)
    world.x.publish("cem", "nothing of ours", NOW - 2 * MINUTE)

    batch = world.connect().poll(None)

    assert texts(batch.posts) == ["acme broke", "@acme and acme"]


def test_search_is_asked_at_its_own_pace(world):
    connector = world.connect(search_every="1h")
    batch = connector.poll(None)
    world.later(HOUR / 2)
    batch = connector.poll(stored(batch.cursor))
    before = len(world.x.asked(SEARCH))
    world.later(HOUR / 2)

    connector.poll(stored(batch.cursor))

    assert (before, len(world.x.asked(SEARCH))) == (1, 2)
    assert len(world.x.asked(MENTIONS)) == 3


def test_search_goes_with_the_bearer_and_mentions_with_the_user_keys(world):
    world.connect().poll(None)

    (search,), (mentions,) = world.x.asked(SEARCH), world.x.asked(MENTIONS)
    assert search.headers["authorization"].startswith("Bearer ")
    assert mentions.headers["authorization"].startswith("OAuth ")


def test_without_user_keys_there_is_only_search(world):
    world.mention("acme @acme")

    batch = world.connect(user=False).poll(None)

    assert texts(batch.posts) == ["acme @acme"]
    assert world.x.asked(MENTIONS) == []


def test_without_bearer_there_are_only_mentions(world):
    world.mention()

    batch = world.connect(bearer=False).poll(None)

    assert texts(batch.posts) == ["@acme help"]
    assert world.x.asked(SEARCH) == []


def test_own_posts_are_not_searched_for(world):
    world.x.publish("acme", "acme is great", NOW - MINUTE)

    assert world.connect().poll(None).posts == []


def test_the_first_poll_looks_back_so_far_and_no_further(world):
    world.mention("@acme old", at=NOW - 30 * HOUR)
    world.x.publish("bob", "acme old", NOW - 30 * HOUR)
    world.mention("@acme new", at=NOW - 20 * HOUR)

    assert texts(world.connect(look_back="1d").poll(None).posts) == ["@acme new"]


# The walk


def test_a_backlog_is_read_over_several_polls():
    with a_world(page=3) as world:
        for n in range(20):
            world.mention(f"@acme {n}", at=NOW - timedelta(minutes=n + 1))
        connector = world.connect(bearer=False, max_pages=2)

        first = connector.poll(None)
        posts, _ = drained(connector, stored(first.cursor))

    assert (len(first.posts), first.more) == (6, True)
    assert len({post.id for post in [*first.posts, *posts]}) == 20


def test_what_comes_during_a_long_walk_is_read_right_after_it():
    with a_world(page=1) as world:
        for n in range(3):
            world.x.publish("bob", f"acme {n}", NOW - timedelta(minutes=n + 1))
        connector = world.connect(user=False, max_pages=2)
        first = connector.poll(None)
        world.x.publish("bob", "acme meanwhile", NOW)

        second = connector.poll(stored(first.cursor))

    assert texts(first.posts) == ["acme 1", "acme 0"]
    assert texts(second.posts) == ["acme 2", "acme meanwhile"]
    assert not second.more


def test_a_query_survives_when_others_change(world):
    other = Terms("Other", any_of=["other"])
    batch = world.connect(ACME, other).poll(None)
    world.later(2 * DAY)  # longer than look_back
    at = world.now - 36 * HOUR
    world.x.publish("bob", "acme broke", at)
    world.x.publish("bob", "other broke", at)
    changed = Terms("Other", any_of=["other", "another"])

    batch = world.connect(ACME, changed).poll(stored(batch.cursor))

    assert texts(batch.posts) == ["acme broke", "other broke"]
    assert batch.gaps == []
    assert len(batch.cursor["walks"]) == 3  # mentions, and two queries


def test_a_wholly_new_query_looks_back_a_bounded_time(world):
    batch = world.connect().poll(None)
    world.later(10 * MINUTE)
    world.connect(ACME, Terms("New", any_of=["new"])).poll(stored(batch.cursor))

    asked = world.x.asked(SEARCH)[-1].query

    assert asked["query"].startswith("new ")
    assert asked["start_time"] == "2026-11-19T12:10:00Z"


@pytest.mark.parametrize("way", [{"user": False}, {"bearer": False}])
def test_a_post_that_x_shows_late_is_found_though_newer_ones_were_seen(world, way):
    shows_at = world.now + MINUTE
    world.mention("@acme late", at=NOW - 90 * SECOND, shows_at=shows_at)
    world.mention("@acme newer", at=NOW - MINUTE)
    connector = world.connect(search_every="5m", **way)
    first = connector.poll(None)
    world.later(5 * MINUTE)

    second = connector.poll(stored(first.cursor))

    assert texts(first.posts) == ["@acme newer"]
    assert texts(second.posts) == ["@acme late"]


def test_what_is_read_again_for_the_late_ones_is_paid_once_per_utc_day(world):
    world.clock[0] = NOW.replace(hour=23, minute=50)
    parent = world.x.publish("cem", "what a day", world.now - HOUR)
    world.mention("@acme newer", replied_to=parent)
    connector = world.connect(bearer=False)
    batch = connector.poll(None)
    paid = world.purse.micros
    world.later(MINUTE)
    batch = connector.poll(stored(batch.cursor))
    paid_again = world.purse.micros
    world.clock[0] = NOW.replace(hour=23, minute=59, second=30)
    world.mention("@acme at midnight")
    batch = connector.poll(stored(batch.cursor))
    before_midnight = world.purse.micros
    world.later(MINUTE)

    batch = connector.poll(stored(batch.cursor))

    one_mention, its_parent = 1_000 + 10_000, 5_000
    assert paid == paid_again == one_mention + its_parent
    assert before_midnight == paid + one_mention
    assert world.purse.micros == before_midnight + one_mention
    assert batch.posts == []


def test_a_busy_minute_is_not_read_for_ever():
    with a_world(page=1) as world:
        for n in range(8):
            world.mention(f"@acme {n}", at=NOW - n * SECOND)
        connector = world.connect(bearer=False, max_pages=2)

        posts, last = drained(connector)
        again, _ = drained(connector, stored(last.cursor))

    assert len(posts) == 8
    assert again == []


def test_a_since_id_out_of_the_window_is_a_gap_and_a_start_time(world):
    world.x.publish("bob", "acme one", NOW - MINUTE)
    batch = world.connect().poll(None)
    world.later(8 * DAY)
    world.x.publish("bob", "acme two", world.now - 6 * DAY)

    batch = world.connect().poll(stored(batch.cursor))

    (gap,) = batch.gaps
    assert (gap.since, gap.until) == (NOW - LATE, world.now - WINDOW)
    assert texts(batch.posts) == ["acme two"]


def test_a_quiet_week_is_no_gap(world):
    world.x.publish("bob", "acme one", NOW - MINUTE)
    connector = world.connect()
    cursor = None
    for _ in range(10):
        batch = connector.poll(cursor)
        cursor = stored(batch.cursor)
        world.later(DAY)
    world.x.publish("bob", "acme two", world.now - HOUR)

    batch = connector.poll(cursor)

    assert batch.gaps == []
    assert texts(batch.posts) == ["acme two"]


def test_a_page_token_that_x_forgot_begins_the_walk_anew():
    with a_world(page=2) as world:
        for n in range(6):
            world.mention(f"@acme {n}", at=NOW - timedelta(minutes=n + 1))
        connector = world.connect(bearer=False, max_pages=1)
        cursor = stored(connector.poll(None).cursor)
        cursor["walks"]["mentions"]["token"] = "1-spoilt"  # noqa: S105  # no secret

        posts, _ = drained(connector, cursor)

    assert len({post.id for post in posts}) == 6


def test_what_was_found_before_a_failure_is_kept_and_the_failure_told(world):
    world.mention()
    world.x.query_length = 10

    batch = world.connect().poll(None)

    assert texts(batch.posts) == ["@acme help"]
    assert not batch.more
    assert [caution.key for caution in batch.cautions] == ["x-search:2026-11-20"]
    with pytest.raises(Refused, match="too long"):
        world.connect().poll(stored(batch.cursor))


def test_a_timeline_that_ends_at_xs_limit_is_a_gap():
    with a_world() as world:
        for n in range(805):
            world.mention(f"@acme {n}", at=NOW - timedelta(seconds=n + 60))
        connector = world.connect(bearer=False, max_pages=20, budget=1000)

        batch = connector.poll(None)

    assert len(batch.posts) == 805
    assert "800 mentions" in batch.gaps[0].reason


# What a post becomes


@pytest.mark.parametrize("new_names", [False, True])
def test_a_post_is_read_in_both_namings(new_names):
    with a_world(new_names=new_names) as world:
        ours = world.x.publish("acme", "our news", NOW - HOUR)
        world.mention("@acme cut…", note="@acme the whole story", replied_to=ours)

        post = only(world.connect(bearer=False).poll(None))

    assert post.text == "@acme the whole story"
    assert (post.parent_id, post.root_id, post.kind) == (ours, ours, Kind.COMMENT)
    assert (post.author.handle, post.author.name, post.author.followers) == (
        "ann",
        "Ann",
        7,
    )
    assert post.url == f"https://x.com/ann/status/{post.id}"
    assert (post.lang, post.posted_at) == ("en", NOW - MINUTE)


@pytest.mark.parametrize("new_names", [False, True])
def test_an_edited_post_keeps_its_first_id(new_names):
    with a_world(new_names=new_names) as world:
        first = world.mention("@acme bad")
        connector = world.connect(bearer=False)
        batch = connector.poll(None)
        world.later(HOUR)
        second = world.x.edit(first, "@acme good", world.now - MINUTE)

        post = only(connector.poll(stored(batch.cursor)))

    assert (post.id, post.text, post.ref["id"]) == (first, "@acme good", second)
    assert (post.posted_at, post.edited_at) == (time_of(first), NOW + 59 * MINUTE)


def test_two_versions_in_one_page_are_one_post(world):
    first = world.mention("@acme bad")
    second = world.x.edit(first, "@acme good", NOW - MINUTE / 2)
    world.x.tweets[first].history = [first]  # as if shown apart
    world.x.tweets[second].history = [first, second]

    post = only(world.connect(bearer=False).poll(None))

    assert (post.id, post.text) == (first, "@acme good")


def test_links_are_those_the_author_wrote(world):
    link = {"url": "https://t.co/abc", "expanded_url": "https://acme.com/shop"}
    world.mention("@acme see https://t.co/abc &amp;", urls=[link])

    post = only(world.connect(bearer=False).poll(None))

    assert post.text == "@acme see https://acme.com/shop &amp;"


def test_a_repost_is_marked(world):
    world.mention("RT @bob: @acme", retweeted="123")

    assert only(world.connect(bearer=False).poll(None)).is_repost


@pytest.mark.parametrize(("told", "lang"), [("und", None), ("in", "id"), ("ja", "ja")])
def test_language_is_a_tag_or_nothing(world, told, lang):
    world.mention(lang=told)

    assert only(world.connect(bearer=False).poll(None)).lang == lang


def test_without_authors_a_post_still_has_an_address(world):
    post_id = world.mention()

    post = only(world.connect(bearer=False, authors=False).poll(None))

    assert post.url == f"https://x.com/i/status/{post_id}"
    assert (post.author.handle, post.author.id) == ("1001", "1001")


def test_what_is_no_post_is_set_aside(world):
    body = b'{"data": [{"id": "20", "text": "@acme"}, {"id": "x"}, 7], "meta": {}}'
    world.x.fail(Reply(body))

    batch = world.connect(bearer=False).poll(None)

    assert texts(batch.posts) == ["@acme"]
    assert [one.where for one in batch.set_aside] == ["X post ?", "X post x"]


# The budget


def test_each_call_is_paid_at_once(world):
    world.mention()
    world.x.publish("bob", "acme", NOW - MINUTE)

    world.connect().poll(None)

    one_mention, two_found = 1_000 + 10_000, 2 * (5_000 + 10_000)
    assert world.purse.micros == one_mention + two_found


def test_the_budget_is_never_passed(world):
    for n in range(300):
        world.x.publish("bob", f"acme {n}", NOW - timedelta(seconds=n + 60))
    connector = world.connect(user=False, budget=1)
    cursor = None

    with pytest.raises(Unavailable) as raised:  # noqa: PT012  # which poll, is open
        while True:
            cursor = stored(connector.poll(cursor).cursor)

    assert 800_000 < world.purse.micros <= 1_000_000
    assert raised.value.tell
    assert raised.value.retry_after == timedelta(days=10, hours=12)
    asked = len(world.x.server.requests)
    with pytest.raises(Unavailable):
        connector.poll(cursor)
    assert len(world.x.server.requests) == asked


def test_mentions_go_on_where_searches_are_stopped_by_the_budget(world):
    connector = world.connect(budget=10)
    world.purse.micros = 9_000_000 - 100_000  # no room for a page of a search
    quiet = connector.poll(None)
    world.mention()

    batch = connector.poll(stored(quiet.cursor))

    assert (list(quiet.posts), quiet.more) == ([], False)
    assert texts(batch.posts) == ["@acme help"]
    assert world.x.asked(SEARCH) == []
    keys = {caution.key for one in (quiet, batch) for caution in one.cautions}
    assert keys == {"budget-80:2026-11-01", "x-searches-rest:2026-11-01"}
    words = " ".join(caution.text for caution in quiet.cautions)
    assert "nothing is searched for until 2026-12-01" in words
    assert "the last $1.00" in words


def test_mentions_stop_before_the_budget_is_passed(world):
    for n in range(300):
        world.mention(f"@acme {n}", f"user{n}", at=NOW - n * SECOND - MINUTE)
    connector = world.connect(budget=2)
    cursor = None

    with pytest.raises(Unavailable, match="is spent until") as raised:  # noqa: PT012
        while True:
            cursor = stored(connector.poll(cursor).cursor)

    assert 1_900_000 < world.purse.micros <= 2_000_000
    assert raised.value.tell


def test_searches_leave_a_tenth_of_the_budget_to_mentions(world):
    for n in range(300):
        world.x.publish(f"user{n}", f"acme {n}", NOW - n * SECOND - MINUTE)
    connector = world.connect(budget=2)

    _, last = drained(connector)

    assert 1_600_000 < world.purse.micros <= 1_800_000
    assert [c.key for c in last.cautions if "rest" in c.key]


def test_searches_go_on_where_they_ended_once_the_month_is_new(world):
    world.x.publish("bob", "acme one", NOW - MINUTE)
    connector = world.connect(budget=10)
    batch = connector.poll(None)
    spent, world.purse.micros = world.purse.micros, 9_000_000
    gaps = []
    for _ in range(11):
        world.later(DAY)
        batch = connector.poll(stored(batch.cursor))
        gaps += batch.gaps
    world.x.publish("bob", "acme two", world.now - 2 * DAY)
    world.purse.micros = spent

    batch = connector.poll(stored(batch.cursor))

    assert gaps == []
    assert texts(batch.posts) == ["acme two"]
    (gap,) = batch.gaps
    assert (gap.since, gap.until) == (NOW - LATE, world.now - WINDOW)


@pytest.mark.parametrize("call", ["own_replies", "recheck"])
def test_the_budget_holds_for_every_reading(world, call):
    world.mention()
    connector = world.connect()
    targets = [target_of(post) for post in connector.poll(None).posts]
    world.purse.micros = 50_000_000

    with pytest.raises(Unavailable, match="budget"):
        connector.own_replies(None) if call == "own_replies" else connector.recheck(
            targets
        )


def test_four_fifths_of_the_budget_are_told(world):
    connector = world.connect(budget=50, budget_day=15)
    world.purse.micros = 39_999_999
    before = connector.poll(None).cautions
    world.purse.micros = 40_000_000

    (caution,) = connector.poll(None).cautions

    assert before == []
    assert caution.key == "budget-80:2026-11-15"
    assert "$40.00 of the $50.00" in caution.text


@pytest.mark.parametrize(
    ("day", "began", "resets"),
    [
        (1, "2026-11-01", "2026-12-01"),
        (20, "2026-11-20", "2026-12-20"),
        (21, "2026-10-21", "2026-11-21"),
    ],
)
def test_a_months_budget_goes_from_day_to_day(world, day, began, resets):
    budget = world.connect(budget_day=day)._budget

    assert (f"{budget.started()}", f"{budget.resets():%Y-%m-%d}") == (began, resets)


def test_a_budget_goes_over_new_year(world):
    world.clock[0] = NOW.replace(month=1, day=5)
    budget = world.connect(budget_day=10)._budget

    assert f"{budget.started()}" == "2025-12-10"
    assert f"{budget.resets():%Y-%m-%d}" == "2026-01-10"


# Settings


def test_keys_come_as_four_or_a_bearer():
    with pytest.raises(ValidationError, match="come as four"):
        XSource(type="x", name="x", consumer_key="a")
    with pytest.raises(ValidationError, match="bearer_token"):
        XSource(type="x", name="x")


def test_validate_names_the_account_and_what_cannot_be_found(world):
    found = world.connect(Terms("Acme", any_of=["acme*"])).validate()

    assert found.startswith("@acme, 12 of 3000000 posts read this month; 1 searches; ")
    assert "other endings" in found


def test_validate_refuses_another_accounts_keys(world):
    with pytest.raises(Refused, match="correct `user_id`"):
        world.connect(user_id="77").validate()


def test_a_capped_project_waits_for_the_new_month(world):
    world.x.fail(problem(429, "usage-capped", "Usage cap exceeded", period="Monthly"))

    with pytest.raises(Unavailable) as raised:
        world.connect(budget_day=25).poll(None)

    assert (raised.value.tell, raised.value.retry_after) == (
        True,
        timedelta(days=4, hours=12),
    )


def test_looking_again_leaves_half_of_the_budget_to_reading(world):
    world.mention()
    connector = world.connect(budget=10)
    (post,) = connector.poll(None).posts
    world.purse.micros = 4_995_000
    connector.recheck([target_of(post)])
    assert world.purse.micros == 5_000_000

    with pytest.raises(Unavailable, match="kept for reading") as raised:
        connector.recheck([target_of(post)])

    assert raised.value.tell
    assert connector.poll(None).posts


def test_polls_side_by_side_spend_no_dollar_twice(world):
    for n in range(100):
        world.x.publish("bob", f"acme {n}", NOW - timedelta(seconds=n + 60))
    connector = world.connect(user=False, budget=1)

    def poll(_):
        with suppress(Unavailable):
            connector.poll(None)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(poll, range(8)))

    assert world.purse.micros <= 1_000_000
