"""Answering on X: who may, how it fails, how it is found again, what we did not send."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import Gone, Refused, Unavailable
from connectors._x_answer import same_words
from connectors.base import Noticer, Rechecker, Replier
from tests.connectors.x_helpers import HOUR, MINUTE, NOW, a_world, stored, target_of
from tests.fakes.server import Reply
from tests.fakes.x import BRAND_ID, FAILURES, SECRETS, forbidden, problem

TWEETS = "/2/tweets"


@pytest.fixture
def world():
    with a_world() as world:
        yield world


def the_target(world, **settings):
    """A connector, and the one post that it finds."""
    connector = world.connect(**settings)
    (post,) = connector.poll(None).posts
    return connector, target_of(post)


# Who may be answered


def test_who_mentioned_us_may_be_answered(world):
    world.mention()
    connector, target = the_target(world)

    assert connector.can_reply(target).ok
    assert isinstance(connector, Replier)
    assert isinstance(connector, Noticer)
    assert isinstance(connector, Rechecker)


@pytest.mark.parametrize("references", [True, False])
def test_who_quoted_us_may_be_answered(world, references):
    ours = world.x.publish("acme", "our news", NOW - 3 * HOUR)
    link = {
        "url": "https://t.co/1",
        "expanded_url": f"https://x.com/Acme/status/{ours}",
    }
    world.x.publish("bob", "acme, really? https://t.co/1", NOW - MINUTE, quoted=ours, urls=[link])  # fmt: skip
    connector, target = the_target(world, references=references)

    assert connector.can_reply(target).ok


def test_who_quoted_somebody_else_may_not(world):
    theirs = world.x.publish("cem", "my news", NOW - 3 * HOUR)
    world.x.publish("bob", "acme, see", NOW - MINUTE, quoted=theirs)
    connector, target = the_target(world)

    assert not connector.can_reply(target).ok


def test_who_did_neither_is_answered_on_x(world):
    post_id = world.x.publish("bob", "acme broke", NOW - MINUTE)
    connector, target = the_target(world)

    answer = connector.can_reply(target)

    assert not answer.ok
    assert "2026-02-23" in answer.reason
    assert answer.url == f"https://x.com/intent/post?in_reply_to={post_id}"


def test_an_enterprise_app_may_always_reply(world):
    world.x.publish("bob", "acme broke", NOW - MINUTE)
    connector, target = the_target(world, reply_rule="any")

    assert connector.can_reply(target).ok


def test_without_user_keys_nobody_is_answered(world):
    world.mention("@acme acme")
    connector, target = the_target(world, user=False)

    answer = connector.can_reply(target)

    assert (answer.ok, answer.url is not None) == (False, True)
    assert "user keys" in answer.reason
    with pytest.raises(Refused, match="user keys"):
        connector.reply(target, "hello")
    assert connector.own_replies(None).replies == ()


def test_length_is_weighted_and_its_limit_a_setting(world):
    world.mention()
    connector, target = the_target(world, reply_length=25_000)

    length = connector.measure(target, "@ann 日本")

    assert (length.used, length.limit) == (4, 25_000)


# Replying


def test_a_reply_stands_under_the_newest_version(world):
    first = world.mention()
    second = world.x.edit(first, "@acme help!", NOW - MINUTE / 2)
    connector, target = the_target(world)

    posted = connector.reply(target, "We are on it")

    assert world.x.tweets[posted.id].replied_to == second
    assert world.x.replies(first) == ["@ann We are on it"]
    assert posted.url == f"https://x.com/acme/status/{posted.id}"


@pytest.mark.parametrize(
    ("text", "cost"), [("Thanks", 15_000), ("See acme.com/help", 200_000)]
)
def test_a_reply_is_paid(world, text, cost):
    world.mention()
    connector, target = the_target(world)
    before = world.purse.micros

    connector.reply(target, text)

    assert world.purse.micros - before == cost


def test_a_reply_goes_through_though_the_budget_is_spent(world):
    post_id = world.mention()
    connector, target = the_target(world)
    world.purse.micros = 10**9

    assert connector.standing_reply(target) is None
    connector.reply(target, "Thanks")

    assert connector.find_reply(target, "Thanks", NOW) is not None
    assert world.x.replies(post_id) == ["@ann Thanks"]


RULE_NOW = (
    "You can only reply to or quote posts where you are mentioned or are the author."
)
RULE_BEFORE = (
    "Reply to this conversation is not allowed because you have not been mentioned or "
    "otherwise engaged by the author of the post you are replying to."
)
SPAM = "This request looks like it might be automated. To protect our users from spam"
DELETED = "You attempted to reply to a Tweet that is deleted or not visible to you."
CLOSED = "The original Tweet author restricted who can reply to this Tweet."
TWICE = "You are not allowed to create a Tweet with duplicate content."
REFUSALS = [
    (RULE_NOW, Refused, "2026-02-23"),
    (RULE_BEFORE, Refused, "2026-02-23"),
    (TWICE, Refused, "change the text"),
    (SPAM, Refused, "automated or spam"),
    (CLOSED, Refused, "its author restricted"),
    (DELETED, Gone, "deleted or hidden"),
    ("You are not permitted to perform this action.", Refused, "may do"),
]


@pytest.mark.parametrize(("detail", "error", "words"), REFUSALS)
def test_a_refused_reply_says_why(world, detail, error, words):
    world.mention()
    connector, target = the_target(world)
    world.x.refuse_replies = forbidden(detail)

    with pytest.raises(error, match=words):
        connector.reply(target, "Thanks")


@pytest.mark.parametrize(
    ("reply", "unclear"),
    [
        (FAILURES["429"], False),
        (FAILURES["402"], False),
        (FAILURES["429-capped"], False),
        (FAILURES["503"], True),
        (FAILURES["broken"], True),
        (FAILURES["list"], True),
        (FAILURES["dropped"], True),
        (Reply(b'{"errors": [{"title": "?"}]}'), True),
        (Reply(b'{"data": {"id": "1", "text"', 201), True),
    ],
)
def test_it_is_told_whether_a_failed_reply_may_stand(world, reply, unclear):
    world.mention()
    connector, target = the_target(world)
    world.x.refuse_replies = reply

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "Thanks")

    assert raised.value.unclear is unclear


def test_a_reply_that_never_left_is_not_unclear(world):
    world.mention()
    _, target = the_target(world)
    nowhere = world.connect(api_base="http://127.0.0.1:9")

    with pytest.raises(Unavailable) as raised:
        nowhere.reply(target, "Thanks")

    assert not raised.value.unclear


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_a_reply(world, status):
    world.mention()
    connector, target = the_target(world)
    world.x.refuse_replies = Reply(status=status, headers={"Location": TWEETS})

    with pytest.raises(Refused, match="api_base"):
        connector.reply(target, "Thanks")

    assert [r.method for r in world.x.asked(TWEETS)] == ["POST"]


def test_a_daily_limit_waits_for_the_day(world):
    world.mention()
    connector, target = the_target(world)
    reset = str(int((NOW + 5 * HOUR).timestamp()))
    headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": reset, "x-rate-limit-reset": "1"}  # fmt: skip
    world.x.refuse_replies = Reply(b"{}", 429, headers)

    with pytest.raises(Unavailable) as raised:
        connector.reply(target, "Thanks")

    assert raised.value.retry_after == 5 * HOUR


# Finding it again


@pytest.mark.parametrize("is_stored", [True, False])
def test_an_unclear_reply_is_found_if_it_was_stored(world, is_stored):
    post_id = world.mention()
    connector, target = the_target(world)
    world.x.drop_after_storing, world.x.drop_before_storing = is_stored, not is_stored
    with pytest.raises(Unavailable):
        connector.reply(target, "Thanks & bye")
    world.x.mend()
    world.later(2 * MINUTE)

    found = connector.find_reply(target, "Thanks & bye", NOW)

    assert len(world.x.replies(post_id)) == is_stored
    assert (found is not None) is is_stored


def test_an_older_or_another_reply_is_not_ours(world):
    one, other = world.mention(), world.mention(author="bob")
    connector = world.connect()
    targets = {post.id: target_of(post) for post in connector.poll(None).posts}
    world.x.answer_natively(one, "@ann Thanks", NOW - HOUR)
    world.x.answer_natively(other, "@bob Thanks", NOW)
    world.x.answer_natively(one, "@ann Sorry", NOW)

    assert connector.find_reply(targets[one], "Thanks", NOW) is None


def test_too_many_own_posts_leave_it_open():
    with a_world(page=1) as world:
        world.mention()
        connector, target = the_target(world)
        for n in range(11):
            world.x.publish("acme", f"news {n}", NOW)

        with pytest.raises(Unavailable, match="too many"):
            connector.find_reply(target, "Thanks", NOW)


@pytest.mark.parametrize(
    ("standing", "ours", "same"),
    [
        ("@ann Thanks", "Thanks", True),
        ("@ann @bob Thanks", "@ann Thanks", True),
        ("Thanks", "thanks  ", True),
        ("see https://www.acme.com/a", "see acme.com/a", True),
        ("cafe\u0301", "café", True),
        ("Thanks!", "Thanks", False),
        ("@ann see https://a.example", "see https://b.example", False),
    ],
)
def test_a_reply_is_known_by_its_words(standing, ours, same):
    assert same_words(standing, ours) is same


# What the brand answered by itself


def test_the_standing_reply_is_the_brands_newest(world):
    post_id = world.mention()
    connector, target = the_target(world)
    world.x.publish("acme", "news", NOW)
    world.x.answer_natively(post_id, "@ann first", NOW)
    last = world.x.answer_natively(post_id, "@ann second", NOW + MINUTE)
    world.x.publish("acme", "more news", NOW + 2 * MINUTE)

    standing = connector.standing_reply(target)

    assert (standing.id, standing.text, standing.author) == (
        last,
        "@ann second",
        "acme",
    )
    assert standing.posted_at == NOW + MINUTE


def test_own_replies_name_the_post_by_its_first_id(world):
    first = world.mention()
    second = world.x.edit(first, "@acme help!", NOW - MINUTE / 2)
    world.x.publish("acme", "news", NOW)
    ours = world.x.answer_natively(second, "@ann done", NOW)
    connector = world.connect()

    (noticed,) = connector.own_replies(None).replies

    assert (noticed.post_id, noticed.root_id) == (first, first)
    assert (noticed.reply.id, noticed.reply.text) == (ours, "@ann done")
    assert noticed.reply.url == f"https://x.com/acme/status/{ours}"


def test_own_replies_come_once_oldest_first_over_any_pages():
    with a_world(page=2) as world:
        posts = [world.mention(author=f"a{n}") for n in range(7)]
        connector = world.connect(max_pages=1)
        for n, post_id in enumerate(posts):
            world.x.answer_natively(
                post_id, f"hello {n}", NOW - timedelta(seconds=50 - n)
            )
        noticed, cursor, more = [], None, True
        while more:
            found = connector.own_replies(cursor)
            times = [one.reply.posted_at for one in found.replies]
            assert times == sorted(times)
            noticed += [one.post_id for one in found.replies]
            cursor, more = stored(found.cursor), found.more
        later = world.x.answer_natively(posts[0], "again", NOW)

        (last,) = connector.own_replies(cursor).replies

    assert sorted(noticed) == sorted(posts)
    assert last.reply.id == later


def test_own_replies_begin_anew_where_x_forgot_the_page():
    with a_world(page=1) as world:
        posts = [world.mention(author=f"a{n}") for n in range(3)]
        for post_id in posts:
            world.x.answer_natively(post_id, "hello", NOW - MINUTE)
        connector = world.connect(max_pages=1)
        cursor = stored(connector.own_replies(None).cursor)
        cursor["token"] = "1-spoilt"  # noqa: S105  # no secret
        noticed = set()
        for _ in range(4):
            found = connector.own_replies(cursor)
            noticed |= {one.post_id for one in found.replies}
            cursor = stored(found.cursor)

    assert noticed == {*posts}


def test_own_replies_fail_as_a_poll_does(world):
    world.x.fail("503")

    with pytest.raises(Unavailable):
        world.connect().own_replies(None)


# Looking again


def test_recheck_finds_edits_and_what_is_gone(world):
    same, edited, deleted, locked = (world.mention(f"@acme {n}") for n in range(4))
    connector = world.connect(bearer=False)
    targets = [target_of(post) for post in connector.poll(None).posts]
    world.x.edit(edited, "@acme better", NOW)
    world.x.delete(deleted)
    world.x.protect(locked)

    found = connector.recheck(targets)

    assert {p.id: p.text for p in found.posts} == {
        same: "@acme 0",
        edited: "@acme better",
    }
    assert found.gone == {deleted: "deleted", locked: "protected or suspended"}
    assert {p.author.handle for p in found.posts} == {"ann"}
    assert all(connector.can_reply(target_of(p)).ok for p in found.posts)


def test_recheck_keeps_who_was_quoted(world):
    ours = world.x.publish("acme", "our news", NOW - 3 * HOUR)
    world.x.publish("bob", "acme, really?", NOW - MINUTE, quoted=ours)
    connector, target = the_target(world)

    (post,) = connector.recheck([target]).posts

    assert connector.can_reply(target_of(post)).ok


def test_what_x_does_not_explain_is_not_gone(world):
    world.mention()
    connector, target = the_target(world)
    world.x.fail(Reply(b'{"errors": [{"value": "1", "type": "about:blank"}]}'))

    found = connector.recheck([target])

    assert (found.posts, found.gone) == ([], {})


def test_recheck_of_nothing_asks_nobody(world):
    connector = world.connect()

    connector.recheck([])

    assert world.x.server.requests == []


def test_recheck_asks_for_no_more_than_x_takes(world):
    world.mention()
    connector, target = the_target(world)
    many = [replace(target, id=str(n), ref={}) for n in range(1, 121)]

    connector.recheck(many)

    (asked,) = world.x.asked(TWEETS)
    assert len(asked.query["ids"].split(",")) == connector.recheck_limit == 100


# Errors, by status


ERRORS = [
    (Reply(b"{}", 401), Refused, "access_token"),
    (FAILURES["403"], Refused, "attach the app to a project"),
    (problem(403, "oauth1-permissions", "no"), Refused, "Read and write"),
    (Reply(b"{}", 403), Refused, "may do"),
    (Reply(b"{}", 404), Refused, "user_id"),
    (Reply(b"{}", 418), Refused, "418"),
    (Reply(b"<html>busy</html>", 502), Unavailable, "502"),
    (Reply(b"[7]", 500), Unavailable, "500"),
    (Reply(b"{}", 402), Unavailable, "credits"),
    (Reply(b'{"errors": [{"detail": "suspended"}]}'), Refused, "suspended"),
]


@pytest.mark.parametrize(("reply", "error", "words"), ERRORS)
def test_every_status_is_one_of_three_errors(world, reply, error, words):
    world.x.fail(reply)

    with pytest.raises(error, match=words):
        world.connect(bearer=False).poll(None)


def test_a_rate_limit_waits_until_its_reset(world):
    reset = str(int((NOW + 7 * MINUTE).timestamp()))
    world.x.fail(Reply(b"{}", 429, {"x-rate-limit-reset": reset}))

    with pytest.raises(Unavailable) as raised:
        world.connect().poll(None)

    assert (raised.value.retry_after, raised.value.tell) == (7 * MINUTE, False)


def test_a_refused_bearer_is_named(world):
    with pytest.raises(Refused, match="check bearer_token"):
        world.connect(user=False, bearer_token="wrong-one").poll(None)  # noqa: S106


def test_no_secret_shows_whatever_x_repeats(world, caplog):
    caplog.set_level(0)
    world.mention()
    connector, target = the_target(world)
    told = [repr(connector), repr(world.connect()._source)]
    world.x.fail(problem(403, "forbidden", f"bad {' '.join(SECRETS)}\nagain"))

    for call in (lambda: connector.reply(target, "hi"), lambda: connector.poll(None)):
        with pytest.raises(Refused) as raised:
            call()
        told.append(str(raised.value))

    told += [record.getMessage() for record in caplog.records]
    assert not [secret for secret in SECRETS if secret in "\n".join(told)]
    assert "\n" not in told[2]


def test_a_key_with_a_line_break_is_told_without_showing_it(world):
    with pytest.raises(Refused, match="line break in bearer_token") as raised:
        world.connect(user=False, bearer_token="one\ntwo-5ecret").poll(None)  # noqa: S106

    assert "two-5ecret" not in str(raised.value)


def test_the_account_asked_for_is_ours(world):
    world.connect().poll(None)

    assert world.x.asked(f"/2/users/{BRAND_ID}/mentions")
