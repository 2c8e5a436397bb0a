"""Google Play: what its reviews become, and how they are answered."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from connectors import (
    Gone,
    OwnerReply,
    Rechecker,
    Refused,
    Replier,
    Unavailable,
    Validator,
)
from tests.connectors.google_helpers import AT, drained, kept, only, target
from tests.fakes.google import error, ok
from tests.fakes.google_play import PACKAGE, google_play
from tests.fakes.server import Reply

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def texts(batches):
    return [post.text for batch in batches for post in batch.posts]


def gaps(batches):
    return [gap for batch in batches for gap in batch.gaps]


@pytest.fixture
def fake():
    with google_play() as fake:
        yield fake


def test_it_can_answer_and_look_again(fake):
    connector = fake.connect()

    assert isinstance(connector, Replier)
    assert isinstance(connector, Rechecker)
    assert isinstance(connector, Validator)


def test_a_review_is_a_post_with_its_stars_and_language(fake):
    key = fake.publish("Ann B.", "It crashes", AT, stars=1)

    post = only(fake.connect())

    assert (post.platform, post.id, post.kind) == ("google_play", key, "review")
    assert (post.author.handle, post.text, post.rating) == ("Ann B.", "It crashes", 1)
    assert (post.posted_at, post.edited_at, post.lang) == (AT, None, "en-GB")
    assert post.url == (
        f"https://play.google.com/store/apps/details?id={PACKAGE}&reviewId={quote(key)}"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Title\tBody", "Title\nBody"),
        ("\tBody", "Body"),
        ("Title\t", "Title"),
        ("No tab", "No tab"),
        ("T\tB\twith tab", "T\nB\twith tab"),
        ("", ""),
    ],
)
def test_title_and_body_come_apart(fake, text, shown):
    fake.publish("ann", text, AT)

    assert only(fake.connect()).text == shown


def test_the_reviewers_own_words_win_over_a_translation(fake):
    fake.publish("ann", "Very good", AT, originalText="\tSehr gut")

    assert only(fake.connect()).text == "Sehr gut"


@pytest.mark.parametrize("stars", [0, 6, None, "5"])
def test_what_is_no_star_rating_is_none(fake, stars):
    fake.publish(None, "hi", AT, starRating=stars)

    post = only(fake.connect())

    assert (post.rating, post.author.handle) == (None, "A Google Play user")


def test_several_apps_are_read_and_a_closed_one_does_not_stop_the_others(fake):
    fake.packages |= {"com.acme.two", "com.acme.shut"}
    fake.closed = {"com.acme.shut"}
    fake.publish("ann", "one", AT)
    fake.publish("ann", "two", AT, package="com.acme.two")
    connector = fake.connect(packages=["com.acme.shut", PACKAGE, "com.acme.two"])

    (batch,), cursor = drained(connector)

    assert sorted(texts([batch])) == ["one", "two"]
    assert "com.acme.shut cannot be read" in batch.cautions[0].text
    assert "Reply to reviews" in batch.cautions[0].text
    assert texts(drained(connector, cursor)[0]) == []


def test_an_app_that_is_not_there_is_refused(fake):
    with pytest.raises(Refused, match="`packages`"):
        fake.connect(packages=["com.acme.none"]).poll(None)


@pytest.mark.parametrize("packages", [[], ["com/acme"], [""], ["a b"]])
def test_a_package_is_a_name(fake, packages):
    with pytest.raises(ValidationError):
        fake.source(packages=packages)


def test_an_edit_keeps_its_first_date_and_tells_its_last(fake):
    key = fake.publish("ann", "bad", AT, stars=1)
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.edit(key, "better", AT + 3 * HOUR, 4)

    (batch,), _ = drained(connector, cursor)

    (post,) = batch.posts
    assert (post.id, post.text, post.rating) == (key, "better", 4)
    assert (post.posted_at, post.edited_at) == (AT, AT + 3 * HOUR)


def test_an_answer_given_in_the_console_arrives_with_the_next_poll(fake):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.answer_natively(key, "Thanks", fake.now)

    (batch,), cursor = drained(connector, cursor)

    (post,) = batch.posts
    assert post.owner_reply == OwnerReply(text="Thanks", posted_at=fake.now)
    assert post.edited_at is None
    assert texts(drained(connector, cursor)[0]) == []


def test_away_for_longer_than_a_week_is_a_gap(fake):
    fake.publish("ann", "seen", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    last = fake.now
    fake.now += 9 * DAY
    fake.publish("bob", "new", fake.now)

    batches, cursor = drained(connector, cursor)

    (gap,) = gaps(batches)
    assert (gap.since, gap.until) == (last, fake.now - 7 * DAY)
    assert "Play Console" in gap.reason
    assert texts(batches) == ["new"]
    assert gaps(drained(connector, cursor)[0]) == []


def test_away_for_less_than_a_week_is_none(fake):
    connector = fake.connect()
    fake.publish("ann", "seen", AT)
    _, cursor = drained(connector)
    fake.now += 6 * DAY
    fake.publish("bob", "new", fake.now)

    assert gaps(drained(connector, cursor)[0]) == []


def test_a_full_page_without_a_token_is_a_gap(fake):
    fake.forget_tokens, fake.page = True, 100
    for n in range(120):
        fake.publish("ann", f"t{n}", AT + n * MINUTE)

    batches, cursor = drained(fake.connect())

    (gap,) = gaps(batches)
    assert (gap.since, gap.until) == (fake.now - 7 * DAY, AT + 20 * MINUTE)
    assert len(texts(batches)) == 100
    assert gaps(drained(fake.connect(), cursor)[0]) == []


def test_a_list_shorter_than_its_count_is_a_gap(fake):
    fake.forget_tokens, fake.page, fake.total = True, 3, 8
    for n in range(8):
        fake.publish("ann", f"t{n}", AT + n * MINUTE)

    assert len(gaps(drained(fake.connect())[0])) == 1


def test_a_list_that_shows_nothing_we_knew_is_a_gap(fake):
    fake.page = 3
    fake.publish("ann", "known", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.forget_tokens = True
    for n in range(8):
        fake.publish("ann", f"t{n}", AT + (n + 1) * HOUR)

    batches, _ = drained(connector, cursor)

    (gap,) = gaps(batches)
    assert (gap.since, gap.until) == (AT, AT + 6 * HOUR)


def test_a_page_that_joins_what_we_knew_is_none(fake):
    fake.forget_tokens, fake.page = True, 3
    fake.publish("ann", "known", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.publish("ann", "new", AT + 2 * HOUR)

    assert gaps(drained(connector, cursor)[0]) == []


def test_a_page_token_that_ended_starts_the_walk_anew(fake):
    fake.page = 1
    for n in range(15):
        fake.publish("ann", f"t{n}", AT + n * MINUTE)
    first = fake.connect().poll(None)
    cursor = kept(first)
    cursor["walks"][PACKAGE].update(token="ended")  # noqa: S106

    rest, _ = drained(fake.connect(), cursor)

    assert (len(first.posts), first.more) == (10, True)
    assert set(texts([first, *rest])) == {f"t{n}" for n in range(15)}


def test_a_long_walk_ends_with_what_came_meanwhile(fake):
    fake.page = 1
    for n in range(15):
        fake.publish("ann", f"t{n}", AT + n * MINUTE)
    first = fake.connect().poll(None)
    fake.publish("bob", "meanwhile", AT + HOUR)

    rest, cursor = drained(fake.connect(), kept(first))

    came = [*(f"t{n}" for n in range(15)), "meanwhile"]
    assert (len(first.posts), first.more) == (10, True)
    assert sorted(texts([first, *rest])) == sorted(came)
    assert gaps(rest) == []
    assert texts(drained(fake.connect(), cursor)[0]) == []


@pytest.mark.parametrize("deleted", [1, 3, 5])
def test_reviews_deleted_during_a_long_walk_hide_no_others(fake, deleted):
    fake.page = 2
    keys = [fake.publish("ann", f"t{n}", AT + n * MINUTE) for n in range(40)]
    first = fake.connect().poll(None)
    for key in keys[38 - deleted : 38]:  # all of them read, and below the first page
        fake.delete(key)

    rest, _ = drained(fake.connect(), kept(first))

    assert len(first.posts) == 20
    assert set(texts([first, *rest])) == {f"t{n}" for n in range(40)}


@pytest.mark.parametrize(
    "odd",
    [
        {"lastModified": {}},
        {"lastModified": {"seconds": "soon"}},
        {"lastModified": 5},
        {"lastModified": {"seconds": "9" * 30}},
    ],
)
def test_a_review_in_an_odd_shape_is_set_aside_and_the_rest_goes_on(fake, odd):
    fake.publish("ann", "fine", AT)
    fake.publish("bob", "odd", AT, **odd)

    (batch,), _ = drained(fake.connect())

    assert texts([batch]) == ["fine"]
    assert PACKAGE in batch.set_aside[0].where


@pytest.mark.parametrize(("text", "fits"), [("", False), ("ü" * 350, True)])
def test_length_is_counted_in_characters(fake, text, fits):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))

    assert connector.measure(aim, text).fits is fits
    assert not connector.measure(aim, "a" * 351).fits


def test_an_answer_is_put_there_once(fake):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    before = connector.standing_reply(aim)

    posted = connector.reply(aim, "Thanks ☕")

    assert (before, fake.replies(key)) == (None, ["Thanks ☕"])
    assert (posted.posted_at, posted.is_pending) == (fake.now, False)
    assert len(fake.writes) == 1
    assert connector.standing_reply(aim).text == "Thanks ☕"
    assert connector.can_reply(aim).ok


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_dropped_reply_goes_out_once_and_can_be_looked_up(fake, is_stored):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.drop_after_storing, fake.drop_before_storing = is_stored, not is_stored

    with pytest.raises(Unavailable) as raised:
        connector.reply(aim, "Thanks")

    fake.mend()
    found = connector.find_reply(aim, "Thanks", fake.now)
    assert (raised.value.unclear, len(fake.writes)) == (True, 1)
    assert (found is not None) is is_stored is bool(fake.replies(key))


@pytest.mark.parametrize(
    ("answer", "kind", "unclear"),
    [
        (Reply(b"{", 200), Unavailable, True),
        (Reply(b"", 200), Unavailable, True),
        (ok([]), Unavailable, True),
        (error(503), Unavailable, True),
        (Reply(delay=30), Unavailable, True),
        (error(429), Unavailable, False),
        (error(403, reason="quotaExceeded"), Unavailable, False),
        (error(404), Gone, None),
        (error(403), Refused, None),
        (error(400, message="Reply text is too long"), Refused, None),
        (Reply(b"", 307, {"Location": "https://elsewhere.example/"}), Refused, None),
    ],
)
def test_a_reply_that_fails_says_whether_it_may_stand(fake, answer, kind, unclear):
    fake.publish("ann", "hi", AT)
    patience = timedelta(seconds=1 if answer.delay else 20)
    connector = fake.connect(timeout=patience)
    aim = target(only(connector))
    fake.fail_with(answer)
    before = len(fake.server.requests)

    with pytest.raises(kind) as raised:
        connector.reply(aim, "Thanks")

    assert getattr(raised.value, "unclear", None) is unclear
    assert len(fake.server.requests) == before + 1


@pytest.mark.parametrize(
    ("stands", "text", "earlier", "is_ours"),
    [
        ("Thanks", "Thanks", timedelta(0), True),
        ("Thanks all", "<b>Thanks</b>\nall ", timedelta(0), True),
        ("Thanks", "Thanks!", timedelta(0), False),
        ("Thanks", "Thanks", 2 * HOUR, False),
    ],
)
def test_our_reply_is_known_by_its_words_and_time(fake, stands, text, earlier, is_ours):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.answer_natively(key, stands, fake.now - earlier)

    assert (connector.find_reply(aim, text, fake.now) is not None) is is_ours


def test_looking_again_sees_edits_answers_and_deletions(fake):
    for n in range(4):
        fake.publish("ann", f"t{n}", AT + n * HOUR)
    connector = fake.connect()
    (batch,), _ = drained(connector)
    aims = [target(post) for post in batch.posts]
    fake.edit(aims[0].id, "changed", AT + 9 * HOUR)
    fake.delete(aims[1].id)
    fake.answer_natively(aims[2].id, "Thanks", fake.now)

    seen = connector.recheck(aims)

    assert [post.text for post in seen.posts] == ["changed", "t2", "t3"]
    assert (seen.posts[0].posted_at, seen.posts[0].edited_at) == (AT, AT + 9 * HOUR)
    assert seen.posts[1].owner_reply is not None
    assert list(seen.gone) == [aims[1].id]


def test_an_old_review_that_is_not_shown_is_neither_gone_nor_answered(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.now, fake.shows_old = AT + 8 * DAY, False

    seen = connector.recheck([aim])

    assert (list(seen.posts), dict(seen.gone)) == ([], {})
    with pytest.raises(Refused, match="7 days"):
        connector.standing_reply(aim)


def test_lost_access_is_no_deletion(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aims = [target(only(connector))]
    fake.packages.clear()

    seen = connector.recheck(aims)

    assert (list(seen.posts), dict(seen.gone)) == ([], {})


def test_a_young_review_that_is_not_shown_is_gone(fake):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.delete(key)

    with pytest.raises(Gone):
        connector.standing_reply(aim)


def test_validate_names_the_apps(fake):
    fake.packages.add("com.acme.two")
    fake.publish("ann", "hi", AT)

    found = fake.connect(packages=[PACKAGE, "com.acme.two"]).validate()

    assert found == "we may read com.acme.app, com.acme.two (no review this week)"
