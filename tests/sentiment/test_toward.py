from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment import Label, Sentiment
from sentiment.toward import preferred_to, toward
from tests.sentiment.comparisons import Named, named, rows

HAPPY = Sentiment(Label.POSITIVE, 0.04, 0.06, 0.9, "fake", "en")
ANGRY = Sentiment(Label.NEGATIVE, 0.9, 0.06, 0.04, "fake", "en")


def words(text: str) -> str | None:
    found = named(text)
    return preferred_to(found.text, found.spans)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Switched from {Acme} to Bolt, so happy!", "Switched from Acme"),
        ("best decision ever, moving away from my {Acme}", "moving away from my Acme"),
        ("Moved from {Acme} to Bolt, best thing we did", None),
        ("ditched my {Acme} headset for a Bolt", "ditched my Acme headset for"),
        ("left {Acme} for Bolt and never looked back", "left Acme for Bolt"),
        ("So glad we cancelled {Acme}", "glad we cancelled Acme"),
        ("Bolt is way faster than {Acme}", "faster than Acme"),
        ("much more reliable than what {Acme} has", "more reliable than what Acme"),
        ("can't believe how much better Bolt is than @{acme}", "better Bolt is than @acme"),
        ("{Acme} is so much slower than Bolt", "Acme is so much slower than"),
        ("I'd take Bolt over {Acme} any day", "I'd take Bolt over Acme"),
        ("Love using Bolt instead of {Acme}", "Love using Bolt instead of Acme"),
        ("Bolt puts {Acme} to shame", "puts Acme to shame"),
        ("Bolt's support answers, unlike {Acme}'s", "unlike Acme's"),
        ("Goodbye {Acme}, hello Bolt!", "Goodbye Acme, hello"),
        ("{Acme} could learn a lot from Bolt", "Acme could learn a lot from"),
        ("No longer using {Acme} and so happy", "No longer using Acme"),
        ("Bye bye {Acme} 👋 hello Bolt", "bye Acme 👋 hello"),
        ("what a month since I ditched {Acme}", "since I ditched Acme"),
        ("Lovely! I could never go back to {Acme} now", "never go back to Acme"),
        ("I don't miss {Acme} one bit", "I don't miss Acme"),
        ("came to Bolt from {Acme}, wow", "came to Bolt from Acme"),
        ("got the family off {Acme} and onto Bolt", "got the family off Acme and onto"),
        ("Bolt is heaven, {Acme} could never 🍓", "Acme could never"),
        ("so much nicer compared to {Acme}", "nicer compared to Acme"),
        ("I was with {Acme} once.\nBolt is better than {Acme}!", "better than Acme"),
    ],
)  # fmt: skip
def test_a_text_that_prefers_another_says_so_by_its_words(
    text: str, found: str | None
) -> None:
    assert words(text) == (found or "Moved from Acme to Bolt, best")


@pytest.mark.parametrize(
    "text",
    [
        "{Acme} is better than Bolt",
        "switched from Bolt to {Acme}, so happy",
        "I prefer {Acme} over Bolt",
        "left Bolt for {Acme}",
        "Nothing is better than {Acme}",
        "nothing beats {Acme}",
        "No way Bolt is better than {Acme}",
        "Bolt isn't better than {Acme}",
        "Don't switch from {Acme}, they are great",
        "If Bolt were cheaper than {Acme} I'd know",
        "Is Bolt better than {Acme}?",
        "{Acme} today is better than {Acme} last year",
        "thank you {Acme}, better than ever",
        "left {Acme} for lunch, lovely day",
        "Ann moved from {Acme} to Bolt last week",
        "finally beat {Acme} on hard mode",
        "{Acme} could never disappoint me",
        "Don't miss {Acme}'s sale!",
        "Great, compared to {Acme} last year",
        "thinking of moving from {Acme} to Bolt, is it worth it",
        "{Acme} and Bolt, both great",
        "{Acme}",
        "Bolt is better than the rest",
    ],
)
def test_a_text_that_does_not_is_left_alone(text: str) -> None:
    assert words(text) is None


def test_what_is_praise_of_another_counts_against_the_brand() -> None:
    one = named("Bolt is better than {Acme}, love it")

    found = toward(HAPPY, one.text, one.spans)

    assert found.label is Label.NEGATIVE
    assert (found.negative, found.neutral, found.positive) == pytest.approx(
        (0.94, 0.06, 0)
    )


def test_a_text_without_much_feeling_stays_neutral() -> None:
    one = named("Bolt is lighter than {Acme}")
    calm = Sentiment(Label.NEUTRAL, 0.1, 0.7, 0.2, "fake", "en")

    found = toward(calm, one.text, one.spans)

    assert (found.label, found.neutral) == (Label.NEUTRAL, 0.7)


def test_a_complaint_never_becomes_praise() -> None:
    one = named("{Acme} is so much better than horrible Bolt")

    assert toward(ANGRY, one.text, one.spans) == ANGRY


@pytest.mark.parametrize(
    "mood", [replace(HAPPY, sure=False), replace(HAPPY, language="de")]
)
def test_what_the_model_does_not_know_is_left_alone(mood: Sentiment) -> None:
    one = named("Bolt is better than {Acme}")

    assert toward(mood, one.text, one.spans) == mood


PIECES = st.sampled_from(
    ["{Acme}", "Bolt", "better than", "not", "?", ".", "\n", "switched from", "to",
     "é\u0301", "\ue000", "\x00", "👍", "@", "'s", "than", "over", "for Bolt", "  "]
)  # fmt: skip


@given(st.lists(PIECES | st.text(alphabet=st.characters(exclude_characters="{}"))))
def test_no_text_breaks_it_and_its_words_stand_in_the_text(parts: list[str]) -> None:
    one = named(" ".join(parts))

    found = preferred_to(one.text, one.spans)

    assert found is None or "Acme" in found
    if found:
        assert found in " ".join(one.text.replace("\ue000", " ").split())
    mood = toward(HAPPY, one.text, one.spans)
    assert mood.negative + mood.neutral + mood.positive == pytest.approx(1)
    assert (mood != HAPPY) == (found is not None)


def test_a_very_long_text_is_read_in_time() -> None:
    one = named("{Acme} better from over to " * 4_000)

    assert preferred_to(one.text, one.spans) is None


def test_what_prefers_another_is_found_at_times_and_never_made_up() -> None:
    """The texts were written by somebody who had not seen the ways listed here, and
    name what they prefer in as many ways as came to mind."""
    against = [row for row in rows() if row.group == "another is preferred"]
    others = [row for row in rows() if row.group != "another is preferred"]

    found = [row for row in against if preferred_to(*row.named)]
    made_up = [row.named.text for row in others if preferred_to(*row.named)]

    assert (len(against), len(others)) == (45, 95)
    assert len(found) >= 12
    assert made_up == []


def test_helper_reads_braces() -> None:
    assert named("a {Bc} d {E}") == Named("a Bc d E", ((2, 4), (7, 8)))
