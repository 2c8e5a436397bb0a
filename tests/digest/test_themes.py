import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from monitor.digest.report import Trend
from monitor.digest.themes import quote, themes, trend
from monitor.store.facts import Text

SUBJECTS = {
    "delivery": (
        "parcel courier late delivery",
        "delivery late again, courier lost it",
    ),
    "login": ("login password reset error", "error at login, password reset broken"),
    "taste": ("coffee aroma roast lovely", "lovely roast, great aroma"),
}


def texts(counts, feeling="negative", start=0):
    dice = random.Random(start)  # noqa: S311
    some = [s for s, n in counts.items() for _ in range(n)]
    dice.shuffle(some)
    return [
        Text(
            start + number,
            f"Acme {dice.choice(SUBJECTS[subject])} #{number}",
            feeling,
            f"https://fake.example/{start + number}",
            "fake",
            "ann",
            None,
            datetime(2026, 1, 5, tzinfo=UTC),
        )
        for number, subject in enumerate(some)
    ]


def theme_of(found, word):
    return next(one for one in found.themes if word in one.words)


def test_texts_of_one_subject_make_one_theme():
    now = texts({"delivery": 30, "login": 20, "taste": 10})

    found = themes(now, None, ["acme"])

    assert theme_of(found, "courier").size == pytest.approx(30, abs=3)
    assert theme_of(found, "login").size == pytest.approx(20, abs=3)
    assert "acme" not in {word for one in found.themes for word in one.words}
    assert all(one.trend is None for one in found.themes)
    assert sum(one.size for one in found.themes) + found.without == found.texts == 60


def test_theme_is_new_growing_or_falling_against_the_period_before():
    now = texts({"delivery": 40, "login": 10, "taste": 20})
    before = texts({"delivery": 10, "login": 40}, start=1000)

    found = themes(now, before, ["acme"])

    assert theme_of(found, "courier").trend is Trend.GROWING
    assert theme_of(found, "login").trend is Trend.FALLING
    assert theme_of(found, "aroma").trend is Trend.NEW


def test_theme_whose_feeling_turned_improved_or_got_worse():
    now = [*texts({"delivery": 30}, "positive"), *texts({"login": 30}, "negative", 500)]
    before = [
        *texts({"delivery": 30}, "negative", 1000),
        *texts({"login": 30}, "positive", 2000),
    ]

    found = themes(now, before, ["acme"])

    assert found.improved
    assert found.worse
    assert all("courier" in one.words for one in found.improved)
    assert all("login" in one.words for one in found.worse)


def test_quotes_stand_literally_in_the_mention_they_link_to():
    now = texts({"delivery": 30, "login": 20})
    by_id = {one.id: one for one in now}

    found = themes(now, None, ["acme"])

    for one in found.themes:
        assert one.quote.text in by_id[one.quote.mention_id].text
        assert one.quote.url == by_id[one.quote.mention_id].url
        assert one.quote.mention_id in one.mentions


def test_same_texts_give_the_same_themes():
    now = texts({"delivery": 30, "login": 20, "taste": 10})

    assert themes(now, None, ["acme"]) == themes(now, None, ["acme"])


def test_few_texts_are_said_to_be_too_few():
    found = themes(texts({"delivery": 5}), None, ["acme"])

    assert not found.themes
    assert found.note == "only 5 texts: too few to find themes, read them instead"


@pytest.mark.parametrize("words", ["", "the and of", "🙂🙂", "acme acme"])
def test_texts_without_a_telling_word_have_no_themes(words):
    now = [
        Text(
            n,
            words,
            "neutral",
            "",
            "fake",
            "ann",
            None,
            datetime(2026, 1, 5, tzinfo=UTC),
        )
        for n in range(40)
    ]

    found = themes(now, now, ["acme"])

    assert not found.themes
    assert found.note


def test_long_text_is_quoted_by_its_best_sentence():
    [one] = texts({"delivery": 1})
    long = Text(1, "So. " + "blah blah. " * 60 + "The courier was late!", *[
        getattr(one, name) for name in ("feeling", "url", "platform", "author", "rating", "posted_at")
    ])  # fmt: skip

    assert quote([long], ["courier", "late"]).text == "The courier was late!"


def test_no_quote_where_no_word_of_the_theme_stands():
    assert quote(texts({"delivery": 3}), ["espresso"]) is None


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ((5, 50), (0, 50), Trend.NEW),
        ((5, 50), (6, 50), Trend.STEADY),
        ((30, 50), (10, 50), Trend.GROWING),
        ((10, 50), (30, 50), Trend.FALLING),
        ((20, 200), (20, 50), Trend.FALLING),
    ],
)
def test_trend_is_that_of_the_part_not_of_the_number(now, before, expected):
    assert trend(now, before) is expected


def test_subjects_are_told_apart():
    now = texts({"delivery": 30, "login": 30})

    found = themes(now, None, ["acme"])

    ids = Counter(number for one in found.themes for number in one.mentions)
    assert max(ids.values()) == 1
