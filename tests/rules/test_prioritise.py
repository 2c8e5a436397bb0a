from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Priorities, Priority
from monitor.rules.match import Hit
from monitor.rules.prioritise import Feeling, prioritise
from sentiment import Label, Sentiment
from tests.fakes.connector import make_post

SETTINGS = Priorities(reach=10_000)
RANK = {priority: n for n, priority in enumerate(Priority)}


def mood(label, confidence=0.9, *, sure=True):
    rest = (1 - confidence) / 2
    shares = dict.fromkeys(Label, rest) | {Label(label): confidence}
    return Sentiment(
        Label(label),
        shares[Label.NEGATIVE],
        shares[Label.NEUTRAL],
        shares[Label.POSITIVE],
        "fake",
        "en",
        sure,
    )


NEGATIVE, NEUTRAL, POSITIVE = mood("negative"), mood("neutral"), mood("positive")
DOUBTFUL = mood("negative", 0.45)
UNSURE = mood("negative", sure=False)


def judge(sentiment, text="acme", *, urgent=(), earlier=0, other=False, **post):
    hits = [Hit(word, 0, 1) for word in urgent]
    feeling = Feeling(make_post(1, text, **post), sentiment, hits, other)
    return prioritise(feeling, earlier, SETTINGS)


@pytest.mark.parametrize(
    ("sentiment", "more", "priority", "why"),
    [
        (NEGATIVE, {}, "high", ["sounds negative (90%)"]),
        (NEUTRAL, {}, "normal", ["sounds neutral (90%)"]),
        (POSITIVE, {}, "low", ["sounds positive (90%)"]),
        (DOUBTFUL, {}, "normal", ["perhaps negative (45%)"]),
        (mood("positive", 0.59), {}, "normal", ["perhaps positive (59%)"]),
        (mood("positive", 0.6), {}, "low", ["sounds positive (60%)"]),
        (UNSURE, {}, "normal", ["not sure how it feels"]),
        (NEGATIVE, {"other": True}, "high", ["sounds negative (90%)", "prefers another"]),
        # Stars are facts and win over the text.
        (NEGATIVE, {"rating": 1}, "high", ["1 of 5 stars"]),
        (NEUTRAL, {"rating": 2}, "high", ["2 of 5 stars"]),
        (NEGATIVE, {"rating": 3}, "normal", ["3 of 5 stars"]),
        (POSITIVE, {"rating": 2.5}, "normal", ["2.5 of 5 stars"]),
        (NEGATIVE, {"rating": 3.9}, "normal", ["3.9 of 5 stars"]),
        (POSITIVE, {"rating": 4}, "low", ["4 of 5 stars"]),
        (UNSURE, {"rating": 1}, "high", ["1 of 5 stars"]),
        (POSITIVE, {"rating": 1}, "high",
         ["1 of 5 stars", "though the text sounds positive"]),
        (NEGATIVE, {"rating": 5}, "low",
         ["5 of 5 stars", "though the text sounds negative"]),
        (DOUBTFUL, {"rating": 5}, "low", ["5 of 5 stars"]),
        # A question lifts praise, and nothing else.
        (POSITIVE, {"text": "how?"}, "normal",
         ["sounds positive (90%)", "asks a question"]),
        (NEUTRAL, {"text": "how?"}, "normal",
         ["sounds neutral (90%)", "asks a question"]),
        (NEGATIVE, {"text": "how?"}, "high",
         ["sounds negative (90%)", "asks a question"]),
        # Reach lifts one step, praise not at all.
        (NEGATIVE, {"followers": 10_000}, "urgent",
         ["sounds negative (90%)", "10,000 followers"]),
        (NEUTRAL, {"followers": 1_234_567}, "high",
         ["sounds neutral (90%)", "1,234,567 followers"]),
        (POSITIVE, {"followers": 10_000}, "low",
         ["sounds positive (90%)", "10,000 followers"]),
        (NEUTRAL, {"followers": 9_999}, "normal", ["sounds neutral (90%)"]),
        # An author who wrote before lifts to high at most, praise not at all.
        (NEUTRAL, {"earlier": 1}, "high",
         ["sounds neutral (90%)", "wrote about us once before"]),
        (NEGATIVE, {"earlier": 3}, "high",
         ["sounds negative (90%)", "wrote about us 3 times before"]),
        (POSITIVE, {"earlier": 3}, "low",
         ["sounds positive (90%)", "wrote about us 3 times before"]),
        (NEGATIVE, {"earlier": 3, "followers": 20_000}, "urgent",
         ["sounds negative (90%)", "20,000 followers", "wrote about us 3 times before"]),
        (POSITIVE, {"text": "how?", "earlier": 3, "followers": 20_000}, "normal",
         ["sounds positive (90%)", "asks a question", "20,000 followers",
          "wrote about us 3 times before"]),
        # Urgent words win over everything.
        (POSITIVE, {"urgent": ["lawsuit"], "rating": 5}, "urgent",
         ['urgent word "lawsuit"']),
        (NEGATIVE, {"urgent": ["a", "b", "c", "d"]}, "urgent",
         ['urgent word "a", "b", "c"']),
    ],
)  # fmt: skip
def test_priority_comes_with_its_reasons(sentiment, more, priority, why):
    assert judge(sentiment, **more) == (Priority(priority), tuple(why))


MOODS = st.sampled_from([NEGATIVE, NEUTRAL, POSITIVE, DOUBTFUL, UNSURE])
RATINGS = st.none() | st.sampled_from([1, 2, 3, 4, 5])


@given(MOODS, RATINGS, st.sampled_from(["acme", "acme?"]), st.integers(0, 3))
def test_more_reach_never_makes_a_mention_wait_longer(sentiment, rating, text, earlier):
    few, _ = judge(sentiment, text, rating=rating, earlier=earlier)
    many, _ = judge(sentiment, text, rating=rating, earlier=earlier, followers=10**6)

    assert RANK[many] <= RANK[few]


@given(MOODS, RATINGS, st.sampled_from(["acme", "acme?"]), st.sampled_from([0, 10**6]))
def test_repeated_author_never_waits_longer(sentiment, rating, text, followers):
    once, _ = judge(sentiment, text, rating=rating, followers=followers)
    again, _ = judge(sentiment, text, rating=rating, followers=followers, earlier=2)

    assert RANK[again] <= RANK[once]


def test_only_urgent_words_or_reach_make_a_mention_urgent():
    moods = [NEGATIVE, NEUTRAL, POSITIVE, DOUBTFUL, UNSURE]
    urgent = {
        (sentiment, rating)
        for sentiment, rating in product(moods, [None, 1, 2, 3, 4, 5])
        if judge(sentiment, "why?", rating=rating, earlier=9)[0] is Priority.URGENT
    }

    assert urgent == set()
