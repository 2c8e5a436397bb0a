from datetime import timedelta

import pytest

from monitor.models import Mention, Status
from monitor.rules.decide import decide
from monitor.rules.mention import known_again, to_mention
from monitor.store import Filter, Move
from monitor.store.retention import BATCH, ERASED
from tests.fakes.connector import make_post
from tests.fakes.mentions import NOW
from tests.rules.helpers import candidate
from tests.store.helpers import keep, keep_one, many, rows

DAY = timedelta(days=1)
LATER = NOW + 400 * DAY
PRIVATE = {
    "text": "my phone is 555", "author": "ann_lee", "author_id": "u-77",
    "author_name": "Ann Lee", "author_url": "https://ann.example",
    "url": "https://x.example/ann/1", "followers": 77, "hits": [["555", 12, 15]],
    "ref": {"user": "ann_lee"}, "note": "ann_lee asked", "text_hash": "c0ffee",
    "owner_reply": {"text": "Dear Ann Lee"},
}  # fmt: skip


@pytest.mark.parametrize(
    "status",
    [Status.ANSWERED, Status.DISMISSED, Status.NOT_OURS, Status.GONE],
)
def test_words_and_names_of_closed_mentions_are_erased(store, status):
    mention = keep_one(store, status=status, reason="x", **PRIVATE)

    assert store.erase(NOW + DAY, LATER) == 1

    left = store.mentions.get(mention.id)
    assert (left.text, left.author) == (ERASED, ERASED)
    assert (left.url, left.text_hash, left.note) == ("", "", "")
    assert (left.author_id, left.author_name, left.author_url) == (None, None, None)
    assert (left.followers, left.hits, left.ref) == (None, [], {})
    assert left.owner_reply is None
    assert left.erased_at == LATER
    kept = str(left.model_dump())
    assert not [v for v in ("555", "ann_lee", "u-77", "Ann Lee", "c0ffee") if v in kept]


def test_every_column_a_stranger_fills_is_erased_or_named_here():
    """A new column about the author must be decided on."""
    kept = {
        "id", "brand", "source", "platform", "post_id", "kind", "content_hash",
        "language", "rating", "posted_at", "edited_at", "found_at", "parent_id",
        "root_id", "sentiment", "negative", "neutral", "positive", "sure", "model",
        "corrected", "corrected_by",
        "status", "reason", "priority", "why", "due_at", "assignee", "snoozed_until",
        "answered_at", "answered_by", "closed_at", "closed_by", "erased_at", "rev",
        "recheck_at",
    }  # fmt: skip

    assert set(Mention.model_fields) == kept | set(PRIVATE)


def test_counts_and_audit_trail_stay(store):
    mention = keep_one(store, status=Status.NOT_OURS, reason="repost", **PRIVATE)
    before = store.audit()

    store.erase(NOW + DAY, LATER)

    after = store.audit()
    assert (after.lines, after.intake, after.problems) == (
        before.lines, before.intake, (),
    )  # fmt: skip
    found, erased = store.mentions.events(mention.id)
    assert (found.what, erased.what) == ("found", "erased")
    assert (erased.actor, erased.at) == ("everyreply", LATER)


@pytest.mark.parametrize("status", [Status.OPEN, Status.SENDING])
def test_mention_that_somebody_must_still_read_keeps_its_words(store, status):
    mention = keep_one(store, status=status, **PRIVATE)

    assert store.erase(LATER, LATER) == 0
    assert store.mentions.get(mention.id).text == PRIVATE["text"]


def test_words_are_kept_until_their_time_is_over(store):
    keep_one(store, status=Status.DISMISSED, reason="x")

    assert store.erase(NOW, LATER) == 0
    assert store.erase(NOW + timedelta(seconds=1), LATER) == 1
    assert store.erase(NOW + timedelta(seconds=1), LATER) == 0


def test_mention_opened_again_starts_its_time_anew(store):
    mention = keep_one(store, status=Status.DISMISSED, reason="x")
    store.move(mention.id, Status.DISMISSED, Move(Status.OPEN, "Ann", "ours"), NOW)

    assert store.erase(LATER, LATER) == 0


def test_more_mentions_than_one_batch_are_all_erased(store):
    keep(store, *many(BATCH + 1, status=Status.NOT_OURS, reason="repost"))

    assert store.erase(NOW + DAY, LATER) == BATCH + 1
    assert store.erase(NOW + DAY, LATER) == 0
    assert store.mentions.find(Filter(text="acme")) == []
    assert store.audit().adds_up


def test_erased_post_shown_again_is_neither_new_nor_edited(store):
    """A folder read twice must not bring back what was to be forgotten."""
    one = candidate("acme", is_repost=True)
    mention = to_mention(one, decide(one, NOW), "fake", NOW)
    [number] = keep(store, mention)
    store.erase(NOW + DAY, LATER)

    again = known_again(one, store.mentions.get(number), LATER)
    keep(store, to_mention(one, decide(one, NOW), "fake", LATER))

    assert again is None
    assert store.mentions.get(number).text == ERASED


def test_unmatched_posts_are_forgotten_after_their_time(store, database):
    keep(store, unmatched=[make_post(1, "old")])
    keep(store, unmatched=[make_post(2, "new")], now=NOW + 2 * DAY)

    assert store.forget_unmatched(NOW + DAY) == 1

    assert [one.text for one in store.mentions.unmatched()] == ["new"]
    assert rows(database, "unmatched") == 1
    assert store.audit().adds_up


def test_words_of_replies_go_with_those_they_answer(store):
    mention = keep_one(store, **PRIVATE)
    row = store.replies.submit(mention.id, "Dear Ann Lee", "Bob", NOW, awaits=True)
    store.move(mention.id, Status.OPEN, Move(Status.DISMISSED, "bob", "spam"), NOW)

    store.erase(NOW + DAY, LATER)

    left = store.replies.get(row.id)
    assert (left.text, left.seen, left.author) == (ERASED, None, "Bob")
    assert left.state == "withdrawn"
