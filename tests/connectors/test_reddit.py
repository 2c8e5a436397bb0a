"""Reading Reddit: what is asked, and what comes of it."""

import json
from datetime import timedelta

import pytest

from connectors import Kind, Refused, Terms
from tests.connectors.reddit_helpers import World
from tests.fakes import reddit as fake
from tests.fakes.server import Reply


@pytest.fixture
def world(server):
    return World(server)


def polled(world, cursor=None, **settings):
    return world.connect(**settings).poll(cursor)


def test_a_submission_is_its_title_then_its_text(world):
    name = world.reddit.submit("ann", "Acme fails", "again & again", world.ago(hours=1))

    (post,) = polled(world).posts

    assert post.text == "Acme fails\n\nagain & again"
    assert (post.id, post.kind, post.platform) == (name, Kind.POST, "reddit")
    assert post.url == f"https://www.reddit.com/r/gadgets/comments/{name[3:]}/x/"
    assert (post.author.handle, post.author.id) == ("ann", "t2_ann")
    assert post.author.url == "https://www.reddit.com/user/ann"
    assert (post.parent_id, post.root_id) == (None, None)


def test_a_comment_knows_its_parent_and_its_thread(world):
    root = world.submit("nothing of ours")
    above = world.reddit.comment("bob", "acme?", world.ago(minutes=9), root)
    name = world.reddit.comment("ann", "acme!", world.ago(minutes=8), above)

    posts = {post.id: post for post in polled(world).posts}

    assert (posts[name].parent_id, posts[name].root_id) == (above, root)
    assert posts[name].kind is Kind.COMMENT


def test_a_mention_in_the_inbox_is_the_same_comment_as_in_its_subreddit(world):
    root = world.submit("nothing of ours", subreddit="elsewhere")
    name = world.reddit.comment(
        "ann", "u/acme_care help", world.ago(hours=1), root, subreddit="elsewhere"
    )

    (from_inbox,) = polled(world, subreddits=[]).posts
    (from_subreddit,) = polled(world, subreddits=["elsewhere"], inbox=False).posts

    assert from_inbox == from_subreddit
    assert (from_inbox.id, from_inbox.root_id) == (name, root)


def test_a_post_found_twice_comes_once(world):
    world.comment("acme? u/acme_care")

    assert len(polled(world).posts) == 1


def test_private_messages_are_left_alone(world):
    message = {"name": "t4_1", "id": "1", "body": "acme", "created_utc": 1.0}
    told = {"data": {"children": [{"kind": "t4", "data": message}], "after": None}}
    world.reddit.failure = lambda _: Reply(json.dumps(told).encode())

    batch = polled(world, first="10000d")

    assert (list(batch.posts), list(batch.set_aside)) == ([], [])


def test_tombstones_are_no_posts(world):
    world.comment("[removed]")
    world.comment("[deleted]")
    world.submit("acme", flags={"removed_by_category": "moderator"})

    assert polled(world).posts == []


def test_a_comment_whose_author_left_reddit_stays_a_post(world):
    world.comment("acme fails", flags={"author": "[deleted]", "author_fullname": None})

    (post,) = polled(world).posts

    assert (post.author.handle, post.author.url) == ("[deleted]", None)


def test_an_edit_comes_again_with_its_time(world):
    name = world.comment("acme is fine")
    first = polled(world)
    world.reddit.edit(name, "acme is bad", world.ago(minutes=5))

    (post,) = polled(world, first.cursor).posts

    assert (post.id, post.text) == (name, "acme is bad")
    assert post.edited_at == world.ago(minutes=5)


def test_a_broken_thing_is_set_aside_and_the_rest_goes_on(world):
    broken = world.comment("acme 1", flags={"created_utc": None})
    world.comment("acme 2")

    batch = polled(world)

    assert [post.text for post in batch.posts] == ["acme 2"]
    (aside,) = batch.set_aside
    assert aside.where == f"the comments of r/gadgets: {broken}"


def test_the_first_poll_looks_back_as_far_as_told(world):
    world.reddit.comment("ann", "acme, old", world.ago(days=8), "t3_1")
    world.reddit.comment("ann", "acme, new", world.ago(days=6), "t3_1")

    assert [post.text for post in polled(world).posts] == ["acme, new"]
    assert len(polled(world, first="9d").posts) == 2
    assert len(polled(world, since="2026-11-01").posts) == 2


def test_every_request_asks_for_unescaped_text(world):
    polled(world)

    asked = [r for r in world.reddit.server.requests if r.method == "GET"]
    assert asked
    assert {request.query["raw_json"] for request in asked} == {"1"}


def test_search_asks_for_the_newest_submissions_that_name_a_brand(world):
    terms = [Terms(brand="Acme", any_of=("acme", "a b"), all_of=[("x", "y")])]

    world.connect(terms, search_in=["gadgets", "phones"]).poll(None)

    (request,) = world.reddit.asked("/r/gadgets+phones/search")
    assert request.query["q"] == '"acme" OR "a b" OR ("x" AND "y")'
    assert request.query["sort"] == "new"
    assert request.query["restrict_sr"] == "true"
    assert "before" not in request.query


def test_searches_have_their_own_interval(world):
    first = polled(world, search_every="15m")
    world.time += timedelta(minutes=14)
    early = polled(world, first.cursor, search_every="15m")
    world.time += timedelta(minutes=1)
    polled(world, early.cursor, search_every="15m")

    assert len(world.reddit.asked("/r/all/search")) == 2
    assert len(world.reddit.asked("/r/gadgets/comments")) == 3


def test_a_poll_that_broke_off_goes_on_where_it_was_then_looks_at_the_top(world):
    for n in range(8):
        world.submit(f"acme {n}")
        world.comment(f"acme {n}")
    connector = world.connect(page=2, inbox=False)
    world.reddit.cut_after = 2
    first = connector.poll(None)
    world.reddit.mend()
    world.reddit.publish("ann", "acme, meanwhile", world.time)
    world.reddit.server.requests.clear()

    rest = connector.poll(first.cursor)
    after = [r.query.get("after") for r in world.reddit.server.requests]
    top = connector.poll(rest.cursor)

    assert [len(first.posts), first.more] == [4, True]
    assert [len(rest.posts), rest.more] == [12, True]
    assert after[0] is not None
    assert [[post.text for post in top.posts], top.more] == [["acme, meanwhile"], False]


def test_a_search_that_broke_off_does_not_wait_for_its_interval(world):
    for n in range(4):
        world.submit(f"acme {n}")
    connector = world.connect(page=1, inbox=False)
    world.reddit.cut_after = 2
    first = connector.poll(None)
    world.reddit.mend()

    again = connector.poll(first.cursor)

    assert len({post.id for post in [*first.posts, *again.posts]}) == 4


def test_a_new_keyword_is_searched_at_once(world):
    world.submit("bolt fails")
    first = polled(world)
    both = Terms(brand="Acme", any_of=("acme", "bolt"))

    batch = world.connect([both]).poll(first.cursor)

    assert [post.text for post in batch.posts] == ["bolt fails"]


def test_a_listing_that_outran_us_is_a_gap(server):
    world = World(server, window=100)
    known = world.comment("acme 0")
    first = polled(world, search=False)
    for n in range(150):
        world.reddit.comment("ann", f"acme {n}", world.ago(seconds=900 - n), "t3_1")

    (gap,) = polled(world, first.cursor, search=False).gaps

    assert gap.since == world.ago(hours=1)
    assert gap.until == world.ago(seconds=850)
    assert "comments of r/gadgets" in gap.reason
    assert known in world.reddit.things


def test_without_a_login_the_inbox_is_not_asked(world):
    polled(world, refresh_token=None)

    (token,) = world.reddit.asked("/api/v1/access_token")
    assert token.body == b"grant_type=client_credentials"
    assert not world.reddit.asked("/message/mentions")


def test_a_password_logs_in_as_a_script_app(world):
    polled(world, refresh_token=None, username="acme_care", password=fake.PASSWORD)

    (token,) = world.reddit.asked("/api/v1/access_token")
    assert b"grant_type=password" in token.body


def test_a_token_that_ran_out_is_renewed_within_the_poll(world):
    connector = world.connect()
    connector.poll(None)
    world.reddit.stale_tokens = 1

    connector.poll(None)

    assert len(world.reddit.asked("/api/v1/access_token")) == 2


def test_validate_says_who_we_are_and_what_is_read(world):
    acme = Terms(
        brand="Acme", any_of=("acme",), own_handles={"reddit": ("u/Acme_Care",)}
    )

    found = world.connect([acme]).validate()

    assert found.startswith("u/acme_care; reads the comments of r/gadgets, mentions")


def test_validate_says_that_the_login_is_not_known_as_the_brands(world):
    assert "`handles`" in world.connect().validate()


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://shop.acme.com/x", "Look\n\nhttps://shop.acme.com/x"),
        ("https://i.redd.it/x.png", "Look"),
        ("https://www.reddit.com/gallery/1", "Look"),
        ("/r/gadgets/comments/1/x/", "Look"),
        ("http://[broken", "Look"),
        (None, "Look"),
    ],
)
def test_where_a_submission_points_to_is_part_of_its_words(world, url, text):
    world.reddit.submit(
        "ann acme", "Look", "", world.ago(hours=1), flags={"is_self": False, "url": url}
    )
    everything = Terms(brand="Acme", any_of=("look",))

    (post,) = world.connect([everything]).poll(None).posts

    assert post.text == text


def test_what_the_editor_writes_for_blank_lines_is_left_out(world):
    world.comment("acme&#x200B;\n\nfails&nbsp;again")

    (post,) = polled(world).posts

    assert post.text == "acme\n\nfails again"


def test_a_netrc_on_this_machine_decides_nothing(world, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("default login evil password evil\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    polled(world)

    (request,) = world.reddit.asked("/r/gadgets/comments")
    assert request.headers["authorization"] == f"bearer {fake.ACCESS}"


def test_validate_without_a_login_says_read_only(world):
    assert "read only" in world.connect(refresh_token=None).validate()


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [
        ("read identity", "submit history privatemessages"),
        ("identity submit history privatemessages", "read"),
    ],
)
def test_validate_names_the_missing_scope(world, scopes, missing):
    world.reddit.scopes = scopes

    with pytest.raises(Refused, match=f"lacks the scope {missing};"):
        world.connect().validate()


def test_the_scope_star_is_every_scope(world):
    world.reddit.scopes = "*"

    assert world.connect().validate().startswith("u/acme_care")
