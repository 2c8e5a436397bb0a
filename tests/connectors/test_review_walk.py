"""The walk over a newest-first list: what it keeps, where it ends, what is news."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors import Author, Post
from connectors._review_walk import MOST_KEPT, Page, Walk, same_words, with_title

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


def review(number: int, days_old: float, text: str = "") -> Post:
    return Post(
        platform="p",
        id=str(number),
        url="",
        author=Author(handle="jo"),
        text=text or f"Review {number}",
        posted_at=NOW - timedelta(days=days_old),
    )


def walked(*pages: Page, walk: Walk | None = None) -> Walk:
    walk = walk or Walk()
    for page in pages:
        walk = walk.after(page, NOW, WEEK)
    return walk


def test_a_walk_survives_json():
    walk = walked(Page([review(2, 1), review(1, 2)], next={"page": 2}))

    assert Walk.read(json.loads(json.dumps(walk.write()))) == walk


@pytest.mark.parametrize(
    ("oldest", "next_", "is_underway"),
    [(1, 2, True), (6.9, 2, True), (7.1, 2, False), (1, None, False)],
)
def test_a_later_walk_ends_beyond_what_is_read_again(oldest, next_, is_underway):
    done = walked(Page([review(1, 3)]))

    walk = walked(Page([review(1, oldest)], next=next_), walk=done)

    assert walk.is_underway == is_underway


def test_a_walk_never_ends_before_what_the_last_one_came_to():
    done = walked(Page([review(1, 30)]))

    walk = walked(Page([review(9, 20)], next=2), walk=done)

    assert walk.is_underway


def test_the_first_walk_goes_to_the_end_of_the_list():
    assert walked(Page([review(1, 3000)], next=2)).is_underway


def test_a_walk_that_catches_up_reads_nothing_again():
    done = Walk.read({**walked(Page([review(1, 3)])).write(), "catch_up": True})

    walk = walked(Page([review(2, 0), review(0, 3.1)], next=2), walk=done)

    assert not walk.is_underway
    assert not walk.catch_up


def test_the_newest_reviews_are_remembered_and_the_oldest_forgotten():
    count = MOST_KEPT + 5
    posts = [review(n, days_old=n) for n in range(count)]

    walk = walked(Page(posts))

    assert len(walk.seen) == MOST_KEPT
    assert [p.id for p in walk.news(Page(posts), NOW)] == [
        str(n) for n in range(MOST_KEPT, count)
    ]


def test_only_changed_words_are_an_edit():
    walk = walked(Page([review(1, 1), review(2, 1)]))

    news = walk.news(Page([review(1, 1), review(2, 1, "changed")]), NOW)

    assert [(post.id, post.edited_at) for post in news] == [("2", NOW)]


@pytest.mark.parametrize(
    ("title", "body", "text"),
    [
        ("Bad", "Crashes", "Bad\nCrashes"),
        ("Bad", "Bad", "Bad"),
        ("", "Crashes", "Crashes"),
        ("Bad", None, "Bad"),
        (None, None, ""),
    ],
)
def test_the_title_is_the_first_line(title, body, text):
    assert with_title(title, body) == text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a b", "a\r\nb ", True), ("a b", "ab", False), ("a", "A", False)],
)
def test_white_space_does_not_make_another_reply(one, other, same):
    assert same_words(one, other) == same
