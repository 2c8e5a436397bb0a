from datetime import timedelta

import pytest

from connectors import Kind
from monitor.config import Priority
from monitor.models import Reason, Status
from monitor.store import Filter, Move
from monitor.store.mentions import CHUNK, chunks
from sentiment import Label
from tests.fakes.connector import make_post
from tests.fakes.mentions import NOW, make_mention
from tests.store.helpers import keep, keep_one, many, sql

HOUR = timedelta(hours=1)


def ids(mentions):
    return [one.post_id for one in mentions]


@pytest.mark.parametrize(
    ("which", "values"),
    [
        (Filter(brand="Bolt"), {"brand": "Bolt"}),
        (Filter(source="other"), {"source": "other"}),
        (Filter(platform="x"), {"platform": "x"}),
        (Filter(status=Status.DISMISSED), {"status": Status.DISMISSED}),
        (Filter(reason="praise"), {"reason": "praise"}),
        (Filter(sentiment=Label.POSITIVE), {"sentiment": Label.POSITIVE}),
        (Filter(priority=Priority.LOW), {"priority": Priority.LOW}),
        (Filter(author="bob"), {"author": "bob"}),
        (Filter(text="BROKEN"), {"text": "acme is broken"}),
        (Filter(since=NOW + HOUR), {"found_at": NOW + HOUR}),
        (Filter(until=NOW), {"found_at": NOW - HOUR}),
        (Filter(overdue_at=NOW), {"due_at": NOW - HOUR}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_filter_finds_what_it_names_and_nothing_else(store, which, values):
    keep_one(store, post_id="other")
    keep_one(store, post_id="this", **values)

    assert ids(store.mentions.find(which)) == ["this"]
    assert ids(store.mentions.each(which)) == ["this"]


def test_everything_a_filter_names_must_hold(store):
    keep_one(store, post_id="1", brand="Bolt", author="bob")
    keep_one(store, post_id="2", brand="Bolt")
    keep_one(store, post_id="3", author="bob")

    assert ids(store.mentions.find(Filter(brand="Bolt", author="bob"))) == ["1"]


def test_closed_mention_is_never_overdue(store):
    keep_one(store, status=Status.DISMISSED, due_at=NOW - HOUR)

    assert store.mentions.find(Filter(overdue_at=NOW)) == []


@pytest.mark.parametrize("text", ["100%", "a_b", "/", "\\", "'", "%_"])
def test_wildcards_in_a_searched_text_are_literal(store, text):
    keep_one(store, post_id="plain", text="100 aXb acme")
    keep_one(store, post_id="literal", text=f"acme {text} acme")

    assert ids(store.mentions.find(Filter(text=text))) == ["literal"]


def test_newest_is_listed_first_and_as_many_as_asked(store):
    keep(store, *many(5))

    assert ids(store.mentions.find(Filter(), limit=2)) == ["4", "3"]
    assert ids(store.mentions.find(Filter())) == ["4", "3", "2", "1", "0"]


def test_queue_is_open_mentions_by_priority_then_deadline(store):
    for name, priority, due, status in (
        ("late high", Priority.HIGH, 2, Status.OPEN),
        ("low", Priority.LOW, -9, Status.OPEN),
        ("urgent", Priority.URGENT, 9, Status.OPEN),
        ("early high", Priority.HIGH, 1, Status.OPEN),
        ("normal", Priority.NORMAL, 0, Status.OPEN),
        ("closed", Priority.URGENT, 0, Status.DISMISSED),
        ("sending", Priority.URGENT, 0, Status.SENDING),
    ):
        keep_one(
            store,
            post_id=name,
            priority=priority,
            due_at=NOW + due * HOUR,
            status=status,
        )

    queue = ids(store.mentions.queue())

    assert queue == ["urgent", "early high", "late high", "normal", "low"]
    assert ids(store.mentions.queue(limit=2)) == queue[:2]


def test_queue_of_one_brand_holds_only_its_own(store):
    keep_one(store, post_id="1")
    keep_one(store, post_id="2", brand="Bolt")

    assert ids(store.mentions.queue(brand="Bolt")) == ["2"]


def test_state_of_the_queue(store):
    keep_one(store, post_id="1", due_at=NOW - HOUR, found_at=NOW - 5 * HOUR)
    keep_one(store, post_id="2", due_at=NOW, found_at=NOW - 3 * HOUR)
    keep_one(store, post_id="3", status=Status.DISMISSED, found_at=NOW - 9 * HOUR)

    assert store.mentions.queue_state(NOW) == (2, 1, NOW - 5 * HOUR)


def test_state_of_an_empty_queue(store):
    assert store.mentions.queue_state(NOW) == (0, 0, None)


@pytest.mark.parametrize("count", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_walks_bring_everything_once_and_in_order(store, count):
    keep(store, *many(count), unmatched=[make_post(n, "x") for n in range(count)])

    by_id = list(store.mentions.each(Filter()))
    by_post = list(store.mentions.by_post())
    unmatched = list(store.mentions.unmatched())

    assert ids(by_id) == [str(n) for n in range(count)]
    for walk in (by_post, unmatched):
        assert sorted(map(int, ids(walk))) == list(range(count))


def test_walk_holds_no_more_than_a_page(store):
    keep(store, *many(CHUNK + 1))
    walk = store.mentions.each(Filter())
    next(walk)

    keep_one(store, post_id="while walking")

    assert ids(walk)[-1] == "while walking"


def test_walk_of_a_filter_pages_past_what_it_leaves_out(store):
    mentions = many(2 * CHUNK)
    for one in mentions[1:-1]:
        one.brand = "Bolt"
    keep(store, *mentions)

    assert ids(store.mentions.each(Filter(brand="Acme"))) == ["0", str(2 * CHUNK - 1)]


def test_mentions_of_one_post_stand_together(store):
    names = [("1", "Bolt"), ("2", "Acme"), ("1", "Acme"), ("2", "Bolt")]
    keep(store, *(make_mention(post_id=post, brand=brand) for post, brand in names))

    found = [(one.post_id, one.brand) for one in store.mentions.by_post()]

    assert found == [("1", "Acme"), ("1", "Bolt"), ("2", "Acme"), ("2", "Bolt")]


def test_known_posts_are_found_by_platform_post_and_brand(store):
    keep(store, make_mention(post_id="1"), make_mention(post_id="1", brand="Bolt"))
    keep(store, make_mention(post_id="2", platform="x"))

    found = store.mentions.known("fake", ["1", "2", "3"])

    assert set(found) == {("fake", "1", "Acme"), ("fake", "1", "Bolt")}


def test_more_known_posts_than_one_question_has_room_for(store):
    keep(store, *many(2 * CHUNK + 1))

    found = store.mentions.known("fake", [str(n) for n in range(5 * CHUNK)])

    assert len(found) == 2 * CHUNK + 1


def test_copies_count_posts_not_mentions_and_only_recent_ones(store):
    keep(
        store,
        make_mention(post_id="1", text_hash="a"),
        make_mention(post_id="1", text_hash="a", brand="Bolt"),
        make_mention(post_id="2", text_hash="a"),
        make_mention(post_id="3", text_hash="a", found_at=NOW - 48 * HOUR),
        make_mention(post_id="4", text_hash="b"),
    )

    assert store.mentions.copies(["a", "b", "c"], NOW - 24 * HOUR) == {"a": 2, "b": 1}


def test_spam_is_what_a_person_dismissed_as_spam(store):
    spam = keep_one(store, post_id="1", text_hash="a")
    keep_one(store, post_id="2", text_hash="b")
    praise = keep_one(store, post_id="3", text_hash="c")
    for mention, reason in ((spam, Reason.SPAM.value), (praise, "praise")):
        store.move(mention.id, Status.OPEN, Move(Status.DISMISSED, "Ann", reason), NOW)

    assert store.mentions.spam(["a", "b", "c"]) == {"a": spam.id}


def test_earlier_mentions_are_counted_per_author_and_brand(store):
    keep(
        store,
        make_mention(post_id="1"),
        make_mention(post_id="2"),
        make_mention(post_id="3", brand="Bolt"),
        make_mention(post_id="4", platform="x"),
        make_mention(post_id="5", found_at=NOW - 48 * HOUR),
        make_mention(post_id="6", author="bob"),
    )

    found = store.mentions.authors("fake", ["ann", "bob", "eve"], NOW - 24 * HOUR)

    assert found == {("ann", "Acme"): 2, ("ann", "Bolt"): 1, ("bob", "Acme"): 1}


def test_mention_comes_back_as_it_was_kept(store):
    given = make_mention(
        kind=Kind.REVIEW,
        rating=4.5,
        ref={"deep": [1, {"a": None}]},
        hits=[["ácme", 0, 4]],
        why=["one", "two"],
        text="漢字 👩\u200d🚀 \x07 line\r\nline",
        followers=2**31 - 1,
        priority=Priority.URGENT,
        edited_at=NOW,
    )
    expected = given.model_dump(exclude={"id"})

    [number] = keep(store, given)

    found = store.mentions.get(number)
    assert found.model_dump(exclude={"id"}) == expected
    assert found.posted_at.tzinfo is not None
    assert (found.priority, found.status, found.kind) == (
        Priority.URGENT, Status.OPEN, Kind.REVIEW,
    )  # fmt: skip


def test_words_of_the_database_are_readable_in_sql(store, database):
    keep_one(store, kind=Kind.REVIEW)

    row = sql(database, "SELECT status, kind, sentiment, priority FROM mention").one()

    assert tuple(row) == ("open", "review", "negative", 1)


def test_mention_that_is_not_there_is_none(store):
    assert store.mentions.get(404) is None
    assert store.mentions.events(404) == []


def test_items_are_cut_into_lists():
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
