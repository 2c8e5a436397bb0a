"""Google Business Profile: what its reviews become, and how they are answered."""

from datetime import timedelta

import pytest

from connectors import (
    Gone,
    OwnerReply,
    Rechecker,
    Refused,
    Replier,
    Unavailable,
    Validator,
)
from connectors._google_business_posts import own_words
from tests.connectors.google_helpers import AT, drained, kept, only, target
from tests.fakes.google import error, ok
from tests.fakes.google_business import google_business
from tests.fakes.server import Reply

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def texts(batches):
    return [post.text for batch in batches for post in batch.posts]


@pytest.fixture
def fake():
    with google_business() as fake:
        yield fake


def test_it_can_answer_and_look_again(fake):
    connector = fake.connect()

    assert isinstance(connector, Replier)
    assert isinstance(connector, Rechecker)
    assert isinstance(connector, Validator)


def test_a_review_is_a_post_with_its_stars(fake):
    key = fake.publish("Ann B.", "Great coffee", AT, stars="TWO")

    post = only(fake.connect())

    assert (post.platform, post.id, post.kind) == ("google_business", key, "review")
    assert (post.author.handle, post.text, post.rating) == ("Ann B.", "Great coffee", 2)
    assert (post.posted_at, post.edited_at, post.owner_reply) == (AT, None, None)
    assert post.url == "https://maps.google.com/maps?cid=1"


def test_googles_own_link_to_a_review_is_used_where_it_is_told(fake):
    fake.publish("ann", "hi", AT, reviewReplyUrl="https://business.google.com/r/1")

    assert only(fake.connect()).url == "https://business.google.com/r/1"


@pytest.mark.parametrize(
    ("stars", "rating"),
    [
        ("ONE", 1),
        ("TWO", 2),
        ("THREE", 3),
        ("FOUR", 4),
        ("FIVE", 5),
        ("STAR_RATING_UNSPECIFIED", None),
        ("SIX", None),
    ],
)
def test_stars_are_words(fake, stars, rating):
    fake.publish("ann", None, AT, stars=stars)

    post = only(fake.connect())

    assert (post.rating, post.text) == (rating, "")


@pytest.mark.parametrize("name", [None, ""])
def test_an_anonymous_reviewer_has_a_handle_all_the_same(fake, name):
    fake.publish(name, "hi", AT)

    assert only(fake.connect()).author.handle == "A Google user"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("(Translated by Google) Good\n\n(Original)\nSehr gut", "Sehr gut"),
        ("(Translated by Google) Good.\nFast.\n\n(Original)\nGut.\n\nFlott.", None),
        ("Sehr gut\n\n(Translated by Google)\nVery good", "Sehr gut"),
        ("(Original)", "(Original)"),
        ("(Translated by Google) Good", "(Translated by Google) Good"),
        ("(Translated by Google) Good\n\n(Original)\n", None),
        ("I like (Translated by Google) jokes", "I like (Translated by Google) jokes"),
        ("plain\n\ntext", "plain\n\ntext"),
        ("", ""),
    ],
)
def test_of_a_translated_review_the_reviewers_own_words_stay(text, own):
    wanted = {
        "(Translated by Google) Good.\nFast.\n\n(Original)\nGut.\n\nFlott.": (
            "Gut.\n\nFlott."
        ),
    }.get(text, own if own is not None else text)

    assert own_words(text) == wanted


def test_all_locations_of_all_pages_are_read(fake):
    for number in "2345":
        fake.add_location(number, f"Acme {number}")
    for number in "12345":
        fake.publish("ann", f"at {number}", AT, location=number)

    batches, cursor = drained(fake.connect())
    again, _ = drained(fake.connect(), cursor)

    assert sorted(texts(batches)) == [f"at {n}" for n in "12345"]
    assert texts(again) == []


@pytest.mark.parametrize("chosen", ["2", "locations/2", "accounts/17/locations/2"])
def test_only_chosen_locations_are_read(fake, chosen):
    fake.add_location("2", "Acme 2")
    fake.publish("ann", "no", AT, location="1")
    fake.publish("ann", "yes", AT, location="2")

    batches, _ = drained(fake.connect(account="17", locations=[chosen]))

    assert texts(batches) == ["yes"]
    assert not fake.asked("/v1/accounts")


def test_a_chosen_location_that_is_missing_is_told(fake):
    (batch,), _ = drained(fake.connect(locations=["1", "9"]))

    assert ["no location 9" in caution.text for caution in batch.cautions] == [True]
    with pytest.raises(Refused, match="`locations`"):
        fake.connect(locations=["9"]).poll(None)


def test_a_closed_location_does_not_stop_the_others(fake):
    fake.add_location("2", "Acme Bonn")
    fake.publish("ann", "open", AT, location="2")
    fake.closed = {"1"}

    (batch,), _ = drained(fake.connect())

    assert texts([batch]) == ["open"]
    assert "Acme Berlin cannot be read" in batch.cautions[0].text


@pytest.mark.parametrize("broken", ["1", "2", "3"])
def test_a_location_that_always_fails_does_not_stop_the_others(fake, broken):
    for number in "123":
        fake.add_location(number, f"Acme {number}")
        fake.publish("ann", f"at {number}", AT, location=number)
    fake.broken = {broken}

    (batch,), cursor = drained(fake.connect())
    (again,), cursor = drained(fake.connect(), cursor)
    fake.broken = set()
    (late,), _ = drained(fake.connect(), cursor)

    assert sorted(texts([batch])) == [f"at {n}" for n in "123" if n != broken]
    assert f"Acme {broken} cannot be read" in batch.cautions[0].text
    assert (texts([again]), texts([late])) == ([], [f"at {broken}"])


def test_told_to_wait_it_waits_with_all_and_keeps_what_came(fake):
    for number in "123":
        fake.add_location(number, f"Acme {number}")
        fake.publish("ann", f"at {number}", AT, location=number)
    fake.slow = {"2"}

    batch = fake.connect().poll(None)

    assert (texts([batch]), batch.more) == (["at 1"], True)
    with pytest.raises(Unavailable) as raised:
        fake.connect().poll(kept(batch))
    assert raised.value.retry_after == timedelta(seconds=42)


def test_a_new_location_is_found_within_the_hour(fake):
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.add_location("2", "Acme Bonn")
    fake.publish("ann", "new here", AT, location="2")
    early, cursor = drained(connector, cursor)
    fake.now += HOUR

    late, _ = drained(connector, cursor)

    assert (texts(early), texts(late)) == ([], ["new here"])


@pytest.mark.parametrize("replies_move", [True, False])
def test_an_answer_given_on_google_arrives_with_the_next_poll(fake, replies_move):
    fake.replies_move = replies_move
    keys = [fake.publish("ann", f"t{n}", AT + n * HOUR / 60) for n in range(49)]
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.answer_natively(keys[0], "Thank you", fake.now)

    (batch,), cursor = drained(connector, cursor)

    (post,) = batch.posts
    assert post.owner_reply == OwnerReply(
        text="Thank you", posted_at=fake.now, author="Acme Berlin"
    )
    assert post.edited_at is None
    fake.answer_natively(keys[0], "Thank you, Ann", fake.now + HOUR)
    (changed,), _ = drained(connector, cursor)
    assert [post.owner_reply.text for post in changed.posts] == ["Thank you, Ann"]


def test_an_edit_arrives_with_its_time(fake):
    key = fake.publish("ann", "bad", AT, stars="ONE")
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.edit(key, "good after all", AT + 2 * HOUR, "FOUR")

    (batch,), _ = drained(connector, cursor)

    (post,) = batch.posts
    assert (post.id, post.text, post.rating) == (key, "good after all", 4)
    assert (post.posted_at, post.edited_at) == (AT, AT + 2 * HOUR)


def test_a_weekly_sweep_finds_what_the_order_did_not_show(fake):
    fake.page = 10
    keys = [fake.publish("ann", f"t{n}", AT - (300 - n) * DAY) for n in range(120)]
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.replies_move = False
    fake.answer_natively(keys[3], "Thanks", fake.now)
    early, cursor = drained(connector, cursor)
    fake.now += 7 * DAY

    late, _ = drained(connector, cursor)

    found = [p.id for batch in late for p in batch.posts if p.owner_reply]
    assert (texts(early), found) == ([], [keys[3]])


def test_a_long_walk_goes_on_where_it_stopped(fake):
    fake.page = 1
    for n in range(30):
        fake.publish("ann", f"t{n}", AT + n * HOUR / 60)

    first = fake.connect().poll(None)
    fake.publish("bob", "meanwhile", AT + HOUR)
    rest, cursor = drained(fake.connect(), kept(first))
    later, _ = drained(fake.connect(), cursor)

    assert (len(first.posts), first.more) == (20, True)
    came = [*(f"t{n}" for n in range(30)), "meanwhile"]
    assert sorted(texts([first, *rest])) == sorted(came)
    assert texts(later) == []


@pytest.mark.parametrize("deleted", [1, 3, 5])
def test_reviews_deleted_during_a_long_walk_hide_no_others(fake, deleted):
    fake.page = 2
    keys = [fake.publish("ann", f"t{n}", AT + n * HOUR / 60) for n in range(60)]
    first = fake.connect().poll(None)
    for key in keys[58 - deleted : 58]:  # all of them read, and below the first page
        fake.delete(key)

    rest, _ = drained(fake.connect(), kept(first))

    assert len(first.posts) == 40
    assert set(texts([first, *rest])) == {f"t{n}" for n in range(60)}


def test_a_page_that_never_comes_keeps_no_new_review_from_us(fake):
    fake.page = 2
    for n in range(9):
        fake.publish("ann", f"t{n}", AT + n * HOUR / 60)
    fake.lost_pages = {"4"}
    batches, cursor = drained(fake.connect())
    fake.publish("bob", "new", AT + HOUR)
    early, cursor = drained(fake.connect(), cursor)
    fake.now += 2 * HOUR

    late, cursor = drained(fake.connect(), cursor)
    fake.lost_pages = set()
    rest, _ = drained(fake.connect(), cursor)

    assert [len(texts(batches)), texts(early), texts(late)] == [4, [], ["new"]]
    assert "cannot be read" in late[-1].cautions[0].text
    assert set(texts([*batches, *rest])) == {f"t{n}" for n in range(9)}


def test_a_page_token_that_ended_starts_the_walk_anew(fake):
    fake.page = 1
    for n in range(25):
        fake.publish("ann", f"t{n}", AT + n * HOUR / 60)
    cursor = kept(fake.connect().poll(None))
    (walk,) = cursor["walks"].values()
    walk.update(token="ended")  # noqa: S106

    rest, _ = drained(fake.connect(), cursor)

    assert {f"t{n}" for n in range(5)} <= set(texts(rest))


def test_what_came_before_a_break_is_kept(fake):
    fake.page = 2
    for n in range(9):
        fake.publish("ann", f"t{n}", AT + n * HOUR / 60)
    fake.cut(2)

    batch = fake.connect().poll(None)

    assert len(batch.posts) == 4
    with pytest.raises(Unavailable):
        fake.connect().poll(kept(batch))


@pytest.mark.parametrize(
    "odd",
    [
        {"createTime": "yesterday"},
        {"reviewId": 7},
        {"createTime": None},
        {"reviewer": "ann"},
        {"comment": 5},
    ],
)
def test_a_review_in_an_odd_shape_is_set_aside_and_the_rest_goes_on(fake, odd):
    fake.publish("ann", "fine", AT)
    fake.publish("bob", "odd", AT, **odd)
    if "comment" in odd:
        fake.reviews["AbFvOq2"].text = odd["comment"]

    (batch,), _ = drained(fake.connect())

    assert texts([batch]) == ["fine"]
    assert "location" in batch.set_aside[0].where


def test_nine_digits_of_a_second_are_read(fake):
    fake.publish("ann", "hi", AT, createTime="2026-03-01T08:00:00.123456789Z")

    assert only(fake.connect()).posted_at.microsecond == 123456


@pytest.mark.parametrize(
    ("text", "used", "fits"),
    [
        ("", 0, False),
        ("abc", 3, True),
        ("ü☕", 5, True),
        ("ü" * 2048, 4096, True),
        ("ü" * 2049, 4098, False),
    ],
)
def test_length_is_counted_in_bytes(fake, text, used, fits):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()

    length = connector.measure(target(only(connector)), text)

    assert (length.used, length.limit, length.unit) == (used, 4096, "bytes")
    assert length.fits is fits


def test_an_answer_is_put_there_once(fake):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    before = connector.standing_reply(aim)

    posted = connector.reply(aim, "Thanks & <b>bye</b> ☕")

    assert (before, fake.replies(key)) == (None, ["Thanks & <b>bye</b> ☕"])
    assert (posted.posted_at, posted.is_pending, len(fake.writes)) == (
        fake.now,
        False,
        1,
    )
    assert connector.standing_reply(aim).text == "Thanks & <b>bye</b> ☕"


def test_an_answer_that_waits_for_google_is_pending(fake):
    fake.moderation = "PENDING"
    fake.publish("ann", "hi", AT)
    connector = fake.connect()

    assert connector.reply(target(only(connector)), "Thanks").is_pending


def test_an_answer_turned_down_at_once_is_refused(fake):
    fake.moderation = "REJECTED"
    fake.publish("ann", "hi", AT)
    connector = fake.connect()

    with pytest.raises(Refused, match="turned down"):
        connector.reply(target(only(connector)), "Call 555-1234")


def test_an_answer_turned_down_later_surfaces_and_is_no_answer(fake):
    fake.moderation = "PENDING"
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    aim = target(only(connector))
    connector.reply(aim, "Call 555-1234")
    (waiting,), cursor = drained(connector, cursor)
    fake.decide(key, "REJECTED", "PERSONAL_INFORMATION")

    (batch,), cursor = drained(connector, cursor)

    assert waiting.posts[0].owner_reply is not None
    assert [post.owner_reply for post in batch.posts] == [None]
    assert "personal information" in batch.cautions[0].text
    assert connector.standing_reply(aim) is None
    assert connector.find_reply(aim, "Call 555-1234", fake.now) is None
    (quiet,), _ = drained(connector, cursor)
    assert (list(quiet.posts), list(quiet.cautions)) == ([], [])


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_dropped_reply_is_unclear_and_can_be_looked_up(fake, is_stored):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.drop_after_storing, fake.drop_before_storing = is_stored, not is_stored

    with pytest.raises(Unavailable) as raised:
        connector.reply(aim, "Thanks")

    fake.mend()
    found = connector.find_reply(aim, "Thanks", fake.now)
    assert raised.value.unclear
    assert len(fake.writes) == 1
    assert (found is not None) is is_stored is bool(fake.replies(key))


@pytest.mark.parametrize(
    ("answer", "kind", "unclear"),
    [
        (Reply(b"{", 200), Unavailable, True),
        (ok([]), Unavailable, True),
        (error(503), Unavailable, True),
        (Reply(delay=30), Unavailable, True),
        (error(429), Unavailable, False),
        (error(404), Gone, None),
        (error(403, "PERMISSION_DENIED", "not verified"), Refused, None),
        (error(400, "INVALID_ARGUMENT", "too long"), Refused, None),
        (Reply(b"", 307, {"Location": "https://elsewhere.example/"}), Refused, None),
    ],
)
def test_a_reply_that_fails_says_whether_it_may_stand(fake, answer, kind, unclear):
    fake.publish("ann", "hi", AT)
    patience = timedelta(seconds=1 if answer.delay else 20)
    connector = fake.connect(timeout=patience)
    aim = target(only(connector))
    fake.fail_with(answer)

    with pytest.raises(kind) as raised:
        connector.reply(aim, "Thanks")

    assert getattr(raised.value, "unclear", None) is unclear


def test_a_reply_whose_token_does_not_come_is_not_unclear(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.token_answer = Reply(drop=True)

    with pytest.raises(Unavailable) as raised:
        fake.connect().reply(aim, "Thanks")

    assert not raised.value.unclear


@pytest.mark.parametrize(
    ("text", "earlier", "is_ours"),
    [
        ("Thanks", timedelta(0), True),
        (" Thanks\n", timedelta(0), True),
        ("Thanks!", timedelta(0), False),
        ("Thanks", 2 * HOUR, False),
    ],
)
def test_our_reply_is_known_by_its_words_and_time(fake, text, earlier, is_ours):
    key = fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    fake.answer_natively(key, "Thanks", fake.now - earlier)

    found = connector.find_reply(aim, text, fake.now)

    assert (found is not None) is is_ours


def test_an_unverified_location_takes_no_answers(fake):
    fake.add_location("1", "Acme Berlin", verified=False)
    fake.publish("ann", "hi", AT)
    connector = fake.connect()

    can = connector.can_reply(target(only(connector)))

    assert (can.ok, can.url) == (False, "https://maps.google.com/maps?cid=1")
    assert "verified" in can.reason


def test_a_post_without_its_name_cannot_be_answered(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    blank = type(aim)(
        id=aim.id, url=aim.url, author=aim.author, posted_at=aim.posted_at
    )

    assert connector.can_reply(aim).ok
    assert not connector.can_reply(blank).ok
    with pytest.raises(Refused):
        connector.reply(blank, "Thanks")


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
    assert seen.posts[1].owner_reply is not None
    assert list(seen.gone) == [aims[1].id]
    assert seen.posts[2] == batch.posts[3]


def test_one_review_that_is_refused_does_not_keep_us_from_the_others(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aim = target(only(connector))
    blank = type(aim)(id="x", url=aim.url, author=aim.author, posted_at=aim.posted_at)

    assert [post.text for post in connector.recheck([blank, aim]).posts] == ["hi"]
    with pytest.raises(Refused):
        connector.recheck([blank])


def test_lost_access_is_no_deletion(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aims = [target(only(connector))]
    fake.fail("404")

    seen = connector.recheck(aims)

    assert (list(seen.posts), dict(seen.gone)) == ([], {})


def test_a_location_that_is_verified_later_can_be_answered_then(fake):
    fake.add_location("1", "Acme", verified=False)
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    _, cursor = drained(connector)
    fake.add_location("1", "Acme")
    fake.now += HOUR

    (batch,), _ = drained(connector, cursor)

    assert connector.can_reply(target(batch.posts[0])).ok


def test_looking_again_fails_as_a_poll_does(fake):
    fake.publish("ann", "hi", AT)
    connector = fake.connect()
    aims = [target(only(connector))]
    fake.fail("503")

    with pytest.raises(Unavailable):
        connector.recheck(aims)


def test_validate_names_what_takes_no_answers(fake):
    fake.publish("ann", "hi", AT)
    fake.add_location("2", "Acme Bonn", verified=False)

    assert fake.connect().validate() == (
        "2 locations; Acme Berlin has 1 review; not verified, so no answers: Acme Bonn"
    )


def test_validate_refuses_an_account_without_locations(fake):
    fake.locations.clear()

    with pytest.raises(Refused, match="invite it as a manager"):
        fake.connect().validate()
