"""Answering on Reddit: once, told truly, and found again."""

from datetime import timedelta

import pytest

from connectors import Gone, Noticer, Rechecker, Refused, Replier, Terms, Unavailable
from tests.connectors.reddit_helpers import ACME, World, target_of
from tests.fakes.reddit import BRAND
from tests.fakes.server import Reply


@pytest.fixture
def world(server):
    return World(server)


def posted(world, **flags):
    """A comment on the fake, as the connector knows it."""
    name = world.comment(flags=flags)
    connector = world.connect()
    (post,) = [one for one in connector.poll(None).posts if one.id == name]
    return connector, target_of(post)


def test_it_can_all_that_reddit_allows(world):
    connector = world.connect()

    assert isinstance(connector, Replier)
    assert isinstance(connector, Noticer)
    assert isinstance(connector, Rechecker)


def test_a_reply_stands_under_its_post(world):
    connector, target = posted(world)

    done = connector.reply(target, "Sorry & thanks")

    assert world.reddit.replies(target.id) == ["Sorry & thanks"]
    assert done.id in world.reddit.things
    assert done.url == f"https://www.reddit.com/r/gadgets/comments/1/x/{done.id[3:]}/"
    assert done.posted_at == world.time


@pytest.mark.parametrize(
    ("code", "said", "error"),
    [
        ("THREAD_LOCKED", "Comments are locked.", Gone),
        ("TOO_OLD", "that's a piece of history now", Gone),
        ("DELETED_COMMENT", "that comment has been deleted", Gone),
        ("DELETED_LINK", "the link has been deleted", Gone),
        ("RATELIMIT", "Take a break for 7 minutes.", Unavailable),
        ("QUOTA_FILLED", "You have posted too much.", Unavailable),
        ("SOMETHING_IS_BROKEN", "Something is broken.", Unavailable),
        ("TOO_LONG", "this is too long (max: 10000)", Refused),
        ("NO_TEXT", "we need something here", Refused),
        ("SUBREDDIT_OUTBOUND_LINKING_DISALLOWED", "no links here", Refused),
        ("BANNED_FROM_SUBREDDIT", "you are banned", Refused),
        ("USER_REQUIRED", "Please log in to do that.", Refused),
        ("NEVER_HEARD_OF", "", Refused),
    ],
)
def test_an_error_within_a_200_is_an_error(world, code, said, error):
    connector, target = posted(world)
    world.reddit.errors = [[code, said, "parent"]]

    with pytest.raises(error, match=code) as raised:
        connector.reply(target, "hello")

    assert type(raised.value) is error
    assert world.reddit.replies(target.id) == []
    assert len(world.reddit.asked("/api/comment")) == 1


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("you are doing that too much. try again in 7 minutes.", timedelta(minutes=7)),
        ("Take a break for 42 seconds before trying.", timedelta(seconds=42)),
        ("try again in 1 hour", timedelta(hours=1)),
        ("try again in 300 milliseconds", timedelta(milliseconds=300)),
    ],
)
def test_a_slowed_down_account_waits_as_long_as_asked(world, said, wait):
    connector, target = posted(world)
    world.reddit.errors = [["RATELIMIT", said, "ratelimit"]]

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "hello")

    assert raised.value.retry_after == wait + timedelta(seconds=1)
    assert not raised.value.unclear


@pytest.mark.parametrize(
    ("reply", "error", "unclear"),
    [
        (Reply(status=401), Unavailable, False),
        (Reply(b'{"message": "Forbidden", "error": 403}', 403), Refused, None),
        (Reply(status=404), Gone, None),
        (Reply(status=413), Refused, None),
        (Reply(status=429), Unavailable, False),
        (Reply(status=500), Unavailable, True),
        (Reply(status=503), Unavailable, True),
        (Reply(status=504), Unavailable, True),
        (Reply(status=522), Unavailable, True),
        (Reply(status=307, headers={"Location": "/api/comment"}), Refused, None),
        (Reply(drop=True), Unavailable, True),
        (Reply(b'{"json": {"err', 200), Unavailable, True),
        (Reply(b"{}", 200), Unavailable, True),
        (Reply(b"[]", 200), Unavailable, True),
        (Reply(b"", 200), Unavailable, True),
        (Reply(status=204), Unavailable, True),
        (Reply(b'{"json": {"errors": []}}', 200), Unavailable, True),
        (
            Reply(b'{"json": {"errors": [], "data": {"things": []}}}'),
            Unavailable,
            True,
        ),
    ],
)
def test_a_reply_is_sent_once_whatever_comes_back(world, reply, error, unclear):
    connector, target = posted(world)
    world.reddit.failure = lambda _: reply

    with pytest.raises(error) as raised:
        connector.reply(target, "hello")

    assert type(raised.value) is error
    assert getattr(raised.value, "unclear", None) == unclear
    assert len(world.reddit.asked("/api/comment")) == 1


def test_a_reply_that_is_not_answered_in_time_is_unclear(world):
    _, target = posted(world)
    connector = world.connect(timeout="0.3s")
    world.reddit.failure = lambda _: Reply(delay=30)

    with pytest.raises(Unavailable, match="did not answer") as raised:
        connector.reply(target, "hello")

    assert raised.value.unclear
    assert len(world.reddit.asked("/api/comment")) == 1


def test_a_ban_is_told_in_words(world):
    connector, target = posted(world)
    world.reddit.fail(403, '{"message": "Forbidden", "error": 403}')

    with pytest.raises(Refused, match="banned from the subreddit"):
        connector.reply(target, "hello")


def test_a_reply_that_could_not_be_sent_is_not_unclear(world):
    connector, target = posted(world)
    connector._account.client._login = connector._source.model_copy(
        update={"api_base": "http://127.0.0.1:1"}
    )
    connector._account.client._forget()

    with pytest.raises(Unavailable, match="no connection") as raised:
        connector.reply(target, "hello")

    assert not raised.value.unclear


def test_a_login_that_fails_before_a_reply_is_not_unclear(world):
    _, target = posted(world)
    world.reddit.token_failure = Reply(drop=True)

    with pytest.raises(Unavailable) as raised:
        world.connect().reply(target, "hello")

    assert not raised.value.unclear
    assert not world.reddit.asked("/api/comment")


def test_a_used_up_rate_limit_sends_no_reply(world):
    connector, target = posted(world)
    world.reddit.headers = {
        "x-ratelimit-remaining": "0.0",
        "x-ratelimit-used": "600",
        "x-ratelimit-reset": "30",
    }
    connector.recheck([target])

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "hello")

    assert (raised.value.unclear, raised.value.retry_after) == (
        False,
        timedelta(seconds=30),
    )
    assert not world.reddit.asked("/api/comment")


def test_a_reply_whose_connection_broke_is_found_if_it_was_stored(world):
    connector, target = posted(world)
    world.reddit.drop = "after"
    with pytest.raises(Unavailable):
        connector.reply(target, "hello\n\nfriend")

    found = connector.find_reply(target, "hello\n\nfriend ", world.time)

    assert found is not None
    assert found.id in world.reddit.things


def test_a_reply_whose_connection_broke_is_not_found_if_it_was_not_stored(world):
    connector, target = posted(world)
    world.reddit.drop = "before"
    with pytest.raises(Unavailable):
        connector.reply(target, "hello")

    assert connector.find_reply(target, "hello", world.time) is None


def test_only_our_text_under_that_very_post_is_our_reply(world):
    connector, target = posted(world)
    other = world.comment("acme, other")
    since = world.ago(minutes=1)
    world.reddit.comment("eve", "hello", world.time, target.id)
    world.reddit.answer_natively(target.id, "another text", world.time)
    world.reddit.answer_natively(other, "hello", world.time)

    assert connector.find_reply(target, "hello", since) is None


def test_a_reply_is_found_behind_a_hundred_others(world):
    connector, target = posted(world)
    wanted = world.reddit.answer_natively(target.id, "hello", world.time)
    for n in range(150):
        at = world.time + timedelta(seconds=n)
        world.reddit.answer_natively("t3_1", f"other {n}", at)

    found = connector.find_reply(target, "hello", world.time)

    assert found is not None
    assert found.id == wanted


def test_a_search_for_our_reply_that_cannot_reach_back_says_so(server):
    world = World(server)
    connector, target = posted(world)
    small = world.connect(page=1)
    for n in range(30):
        world.reddit.answer_natively("t3_1", f"other {n}", world.time)

    with pytest.raises(Unavailable, match="more since then"):
        small.find_reply(target, "hello", world.time)
    assert connector.find_reply(target, "hello", world.time) is None
    assert small.standing_reply(target) is None


def test_the_standing_reply_is_the_brands_newest(world):
    connector, target = posted(world)
    assert connector.standing_reply(target) is None
    world.reddit.answer_natively(target.id, "first", world.ago(minutes=5))
    newest = world.reddit.answer_natively(target.id, "second", world.ago(minutes=4))
    world.reddit.comment("eve", "third", world.ago(minutes=3), target.id)

    standing = connector.standing_reply(target)

    assert standing is not None
    assert (standing.text, standing.id, standing.author) == ("second", newest, BRAND)


def test_a_deleted_answer_stands_no_more(world):
    connector, target = posted(world)
    world.reddit.delete(world.reddit.answer_natively(target.id, "oh", world.time))

    assert connector.standing_reply(target) is None


def test_native_replies_are_noticed_once_oldest_first(world):
    connector, target = posted(world)
    connector = world.connect()
    world.reddit.answer_natively(target.id, "one", world.ago(minutes=5))
    world.reddit.answer_natively(target.id, "two", world.ago(minutes=4))

    seen = connector.own_replies(None)
    again = connector.own_replies(seen.cursor)

    assert [one.reply.text for one in seen.replies] == ["one", "two"]
    assert {(one.post_id, one.root_id) for one in seen.replies} == {(target.id, "t3_1")}
    assert seen.replies[0].reply.author == BRAND
    assert seen.replies[0].reply.posted_at == world.ago(minutes=5)
    assert (list(again.replies), again.more) == ([], False)


def test_native_replies_of_the_brands_other_accounts_are_noticed(world):
    terms = Terms(
        brand="Acme", any_of=("acme",), own_handles={"reddit": ("u/AcmeTom", BRAND)}
    )
    connector = world.connect([terms, ACME], refresh_token=None)
    world.reddit.comment("AcmeTom", "I am on it", world.time, "t3_1")
    world.reddit.answer_natively("t3_2", "me too", world.time)

    seen = connector.own_replies(None)

    assert {one.reply.author for one in seen.replies} == {"AcmeTom", BRAND}


def test_without_any_account_nothing_is_noticed_and_nobody_asked(world):
    connector = world.connect(refresh_token=None)

    seen = connector.own_replies(None)

    assert list(seen.replies) == []
    assert world.reddit.server.requests == []


def test_a_long_absence_is_noticed_in_pieces_and_nothing_is_lost(world):
    connector = world.connect(page=2)
    for n in range(50):
        world.reddit.answer_natively(f"t1_{n}", f"{n}", world.ago(minutes=60 - n))

    seen, cursor, more = [], None, True
    while more:
        found = connector.own_replies(cursor)
        seen += [one.post_id for one in found.replies]
        cursor, more = found.cursor, found.more

    assert sorted(seen) == sorted(f"t1_{n}" for n in range(50))


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("locked", "moderators locked it"),
        ("archived", "archived"),
        ("quarantine", "quarantined"),
    ],
)
def test_what_is_closed_cannot_be_answered_and_says_why(world, flag, words):
    connector, target = posted(world, **{flag: True})

    can = connector.can_reply(target)

    assert not can.ok
    assert words in can.reason
    assert can.url == target.url


def test_an_open_post_can_be_answered(world):
    connector, target = posted(world)

    assert connector.can_reply(target).ok


def test_without_a_login_nothing_can_be_answered(world):
    _, target = posted(world)
    connector = world.connect(refresh_token=None)

    can = connector.can_reply(target)

    assert not can.ok
    assert "login" in can.reason
    with pytest.raises(Refused, match="login"):
        connector.reply(target, "hello")
    assert not world.reddit.asked("/api/comment")


@pytest.mark.parametrize(
    ("text", "used", "fits"),
    [
        ("", 0, False),
        ("ab", 2, True),
        ("👩‍👩‍👧", 5, True),
        ("a" * 10_001, 10_001, False),
    ],
)
def test_length_is_counted_in_characters(world, text, used, fits):
    connector, target = posted(world)

    length = connector.measure(target, text)

    assert (length.used, length.limit, length.fits) == (used, 10_000, fits)
