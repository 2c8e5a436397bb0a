from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Kind, OwnerReply
from monitor.models import Mention, Priority, Reason, Status
from monitor.rules.decide import Known, decide
from monitor.rules.mention import known_again, to_mention
from monitor.rules.status import may_move
from tests.fakes.connector import EPOCH
from tests.rules.helpers import NEGATIVE, NEUTRAL, POSITIVE, candidate

NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
CLOSED = {"closed_at": NOW, "closed_by": "Ann"}
# How each status comes to be; None: the status a fresh decision gives.
ROWS = {
    Status.OPEN: {},
    Status.SENDING: {"status": Status.SENDING},
    Status.ANSWERED: {
        "status": Status.ANSWERED, "answered_at": NOW, "answered_by": "Ann", **CLOSED,
    },
    Status.DISMISSED: {"status": Status.DISMISSED, "reason": "praise", **CLOSED},
    Status.GONE: {"status": Status.GONE, "reason": "deleted", **CLOSED},
    Status.NOT_OURS: {"status": Status.NOT_OURS, "reason": "excluded", **CLOSED},
}  # fmt: skip
REPLY = OwnerReply(text="Sorry!", posted_at=NOW + timedelta(hours=1), author="Acme")
EDITS = {
    Status.OPEN: {},
    Status.ANSWERED: {"owner_reply": REPLY},
    Status.NOT_OURS: {"excluded": ("jobs",)},
}


def row(status=Status.OPEN, **values):
    one = candidate("acme was here")
    made = to_mention(one, decide(one, NOW), "file", NOW)
    made.id = 1
    for name, value in (ROWS[status] | values).items():
        setattr(made, name, value)
    return made


def after(mention, update):
    """Return the mention with the update applied."""
    return Mention(**(mention.model_dump() | update.values))


def test_post_becomes_a_row_with_all_that_is_known_of_it():
    one = candidate(
        "acme is bad",
        author="ann",
        followers=7,
        kind=Kind.REVIEW,
        rating=2,
        lang="en",
        parent_id="p",
        root_id="r",
        ref={"a": 1},
        sentiment=NEGATIVE,
    )

    made = to_mention(one, decide(one, NOW), "reviews", NOW)

    assert made.model_dump(exclude={"text_hash", "content_hash"}) == {
        "id": None, "brand": "Acme", "source": "reviews", "platform": "fake",
        "post_id": "1", "kind": "review", "url": "https://fake.example/1",
        "author": "ann", "author_id": None, "author_name": None, "author_url": None,
        "followers": 7, "text": "acme is bad", "language": "en", "rating": 2.0,
        "posted_at": EPOCH + timedelta(minutes=1), "edited_at": None, "found_at": NOW,
        "parent_id": "p", "root_id": "r", "ref": {"a": 1}, "hits": [["acme", 0, 4]],
        "sentiment": "negative", "negative": 0.9, "neutral": 0.06, "positive": 0.04,
        "sure": True, "model": "fake",
        "corrected": None, "corrected_by": None, "status": "open", "reason": "needs_reply",
        "note": "", "priority": "high", "why": ["2 of 5 stars"],
        "due_at": NOW + timedelta(hours=4), "assignee": None, "snoozed_until": None,
        "answered_at": None, "answered_by": None, "closed_at": None,
        "closed_by": None, "erased_at": None, "rev": 0,
    }  # fmt: skip


def test_end_is_closed_at_once_by_us():
    one = candidate(is_repost=True)

    made = to_mention(one, decide(one, NOW), "file", NOW)

    assert (made.status, made.reason) == (Status.NOT_OURS, Reason.REPOST)
    assert (made.closed_at, made.closed_by) == (NOW, "everyreply")


def test_answered_post_is_kept_with_who_answered_and_when():
    one = candidate(owner_reply=REPLY)

    made = to_mention(one, decide(one, LATER), "file", LATER)

    assert (made.answered_at, made.answered_by) == (REPLY.posted_at, "Acme")
    assert made.closed_at == LATER


@pytest.mark.parametrize("status", Status)
def test_same_post_again_brings_nothing(status):
    assert known_again(candidate("acme was here"), row(status), LATER) is None


# What an edit makes of a mention: rows are its status, columns what we would
# decide of the edited post if we saw it for the first time.
@pytest.mark.parametrize(
    ("status", "decision", "outcome"),
    [
        ("open", "open", "open"),
        ("open", "answered", "answered"),
        ("open", "not_ours", "not_ours"),
        ("sending", "open", "sending"),
        ("sending", "answered", "sending"),
        ("sending", "not_ours", "sending"),
        ("answered", "open", "open"),
        ("answered", "answered", "answered"),
        ("answered", "not_ours", "answered"),
        ("dismissed", "open", "dismissed"),
        ("dismissed", "answered", "dismissed"),
        ("dismissed", "not_ours", "dismissed"),
        ("gone", "open", "gone"),
        ("gone", "answered", "gone"),
        ("gone", "not_ours", "gone"),
        ("not_ours", "open", "open"),
        ("not_ours", "answered", "not_ours"),
        ("not_ours", "not_ours", "not_ours"),
    ],
)
def test_edit_of_a_known_post(status, decision, outcome):
    mention = row(Status(status))
    one = candidate("acme is bad now", sentiment=NEGATIVE, **EDITS[Status(decision)])

    update = known_again(one, mention, LATER)

    assert (update.what, update.old, update.new) == ("edited", status, outcome)
    assert update.reason
    changed = after(mention, update)
    assert changed.status == outcome
    assert changed.text == "acme is bad now"
    assert changed.sentiment == "negative"
    assert (changed.closed_at is None) == (outcome in ("open", "sending"))


def test_dismissal_keeps_its_person_and_reason():
    update = known_again(candidate("acme again"), row(Status.DISMISSED), LATER)

    kept = after(row(Status.DISMISSED), update)
    assert (kept.closed_by, kept.reason, kept.closed_at) == ("Ann", "praise", NOW)


def test_mention_that_opens_again_has_a_new_deadline_and_no_answer():
    mention = row(Status.ANSWERED)

    opened = after(mention, known_again(candidate("acme again"), mention, LATER))

    assert opened.due_at == LATER + timedelta(hours=24)
    assert (opened.answered_at, opened.answered_by) == (None, None)
    assert (opened.closed_at, opened.closed_by) == (None, None)


@pytest.mark.parametrize("edited_at", [None, NOW + timedelta(minutes=30)])
def test_answer_seen_before_an_edit_does_not_answer_the_edit(edited_at):
    """Also where the platform does not tell when a post was edited."""
    old = replace(REPLY, posted_at=NOW - timedelta(hours=1))
    mention = row(Status.ANSWERED)
    one = candidate("acme is still bad", owner_reply=old, edited_at=edited_at)

    assert known_again(one, mention, LATER).new == "open"


def test_answer_to_the_edit_is_an_answer():
    mention = row(Status.ANSWERED)

    update = known_again(candidate("acme again", owner_reply=REPLY), mention, LATER)

    assert update.new == "answered"
    assert after(mention, update).answered_at == REPLY.posted_at


def test_edit_of_erased_words_restores_what_is_needed_to_answer():
    erased = dict.fromkeys(("author", "text", "text_hash", "url"), "[erased]")
    mention = row(Status.ANSWERED, erased_at=NOW, hits=[], ref={}, **erased)

    opened = after(mention, known_again(candidate("acme again"), mention, LATER))

    fresh = row()
    assert opened.erased_at is None
    assert (opened.author, opened.url) == (fresh.author, fresh.url)
    assert (opened.text, opened.hits) == ("acme again", [["acme", 0, 4]])


@pytest.mark.parametrize(
    ("before", "now", "hours"),
    [(POSITIVE, NEGATIVE, 4), (NEGATIVE, POSITIVE, 4), (NEUTRAL, NEUTRAL, 24)],
    ids=["praise turns to anger", "anger turns to praise", "no change"],
)
def test_open_mention_keeps_the_earlier_deadline(before, now, hours):
    first = candidate("acme", sentiment=before)
    mention = to_mention(first, decide(first, NOW), "file", NOW)
    edited = candidate("acme.", sentiment=now)
    moment = NOW + timedelta(hours=1) if before is NEGATIVE else NOW

    update = known_again(edited, mention, moment)

    assert update.values["due_at"] == NOW + timedelta(hours=hours)
    assert update.values["priority"] is decide(edited, moment).priority


@given(
    st.sampled_from([NEGATIVE, NEUTRAL, POSITIVE]),
    st.sampled_from([NEGATIVE, NEUTRAL, POSITIVE]),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_edit_never_buys_time(before, now, wait):
    first = candidate("acme", sentiment=before)
    mention = to_mention(first, decide(first, NOW), "file", NOW)

    update = known_again(candidate("acme.", sentiment=now), mention, NOW + wait)

    assert update.values["due_at"] <= mention.due_at


@given(
    st.sampled_from(Status),
    st.sampled_from([None, REPLY, replace(REPLY, posted_at=NOW)]),
    st.sampled_from(["acme was here", "acme is edited"]),
    st.booleans(),
    st.sampled_from([(), ("jobs",)]),
)
def test_update_is_a_legal_move_and_says_what_it_does(
    status, reply, text, is_repost, excluded
):
    mention = row(status)
    one = candidate(text, owner_reply=reply, is_repost=is_repost, excluded=excluded)

    update = known_again(one, mention, LATER)

    if update is None:
        return
    changed = after(mention, update)
    assert update.new == changed.status
    assert update.new == status or may_move(status, Status(update.new))
    assert changed.status is not Status.OPEN or changed.due_at
    assert changed.closed_at is None or (changed.closed_by and changed.reason)


def test_native_answer_closes_an_open_mention_and_keeps_its_deadline():
    mention = row(assignee="Bob")

    update = known_again(candidate("acme was here", owner_reply=REPLY), mention, LATER)

    closed = after(mention, update)
    assert (update.what, update.old, update.new) == ("answered", "open", "answered")
    assert update.reason == "answered by Acme on fake"
    assert (closed.reason, closed.closed_at) == ("replied_natively", LATER)
    assert (closed.answered_at, closed.answered_by) == (REPLY.posted_at, "Acme")
    assert (closed.due_at, closed.priority) == (mention.due_at, Priority.NORMAL)


@pytest.mark.parametrize(
    "more",
    [
        {"is_repost": True},
        {"brand": {"reply": False}},
        {"known": Known(spam_of=3)},
        {"known": Known(copies=99)},
    ],
    ids=["repost", "now only watched", "copy of spam", "copies"],
)
def test_native_answer_counts_whatever_else_we_know_by_now(more):
    one = candidate("acme was here", owner_reply=REPLY, **more)

    update = known_again(one, row(), LATER)

    assert update.new == "answered"
    assert update.values["status"] is Status.ANSWERED


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.OPEN])
def test_native_answer_changes_only_what_is_open(status):
    one = candidate("acme was here", owner_reply=REPLY)

    assert known_again(one, row(status), LATER) is None
