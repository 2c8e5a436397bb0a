from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import OwnerReply, Posted
from monitor.config import Brand
from monitor.models import Reason, ReplyRow, ReplyState, Status
from monitor.rules import outcome
from monitor.rules.reply import (
    MOST,
    RETRY,
    SKEW,
    Standing,
    hindrance,
    is_seen,
    judge,
    keep,
    look_again,
    not_open,
    read,
    target,
    wait,
)
from tests.fakes.mentions import NOW, make_mention

HOUR = timedelta(hours=1)
BEFORE, AFTER = NOW - HOUR, NOW + HOUR
FREE, OURS, OTHER = Standing.FREE, Standing.OURS, Standing.OTHER


def said(text, at, number=None):
    return OwnerReply(text=text, posted_at=at, id=number, author="Ben")


@pytest.mark.parametrize(
    ("standing", "seen", "verdict"),
    [
        # Nothing stands there.
        (None, None, FREE),
        (None, said("old", BEFORE), FREE),
        # What stands there is what we send: an earlier try of ours.
        (said("hello", AFTER), None, OURS),
        (said(" hello\n", NOW), None, OURS),
        (said("hello", NOW - SKEW), None, OURS),
        (said("hello", AFTER, "2"), said("old", BEFORE, "1"), OURS),
        (said("hello", AFTER), said("hello", BEFORE), OURS),
        # A colleague's, unseen.
        (said("hi", AFTER), None, OTHER),
        (said("hi", BEFORE), None, OTHER),
        (said("hello", BEFORE), None, OTHER),
        (said("hi", AFTER), said("old", BEFORE), OTHER),
        (said("hi", BEFORE), said("old", BEFORE), OTHER),
        (said("hi", AFTER, "2"), said("old", BEFORE, "1"), OTHER),
        # Changed by a colleague, under the same id.
        (said("hi", AFTER, "1"), said("old", BEFORE, "1"), OTHER),
        # The one that was seen.
        (said("old", BEFORE), said("old", BEFORE), FREE),
        (said("old", BEFORE, "1"), said("old", BEFORE, "1"), FREE),
        (said("old", BEFORE + SKEW), said("old", BEFORE), FREE),
        (said("hello", BEFORE), said("hello", BEFORE), FREE),
        # The same, shown with shortened links.
        (said("t.co", BEFORE, "1"), said("https://a.example", BEFORE, "1"), FREE),
        # An older one shows, now that the seen one is deleted.
        (said("oldest", BEFORE - HOUR, "0"), said("old", BEFORE, "1"), FREE),
    ],
)
def test_answer_that_stands_there_is_ours_known_or_a_colleagues(
    standing, seen, verdict
):
    assert judge(standing, seen, "hello", NOW) is verdict


ANSWERS = st.builds(
    said,
    st.sampled_from(["hello", "hi", "old"]),
    st.sampled_from([BEFORE - HOUR, BEFORE, NOW, AFTER]),
    st.sampled_from([None, "1", "2"]),
)


@given(standing=ANSWERS, seen=st.none() | ANSWERS)
def test_newer_words_of_somebody_else_never_leave_the_way_free(standing, seen):
    is_news = standing.posted_at > (seen.posted_at if seen else NOW - 3 * HOUR)
    is_other = standing.text not in ("hello", seen.text if seen else "")
    verdict = judge(standing, seen, "hello", NOW)

    assert (verdict is OTHER) or not (is_news and is_other)


@given(seen=ANSWERS)
def test_what_was_seen_leaves_the_way_free(seen):
    assert judge(seen, seen, "hello", NOW) is FREE


@pytest.mark.parametrize(
    ("posted", "seen", "known"),
    [
        (Posted(id="1", posted_at=BEFORE), None, False),
        (Posted(id="1", posted_at=BEFORE), said("x", BEFORE, "1"), True),
        (Posted(id="1"), said("x", BEFORE, "1"), True),
        (Posted(id="1", posted_at=AFTER), said("x", BEFORE, "1"), False),
        (Posted(id="2", posted_at=BEFORE), said("x", BEFORE, "1"), False),
        (Posted(posted_at=BEFORE), said("x", BEFORE), False),
    ],
)
def test_look_up_that_finds_what_was_seen_found_nothing(posted, seen, known):
    assert is_seen(posted, seen) is known


@pytest.mark.parametrize(
    ("brand", "reason"),
    [
        (Brand(name="Acme"), ""),
        (Brand(name="Acme", reply=False), "Acme is only watched (reply: false)"),
        (None, "brand Acme is no longer in config.yaml"),
    ],
)
def test_brand_says_whether_it_answers(brand, reason):
    assert hindrance(make_mention(), brand) == reason


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, ""),
        ({"status": Status.SENDING}, "a reply is on its way"),
        ({"status": Status.GONE, "closed_by": None}, "it is already gone"),
        (
            {"status": Status.ANSWERED, "answered_by": "Ben"},
            "it is already answered by Ben",
        ),
    ],
)
def test_what_is_not_open_says_how_it_stands(values, reason):
    assert not_open(make_mention(**values)) == reason


@pytest.mark.parametrize(
    ("attempts", "asked", "waits"),
    [
        (1, None, RETRY),
        (2, None, 2 * RETRY),
        (99, None, MOST),
        (1, HOUR, HOUR),
        (1, timedelta(0), RETRY),
    ],
)
def test_wait_doubles_to_its_most_and_is_never_less_than_asked(attempts, asked, waits):
    assert wait(attempts, asked) == waits


@pytest.mark.parametrize(
    ("age", "asked", "waits"),
    [
        (timedelta(0), None, RETRY),
        (20 * RETRY, None, 10 * RETRY),
        (timedelta(days=9), None, MOST),
        (timedelta(0), HOUR, HOUR),
    ],
)
def test_look_up_comes_ever_slower_and_never_sooner_than_asked(age, asked, waits):
    assert look_again(NOW, NOW + age, asked) == waits


def test_kept_answer_is_read_as_it_was():
    reply = OwnerReply(text="hi", posted_at=NOW, id="1", author="Ben", url="https://a")

    assert read(keep(reply)) == reply
    assert read(None) is None


def test_what_no_database_keeps_is_replaced():
    assert keep(said("a\x00b", NOW))["text"] == "a\N{REPLACEMENT CHARACTER}b"


def test_target_is_the_post_as_it_came():
    mention = make_mention(author_id="7", parent_id="p", root_id="r", ref={"a": 1})

    made = target(mention)

    assert (made.id, made.author.id, made.parent_id, made.root_id, made.ref) == (
        "1", "7", "p", "r", {"a": 1},
    )  # fmt: skip


def row(**values):
    given_ = {"id": 5, "mention_id": 1, "text": "hello", "author": "Ann"}
    return ReplyRow(**(given_ | {"created_at": NOW, "due_at": NOW} | values))


@pytest.mark.parametrize(
    ("status", "goes"),
    [
        (Status.OPEN, True),
        (Status.SENDING, True),
        (Status.ANSWERED, False),
        (Status.DISMISSED, False),
        (Status.GONE, False),
        (Status.NOT_OURS, False),
    ],
)
def test_what_was_closed_meanwhile_stays_closed(status, goes):
    ended = outcome.sent(row(), Posted(id="1"), "x", NOW)

    assert outcome.moves(make_mention(status=status), ended) is goes


@pytest.mark.parametrize(
    ("reason", "noticed", "goes"),
    [
        (Reason.REPLIED_NATIVELY, said("hello", NOW), True),
        (Reason.REPLIED_NATIVELY, said("shown otherwise", NOW, "1"), True),
        (Reason.REPLIED_NATIVELY, said("hi", NOW, "2"), False),
        (Reason.REPLIED_BY_HAND, said("hello", NOW), False),
        (Reason.REPLIED_NATIVELY, None, False),
    ],
)
def test_own_reply_that_was_noticed_first_is_its_persons(reason, noticed, goes):
    ended = outcome.sent(row(), Posted(id="1"), "x", NOW)
    mention = make_mention(
        status=Status.ANSWERED,
        reason=reason.value,
        owner_reply=noticed and keep(noticed),
    )

    assert outcome.moves(mention, ended) is goes


def test_pending_reply_says_that_it_waits_for_the_platform():
    ended = outcome.sent(row(), Posted(is_pending=True), "google", NOW)

    assert ended.row["is_pending"]
    assert ended.reason == "reply 5 is out on google, pending review there"


def test_platform_ahead_of_our_clock_answers_nothing_in_the_future():
    ended = outcome.sent(row(), Posted(id="1", posted_at=AFTER), "x", NOW)

    assert ended.values["answered_at"] == NOW


@pytest.mark.parametrize(
    ("ended", "to", "state"),
    [
        (outcome.sent(row(), Posted(), "x", NOW), "answered", "sent"),
        (outcome.refused(row(), "no"), "open", "refused"),
        (outcome.gone(row(), "no", NOW), "gone", "refused"),
        (
            outcome.answered_natively(row(), said("hi", NOW), "x", NOW),
            "answered",
            "refused",
        ),
        (outcome.approved(row(), "Bob", "hello", NOW), "sending", "queued"),
        (outcome.sent_back(row(), "Bob", "no"), "open", "refused"),
        (outcome.withdrawn(row(), "Ann"), "open", "withdrawn"),
    ],
)
def test_reply_and_mention_end_together(ended, to, state):
    assert (ended.to.value, ReplyState(ended.row["state"]).value) == (to, state)
    assert ended.actor
    assert ended.reason


def test_strangers_words_in_an_error_steer_nothing():
    reply = OwnerReply(text="a\x1b[2J", posted_at=NOW, author="B\ne\x1bn")

    ended = outcome.answered_natively(row(), reply, "x", NOW)

    assert "\x1b" not in ended.row["error"] + ended.reason
    assert "\n" not in ended.reason
