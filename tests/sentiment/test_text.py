import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.text import MAX_CHARACTERS, clean, has_something_to_judge, own_words

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("see https://t.co/Ab1?x=2 now", "see http now"),
        ("www.example.org is down", "http is down"),
        ("@Acme_Help please", "@user please"),
        ("thanks u/some-one and /u/another", "thanks @user and @user"),
        ("mail me at jo@example.org", "mail me at jo@example.org"),
        ("Tom &amp; Jo &lt;3", "Tom & Jo <3"),
        ("I 💔 this", "I broken heart this"),
        ("😡😡😡😡", "very angry face"),
        ("👍🏽 👍🏽", "thumbs up good"),
        ("❤\ufe0f", "love heart"),
        ("⭐⭐⭐⭐⭐ lovely", "5 stars lovely"),
        ("★★★☆☆", "3 stars"),
        ("🇫🇷", "flag"),
        ("𝗔𝗰𝗺𝗲 ｆａｉｌ", "Acme fail"),
        ("sooooooo goooood!!!!!!", "sooo goood!!!"),
        ("paid 1000000 for it", "paid 1000000 for it"),
        ("a\x00b\r\n\tc", "a b c"),
        ("half \ud83d a pair", "half ? a pair"),
        ("", ""),
    ],
)
def test_text_is_read_as_the_model_was_taught(written: str, read: str) -> None:
    assert clean(written) == read


@given(ANYTHING)
def test_any_text_becomes_one_printable_line(text: str) -> None:
    cleaned = clean(text)

    assert cleaned == " ".join(cleaned.split())
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\x00" not in cleaned


@given(ANYTHING)
def test_cleaning_has_no_memory(text: str) -> None:
    first = clean(text)
    clean("something else entirely")

    assert clean(text) == first


@pytest.mark.parametrize("one", ["a", "😂", "&", "@", "\ufdfa", "http://x ", "\x00"])
def test_a_huge_post_is_read_in_part(one: str) -> None:
    cleaned = clean(one * 100_000)

    assert len(cleaned) <= 40 * MAX_CHARACTERS


def test_a_long_review_keeps_its_verdict_at_the_end() -> None:
    cleaned = clean("We went there. " * 5_000 + "Never again!")

    assert cleaned.startswith("We went there.")
    assert cleaned.endswith("Never again!")


@pytest.mark.parametrize(
    "text", ["", "  \n", "http://x.y/z", "@someone", "1234", "..."]
)
def test_a_text_without_words_has_nothing_to_judge(text: str) -> None:
    assert not has_something_to_judge(clean(text))


@pytest.mark.parametrize("text", ["ok", "👍", ":(", "<3", "最悪"])
def test_a_word_an_emoji_or_an_emoticon_can_be_judged(text: str) -> None:
    assert has_something_to_judge(clean(text))


def test_emoji_do_not_pass_for_english_words() -> None:
    assert own_words("😂 sehr gut 👍 #super @wer https://x.y") == "sehr gut super"
