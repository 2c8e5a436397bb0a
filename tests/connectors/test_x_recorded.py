"""Real answers of X, recorded by others, through the real client. Not in this repo.

The recordings hold no errors and no post with all our fields; those of API v1.1,
which we never call, are left alone.
"""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

from connectors import Author, Target
from tests.connectors.x_helpers import NOW, a_world
from tests.fakes.server import Reply

CASSETTES = Path(__file__).parents[3] / "shared" / "recorded" / "x"

pytestmark = pytest.mark.skipif(
    not CASSETTES.is_dir(), reason="the recorded answers are not on this machine"
)

LISTS = {
    "test_client_search_recent_tweets",
    "test_client_get_users_mentions",
    "test_client_get_users_tweets",
    "test_client_get_home_timeline",
    "test_client_get_liked_tweets",
    "test_client_get_quote_tweets",
    "test_client_get_tweet",
    "test_client_get_tweets",
}


def recorded(name):
    """Return a cassette's answers by method, as they went over the wire."""
    (path,) = CASSETTES.rglob(f"{name}.yaml")
    told = YAML(typ="safe").load(path.read_text())["interactions"]
    found = {}
    for one in told:
        answer = one["response"]
        body = answer["body"]["string"]
        is_packed = isinstance(body, bytes)
        found[one["request"]["method"]] = Reply(
            body if is_packed else body.encode(),
            answer["status"]["code"],
            {"Content-Encoding": "gzip"} if is_packed else {},
        )
    return found


@pytest.mark.parametrize("name", sorted(LISTS))
def test_every_recorded_post_is_well_formed(name):
    with a_world() as world:
        world.x.fail(recorded(name)["GET"])

        batch = world.connect(bearer=False).poll(None)

    assert batch.posts
    assert batch.set_aside == []
    assert len({post.id for post in batch.posts}) == len(batch.posts)
    for post in batch.posts:
        assert post.text.strip()
        assert post.posted_at.year >= 2010
        assert post.posted_at.utcoffset() is not None
        assert urlsplit(post.url).path.endswith(f"/status/{post.ref['id']}")


@pytest.mark.parametrize(
    "name",
    ["test_client_create_and_delete_tweet", "test_client_create_tweet_with_community"],
)
def test_a_recorded_creation_is_a_reply(name):
    target = Target(id="20", url="", author=Author(handle="ann"), posted_at=NOW)
    with a_world() as world:
        world.x.fail(recorded(name)["POST"])

        posted = world.connect().reply(target, "Thanks")

    assert posted.id
    assert posted.id.isdigit()


def test_the_recorded_account_is_read():
    with a_world() as world:
        world.x.fail(recorded("test_client_get_me")["GET"])
        connector = world.connect(bearer=False, user_id="1072250532645998596")

        assert connector.validate().startswith("@")


@pytest.mark.parametrize("name", sorted(LISTS))
def test_recorded_posts_can_be_looked_at_again(name):
    with a_world() as world:
        world.x.fail(recorded(name)["GET"])
        connector = world.connect(bearer=False)
        targets = [
            Target(id=p.id, url=p.url, author=p.author, posted_at=p.posted_at)
            for p in connector.poll(None).posts
        ]

        found = connector.recheck(targets)

    assert {post.id for post in found.posts} == {target.id for target in targets}
    assert found.gone == {}
