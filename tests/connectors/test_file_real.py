"""Real exports, where the shared data lies beside the checkout: all is accounted for."""

import csv
import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="needs ../shared/data")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_app_reviews_all_arrive_with_their_stars_and_replies(watched):
    path = DATA / "posts" / "play_store_reviews.csv"
    folder = watched(path=str(path), platform="google_play")
    folder.clock = 9e9

    posts, aside = folder.drain()

    rows = rows_of(path)
    assert aside == []
    assert {p.id: p.rating for p in posts} == {
        row["reviewId"]: float(row["score"]) for row in rows
    }
    assert sum(post.owner_reply is not None for post in posts) == sum(
        bool(row["replyContent"].strip()) for row in rows
    )


def test_restaurant_reviews_are_all_posts_or_set_aside_as_empty(watched):
    path = DATA / "posts" / "restaurant_reviews.csv"
    folder = watched(path=str(path), date_format="%m/%d/%Y %H:%M")
    folder.clock = 9e9

    posts, aside = folder.drain()

    rows = rows_of(path)
    said = [row for row in rows if row["Review"].strip() or row["Rating"].strip()]
    assert (len(posts), len(aside)) == (len(said), len(rows) - len(said))
    assert all("neither a text nor a rating" in one.reason for one in aside)
    assert [post.ref for post in posts if post.ref] == [{"rating": "Like"}]


def test_tweets_arrive_letter_by_letter(watched):
    path = DATA / "posts" / "tweets.jsonl"
    folder = watched(path=str(path), kind="post", batch=5000)
    folder.clock = 9e9

    posts, aside = folder.drain()

    tweets = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    assert aside == []
    assert [(p.id, p.text) for p in posts] == [
        (tweet["id"], tweet["text"].strip()) for tweet in tweets
    ]


def test_a_file_without_header_and_with_stray_quotes_arrives_line_by_line(watched):
    path = DATA / "score" / "tweeteval_test.tsv"
    folder = watched(path=str(path), header=False, columns={"text": 2})
    folder.clock = 9e9

    posts, aside = folder.drain()

    lines = path.read_text("utf-8").rstrip("\n").split("\n")
    wanted = [line.split("\t")[1].strip() for line in lines]
    assert aside == []
    assert [p.text.replace('"', "") for p in posts] == [
        text.replace('"', "") for text in wanted
    ]
