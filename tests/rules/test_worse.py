import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.text import asks, questions
from monitor.rules.worse import Said, Shift, got_worse, shift, shift_in
from sentiment import Label

BAD, SO_SO, GOOD = Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE
STARS = st.none() | st.sampled_from([1.0, 1.5, 2.0, 3.0, 4.5, 5.0])
LABELS = st.none() | st.sampled_from(Label)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Said("a"), Said("b"), ""),
        (Said("a", 4), Said("b", 1), "rating 4 -> 1"),
        (Said("a", 4.5), Said("b", 4), "rating 4.5 -> 4"),
        (Said("a", 1), Said("b", 4), ""),
        (Said("a", 4), Said("b"), ""),
        (Said("a"), Said("b", 1), ""),
        (Said("a", None, GOOD), Said("b", None, SO_SO), "positive -> neutral"),
        (Said("a", None, SO_SO), Said("b", None, BAD), "neutral -> negative"),
        (Said("a", None, BAD), Said("b", None, SO_SO), ""),
        (Said("a", None, BAD), Said("b", None, BAD), ""),
        (Said("a", None, None), Said("b", None, BAD), ""),
        (Said("a", None, GOOD), Said("b", None, None), ""),
        (Said("a", 4, GOOD), Said("b", 1, BAD), "rating 4 -> 1; positive -> negative"),
        (Said("a", 1, GOOD), Said("b", 5, BAD), ""),
        (Said("a", 5, BAD), Said("b", 4, GOOD), "rating 5 -> 4; negative -> positive"),
        (Said("a."), Said("a. Why?"), "asks something new"),
        (Said("Why?"), Said("why?  Thanks"), ""),
        (Said("Why?"), Said("Why? And when?"), "asks something new"),
        (Said("Why?"), Said("ok"), ""),
        (Said("a"), Said("see https://a.example/?q=1"), ""),
        (Said("a", 5), Said("b?", 4), "rating 5 -> 4; asks something new"),
    ],
)
def test_what_got_worse_is_said(before, after, words):
    assert got_worse(before, after) == words


@given(STARS, STARS, LABELS, LABELS)
def test_event_words_are_read_back_as_they_were_meant(one, two, before, after):
    change = shift(Said("", one, before), Said("", two, after))

    read = shift_in(f"edited by the author: {change.words}")

    assert read == change


@pytest.mark.parametrize(
    ("change", "is_better", "is_worse"),
    [
        (Shift(), False, False),
        (Shift(rating=(1, 4)), True, False),
        (Shift(rating=(4, 1)), False, True),
        (Shift(feeling=(BAD, GOOD)), True, False),
        (Shift(feeling=(GOOD, BAD)), False, True),
        (Shift(rating=(1, 4), feeling=(GOOD, BAD)), True, False),
    ],
)
def test_stars_say_it_before_the_feeling_does(change, is_better, is_worse):
    assert (change.is_better, change.is_worse) == (is_better, is_worse)


@given(st.text(alphabet="aZ ?؟？;.!\n:/htps=ςα¿。", max_size=40))
def test_text_that_asks_has_a_question(text):
    assert asks(text) == bool(questions(text))
