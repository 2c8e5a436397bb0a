from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Kind
from monitor.cards import card
from monitor.config import Brand, Priority
from monitor.models import Status
from tests.fakes.mentions import NOW, make_mention

ANY_TEXT = st.text(st.characters(codec=None), max_size=80) | st.text(
    st.sampled_from("a \x00\x07\b\t\n\r\x1b[31m\x7f\x9b\u202e\u2028\ud800")
)


def show(**values):
    return card(make_mention(**values), Brand(name="Acme", channel="#acme"))


def test_card_says_who_said_what_where_and_by_when():
    shown = show(followers=12_345, author_name="Ann Lee")

    assert shown.headline == "Post on fake by ann"
    assert shown.author == "Ann Lee · 12,345 followers"
    assert shown.feeling == "negative (90% sure)"
    assert shown.matched == '"acme"'
    assert shown.channel == "#acme"
    assert shown.state == "open"
    assert shown.due_at == make_mention().due_at


def test_sentence_is_the_whole_card_for_a_screen_reader():
    assert show().sentence == (
        "High: Post on fake by ann about Acme, reply due 05 Jan 14:00 UTC: acme is bad"
    )


def test_sentence_without_words_or_deadline_is_still_one():
    shown = show(text="", hits=[], status=Status.ANSWERED, answered_by="Bob")

    assert shown.sentence == "High: Post on fake by ann about Acme"


def test_sentence_of_a_long_text_is_cut_to_a_hundred_characters():
    said = show(text="word " * 10_000).sentence.partition("UTC: ")[2]

    assert len(said) == 100
    assert said.endswith("…")


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        ({"platform": "app_store", "kind": Kind.REVIEW, "rating": 1.0},
         "1-star review on App Store by ann"),
        ({"platform": "google_play", "kind": Kind.REVIEW, "rating": 4.5},
         "4.5-star review on Google Play by ann"),
        ({"platform": "x", "kind": Kind.POST}, "Post on X by ann"),
        ({"platform": "reddit", "kind": Kind.COMMENT}, "Comment on Reddit by ann"),
        ({"kind": Kind.REVIEW}, "Review on fake by ann"),
        ({"platform": "rss", "kind": Kind.ARTICLE, "author": ""},
         "Article on the web"),
        ({"author": " \n"}, "Post on fake"),
    ],
)  # fmt: skip
def test_headline_names_kind_place_and_author(values, headline):
    assert show(**values).headline == headline


@pytest.mark.parametrize(
    ("rating", "stars"),
    [(None, ""), (1, "★☆☆☆☆"), (4.4, "★★★★☆"), (5, "★★★★★"), (0, "☆☆☆☆☆"),
     (99, "★★★★★")],
)  # fmt: skip
def test_stars_are_drawn(rating, stars):
    assert show(rating=rating).stars == stars


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "open"),
        ({"assignee": "Bob"}, "claimed by Bob"),
        ({"status": Status.SENDING}, "reply on its way"),
        ({"status": Status.ANSWERED, "answered_by": "Bob"}, "answered by Bob"),
        ({"status": Status.ANSWERED}, "answered by somebody"),
        ({"status": Status.DISMISSED, "reason": "praise", "closed_by": "Bob"},
         "no reply needed, says Bob: praise"),
        ({"status": Status.GONE}, "gone from the platform"),
        ({"status": Status.NOT_OURS, "reason": "excluded",
          "note": 'excluded by "jobs"'}, 'not ours: excluded by "jobs"'),
        ({"status": Status.NOT_OURS, "reason": "spam_copy"}, "not ours: spam_copy"),
    ],
)  # fmt: skip
def test_state_is_told_with_its_person_and_reason(values, state):
    assert show(**values).state == state


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.OPEN])
def test_only_an_open_mention_shows_a_deadline(status):
    assert show(status=status).due_at is None


def test_doubtful_feeling_has_no_label():
    shown = show(sure=False)

    assert (shown.label, shown.feeling) == (None, "not sure how it feels")


def test_mention_without_a_keyword_says_what_matched():
    assert show(hits=[], source="reviews").matched == "every post of reviews"


def test_brand_taken_out_of_the_config_still_has_a_card():
    assert card(make_mention(), None).channel is None


def test_edited_post_says_so():
    assert show(edited_at=NOW).is_edited
    assert not show().is_edited


@pytest.mark.parametrize(
    "text",
    ["a\r\nacme", "\x1b[31m\x07acme", "\u202eacme", "👩\u200d🚀acme", "é\ud800acme"],
)
def test_highlight_stands_on_its_keyword_whatever_is_made_harmless(text):
    start = text.index("acme")
    shown = show(text=text, hits=[["acme", start, start + 4]])

    [(start, end)] = shown.highlights
    assert shown.text[start:end] == "acme"


@pytest.mark.parametrize(
    "text",
    ["<!channel> @everyone <@U123>", "[bold]hi[/bold] [/]", ":smile: *bold* `code`"],
)
def test_stranger_who_writes_markup_is_quoted_literally(text):
    assert show(text=text).text == text


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://fake.example/1", "https://fake.example/1"),
        ("HTTP://fake.example", "HTTP://fake.example"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("slack://open", ""),
        ("", ""),
        ("https://a.example/\x1b]8;;x", "https://a.example/�]8;;x"),
    ],
)
def test_only_links_to_the_web_are_shown(url, link):
    assert show(url=url).url == link


def test_name_cannot_write_a_line_of_its_own():
    shown = show(author="ann\n\nURGENT: call 555", author_name="Ann\r\nBob")

    assert shown.headline == "Post on fake by ann URGENT: call 555"
    assert shown.author == "Ann Bob"


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.sampled_from(Status))
def test_nothing_on_a_card_steers_a_terminal(one, two, three, status):
    shown = show(
        text=one,
        author=two,
        author_name=three,
        url=f"https://{one}",
        language=two,
        platform=three,
        answered_by=one,
        closed_by=two,
        note=three,
        assignee=one,
        hits=[[two, 0, 1]],
        status=status,
    )

    lines = (
        shown.headline, shown.author, shown.state, shown.url, shown.language,
        shown.matched, shown.sentence,
    )  # fmt: skip
    for words in lines:
        assert len(words.splitlines()) <= 1
        assert not {category(c) for c in words} & {"Cc", "Cs"}
    assert not {category(c) for c in shown.text.translate({9: None, 10: None})} & {
        "Cc", "Cs",
    }  # fmt: skip


@pytest.mark.parametrize("priority", Priority)
def test_sentence_begins_with_the_priority(priority):
    assert show(priority=priority).sentence.startswith(priority.value.capitalize())
