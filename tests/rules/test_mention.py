from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Kind, OwnerReply
from monitor.config import Priority
from monitor.models import Mention, Reason, Status
from monitor.rules.answer import kept
from monitor.rules.decide import Known, decide
from monitor.rules.mention import known_again, to_mention
from monitor.rules.status import may_move
from monitor.rules.worse import shift_in
from sentiment import Label
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
        "closed_by": None, "erased_at": None, "rev": 0, "owner_reply": None,
        "recheck_at": None,
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

    opened = after(mention, known_again(candidate("acme again?"), mention, LATER))

    assert opened.due_at == LATER + timedelta(hours=24)
    assert (opened.answered_at, opened.answered_by) == (None, None)
    assert (opened.closed_at, opened.closed_by) == (None, None)


@pytest.mark.parametrize("edited_at", [None, NOW + timedelta(minutes=30)])
def test_answer_seen_before_an_edit_does_not_answer_the_edit(edited_at):
    """Also where the platform does not tell when a post was edited."""
    old = replace(REPLY, posted_at=NOW - timedelta(hours=1))
    mention = row(Status.ANSWERED)
    one = candidate("acme?", owner_reply=old, edited_at=edited_at)

    assert known_again(one, mention, LATER).new == "open"


def test_answer_to_the_edit_is_an_answer():
    mention = row(Status.ANSWERED)

    update = known_again(candidate("acme again", owner_reply=REPLY), mention, LATER)

    assert update.new == "answered"
    assert after(mention, update).answered_at == REPLY.posted_at


def test_edit_of_erased_words_restores_what_is_needed_to_answer():
    erased = dict.fromkeys(("author", "text", "text_hash", "url"), "[erased]")
    mention = row(Status.ANSWERED, erased_at=NOW, hits=[], ref={}, **erased)

    opened = after(mention, known_again(candidate("acme again?"), mention, LATER))

    fresh = row()
    assert opened.status is Status.OPEN
    assert opened.erased_at is None
    assert (opened.author, opened.url) == (fresh.author, fresh.url)
    assert (opened.text, opened.hits) == ("acme again?", [["acme", 0, 4]])


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


def test_edit_that_brings_the_deadline_forward_ends_a_snooze_past_it():
    first = candidate("acme", sentiment=POSITIVE)
    mention = to_mention(first, decide(first, NOW), "file", NOW)
    mention.snoozed_until = NOW + timedelta(hours=5)

    update = known_again(candidate("acme.", sentiment=NEGATIVE), mention, NOW)

    assert update.values["snoozed_until"] is None


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


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.DISMISSED, Status.NOT_OURS])
def test_answer_under_what_is_closed_is_kept_without_fuss(status):
    mention = row(status)
    one = candidate("acme was here", owner_reply=REPLY)

    update = known_again(one, mention, LATER)

    assert update.is_quiet
    assert update.values == {"owner_reply": kept(REPLY, in_post=True)}


@pytest.mark.parametrize("status", [Status.SENDING, Status.GONE])
def test_answer_is_left_to_the_sender_and_not_kept_of_what_is_gone(status):
    one = candidate("acme was here", owner_reply=REPLY)

    assert known_again(one, row(status), LATER) is None


@pytest.mark.parametrize("text", ["acme was here", "acme is bad now"])
def test_what_is_gone_stays_erased_even_if_it_is_shown_again(text):
    assert known_again(candidate(text), row(Status.GONE), LATER) is None


@pytest.mark.parametrize("platform_tells", [True, False])
def test_answer_that_came_before_its_post_closes_it_at_once(platform_tells):
    told = {"owner_reply": REPLY} if platform_tells else {}
    one = candidate(known=Known(noticed=REPLY), **told)

    made = to_mention(one, decide(one, LATER), "file", LATER)

    assert (made.status, made.answered_at) == (Status.ANSWERED, REPLY.posted_at)
    assert made.owner_reply == kept(REPLY, in_post=platform_tells)


def answered(**values):
    """Return a mention whose answer stands within its post."""
    given = {"owner_reply": kept(REPLY, in_post=True), "reason": "replied_natively"}
    return row(Status.ANSWERED, **(given | values))


def test_answer_deleted_there_opens_the_mention_again():
    mention = answered()

    update = known_again(candidate("acme was here"), mention, LATER)

    opened = after(mention, update)
    assert (update.old, update.new, update.is_quiet) == ("answered", "open", False)
    assert update.reason == "the brand's answer was deleted there"
    assert opened.owner_reply is None
    assert opened.due_at > LATER
    assert opened.why[0] == update.reason


def test_answer_deleted_together_with_an_edit_opens_the_mention_too():
    update = known_again(candidate("acme is fine"), answered(), LATER)

    assert (update.what, update.new) == ("edited", "open")
    assert update.reason.endswith("the brand's answer was deleted there")


def test_answer_that_we_noticed_ourselves_does_not_vanish_with_the_next_poll():
    mention = answered(owner_reply=kept(REPLY))

    assert known_again(candidate("acme was here"), mention, LATER) is None


@pytest.mark.parametrize("status", [Status.DISMISSED, Status.OPEN, Status.NOT_OURS])
def test_deleted_answer_opens_only_what_was_answered(status):
    mention = row(status, owner_reply=kept(REPLY, in_post=True))

    update = known_again(candidate("acme was here"), mention, LATER)

    assert update.is_quiet
    assert update.values == {"owner_reply": None}


def test_mention_somebody_opened_again_is_not_closed_by_the_answer_they_knew():
    mention = row(owner_reply=kept(REPLY, in_post=True))
    one = candidate("acme was here", owner_reply=REPLY)

    assert known_again(one, mention, LATER) is None


def test_answer_written_anew_closes_a_mention_that_was_opened_again():
    mention = row(owner_reply=kept(REPLY, in_post=True))
    anew = replace(REPLY, text="Now mended", posted_at=LATER)

    update = known_again(candidate("acme was here", owner_reply=anew), mention, LATER)

    assert update.new == "answered"
    assert update.values["answered_at"] == LATER


def test_edit_that_is_no_worse_stays_answered_and_is_shown():
    mention = answered(rating=1.0, sentiment=Label.NEGATIVE)
    one = candidate("acme is fine", rating=4, sentiment=POSITIVE, owner_reply=REPLY)

    update = known_again(one, mention, LATER)

    assert (update.what, update.new) == ("edited", "answered")
    assert update.reason == (
        "edited by the author: rating 1 -> 4; negative -> positive"
    )
    assert shift_in(update.reason).is_better
    kept_open = after(mention, update)
    assert (kept_open.text, kept_open.answered_by) == ("acme is fine", "Ann")


def test_edit_that_got_worse_says_what_did():
    mention = answered(rating=4.0, sentiment=Label.POSITIVE)
    one = candidate("acme is bad", rating=1, sentiment=NEGATIVE, owner_reply=REPLY)

    update = known_again(one, mention, LATER)

    assert update.new == "open"
    assert update.reason == "edited by the author: rating 4 -> 1; positive -> negative"
    assert update.values["why"][0] == "rating 4 -> 1; positive -> negative"
    assert update.values["recheck_at"] is None
