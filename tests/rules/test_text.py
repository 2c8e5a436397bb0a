from unicodedata import bidirectional, category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.text import (
    asks,
    content_hash,
    fit,
    harmless,
    harmless_line,
    has_link,
    text_hash,
)
from tests.fakes.connector import make_post

# Surrogates too: platforms have sent half of an emoji.
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)
STEERING = st.text(
    st.sampled_from("a \x00\x07\b\t\n\r\x1b\x7f\x85\x9b\u200f\u202e\u2028\u2066\ud800")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme is DOWN", "acme is down"),
        ("acme  is\n down ", "acme is down"),
        ("free at https://a.example/1", "free at https://b.example/2"),
        ("free at http://t.co/x.", "free at www.t.co/y."),
        ("Ａｃｍｅ café", "acme cafe"),
    ],
)
def test_copies_have_one_hash(one, other):
    assert text_hash(one) == text_hash(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme is down", "acme is up"),
        ("free", "free https://a.example/1"),
        ("https://acme.example/shoes", "https://acme.example/hats"),
        ("\U0001f44d", "\U0001f44e"),
        ("", "acme"),
    ],
)
def test_texts_that_differ_have_two_hashes(one, other):
    assert text_hash(one) != text_hash(other)


def test_edit_of_words_or_stars_changes_the_content():
    post = make_post(1, "acme", rating=4)

    assert content_hash(post) == content_hash(make_post(2, "acme", rating=4))
    assert content_hash(post) != content_hash(make_post(1, "acme!", rating=4))
    assert content_hash(post) != content_hash(make_post(1, "acme", rating=5))
    assert content_hash(post) != content_hash(make_post(1, "acme"))


@pytest.mark.parametrize(
    "text", ["https://a.example", "see www.a.example now", "HTTP://A.EXAMPLE"]
)
def test_link_is_seen(text):
    assert has_link(text)


@pytest.mark.parametrize("text", ["", "acme.com", "http", "https:// nothing", "www."])
def test_word_is_no_link(text):
    assert not has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "is acme down?", "is acme down ?", "down?!", "what?? really", '"down?" he said',
        "down?\U0001f621", "acme坏了吗？我很生气", "هل يعمل؟", "¿funciona acme", "down?)",
        "Λειτουργεί; Όχι", "Λειτουργεί\u037e", "seen https://a.example/b?",
        "seen https://a.example/b ?", "is it down?\nstill",
    ],
)  # fmt: skip
def test_question_is_seen_in_any_script(text):
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "acme is down", "https://a.example/?q=1", "www.a.example/?q=1#x",
        "acme.example/?q=1", "good; bad", "x=1;y=2", "acme.example?utm=2",
    ],
)  # fmt: skip
def test_statement_asks_nothing(text):
    assert not asks(text)


@given(ANY_TEXT)
def test_fit_text_can_be_kept_and_keeps_its_offsets(text):
    kept = fit(text)

    assert len(kept) == len(text)
    assert "\x00" not in kept
    kept.encode()
    assert fit(kept) == kept


@given(ANY_TEXT | STEERING)
def test_harmless_text_steers_nothing_and_keeps_its_offsets(text):
    shown = harmless(text)

    assert len(shown) == len(text)
    assert not [c for c in shown if category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not {bidirectional(c) for c in shown} & {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
    }  # fmt: skip
    shown.encode()


@given(ANY_TEXT | STEERING)
def test_harmless_line_is_one_line(text):
    assert len(harmless_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb", "a \nb"),
        ("\x1b[31mred", "�[31mred"),
        ("\u202egpj.exe", "�gpj.exe"),
        ("👩\u200d🚀 שלום", "👩\u200d🚀 שלום"),
    ],
    ids=["windows lines", "colour", "turned around", "joined emoji and Hebrew stay"],
)
def test_only_what_steers_is_replaced(text, shown):
    assert harmless(text) == shown
