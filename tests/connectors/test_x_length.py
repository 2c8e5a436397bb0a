"""How X counts: against the examples of its own page, and what must hold for all."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._x_length import has_link, weighted_length


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("", 0),
        ("hello", 5),
        ("café", 4),
        ("cafe\u0301", 4),  # the same, decomposed
        ("日本語", 6),
        ("한국어", 6),
        ("Привет", 6),
        ("“quotes” – dash…", 15 + 2),  # … is beyond the light ranges
        ("😀", 2),
        ("👩‍👩‍👧", 2),
        ("👍🏽", 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("a 😀 b", 6),
        ("https://acme.example/a/very/long/path/that/goes/on?and=on", 23),
        ("see http://a.co now", 4 + 23 + 4),
        ("see acme.com.", 4 + 23 + 1),
        ("3.5 stars", 9),
        ("help@acme.com", 13),
        ("e.g. this", 9),
    ],
)
def test_text_counts_as_x_counts(text, used):
    assert weighted_length(text) == used


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("@ann thanks", 6),
        ("@Ann thanks", 6),
        ("@bob thanks", 11),
        ("thanks @ann", 11),
        ("@anna thanks", 12),
    ],
)
def test_only_the_authors_name_at_the_start_is_free(text, used):
    assert weighted_length(text, free="ann") == used


@pytest.mark.parametrize(
    ("text", "linked"),
    [("see acme.com", True), ("https://a.example/x", True), ("no. Really", False)],
)
def test_a_link_is_seen(text, linked):
    assert has_link(text) is linked


@given(st.text(st.characters(max_codepoint=0x0CFF, exclude_categories=["Cs"])))
def test_any_text_counts_between_nothing_and_two_a_letter(text):
    letters = len(unicodedata.normalize("NFC", text).strip())

    assert weighted_length(text) <= 2 * letters + 23 * text.count(".")
    assert weighted_length(text) == weighted_length(unicodedata.normalize("NFD", text))


@given(st.text("abc 日本", max_size=50), st.text("abc 日本", max_size=50))
def test_two_lines_count_as_much_as_both(one, other):
    whole = weighted_length(f".{one}\n{other}.")

    assert whole == weighted_length(f".{one}.") + weighted_length(f".{other}.") - 1
