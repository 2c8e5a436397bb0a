"""Looking again at posts we keep: edited, deleted, removed, missing."""

import pytest

from tests.connectors.reddit_helpers import NOON, World, target_of


@pytest.fixture
def world(server):
    return World(server)


def test_recheck_tells_standing_edited_deleted_removed_and_missing_apart(world):
    names = [world.comment(f"acme {n}") for n in range(5)]
    connector = world.connect()
    targets = targets_of(connector)
    world.reddit.edit(names[1], "acme, edited", NOON)
    world.reddit.delete(names[2])
    world.reddit.remove(names[3])
    world.reddit.vanish(names[4])

    rechecked = connector.recheck(targets)

    assert {post.id: post.text for post in rechecked.posts} == {
        names[0]: "acme 0",
        names[1]: "acme, edited",
    }
    assert rechecked.gone == {
        names[2]: "deleted by its author",
        names[3]: "removed by a moderator",
        names[4]: "no longer on Reddit",
    }
    assert len(world.reddit.asked("/api/info")) == 1


@pytest.mark.parametrize(
    ("flags", "gone"),
    [
        ({}, None),
        ({"removed_by_category": "deleted"}, "deleted by its author"),
        ({"removed_by_category": "moderator"}, "removed by a moderator"),
        ({"removed_by_category": "automod_filtered"}, "removed by a moderator"),
        ({"removed_by_category": "reddit"}, "removed by Reddit's spam filter"),
        ({"removed_by_category": "unheard of"}, "removed by a moderator"),
        ({"selftext": "[deleted]", "author": "[deleted]"}, "deleted by its author"),
        ({"selftext": "[removed]"}, "removed by a moderator"),
        ({"author": "[deleted]"}, None),
    ],
)
def test_recheck_says_how_a_submission_went(world, flags, gone):
    name = world.submit()
    connector = world.connect()
    targets = targets_of(connector)
    world.reddit.things[name].flags = flags

    rechecked = connector.recheck(targets)

    assert rechecked.gone.get(name) == gone
    assert [post.id for post in rechecked.posts] == ([] if gone else [name])


def test_recheck_of_nothing_asks_nobody(world):
    world.connect().recheck([])

    assert world.reddit.server.requests == []


def test_recheck_takes_a_hundred_and_leaves_the_rest(world):
    for n in range(101):
        world.comment(f"acme {n}")
    connector = world.connect()

    rechecked = connector.recheck(targets_of(connector))

    assert len(rechecked.posts) == connector.recheck_limit == 100
    assert rechecked.gone == {}


def targets_of(connector):
    posts, cursor, more = [], None, True
    while more:
        batch = connector.poll(cursor)
        posts += batch.posts
        cursor, more = batch.cursor, batch.more
    return [target_of(post) for post in posts]


def test_reddit_that_shows_nothing_at_all_has_deleted_nothing(world):
    name = world.comment("acme")
    connector = world.connect()
    targets = targets_of(connector)
    world.reddit.vanish(name)

    rechecked = connector.recheck(targets)

    assert (list(rechecked.posts), dict(rechecked.gone)) == ([], {})
