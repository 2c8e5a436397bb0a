"""What X is asked for: every keyword somewhere, no query too long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import Terms
from connectors._x_query import compile_queries, length, operator
from tests.fakes.x_query import matches


@pytest.mark.parametrize(
    ("keyword", "asked"),
    [
        ("acme", "acme"),
        ("Größe", "Größe"),
        ("acme phone", '"acme phone"'),
        ('the "real" acme', '"the real acme"'),
        ("coca-cola", '"coca-cola"'),
        ("Wendy's", '"Wendy\'s"'),
        ("#acmefail", "#acmefail"),
        ("@acme_help", "@acme_help"),
        ("$ACME", "$ACME"),
        ("acme.com", 'url:"acme.com"'),
        ("https://www.acme.com/shop/", 'url:"acme.com/shop"'),
        ("acme*", "acme"),
        ("#acme*", "#acme"),
        ("OR", '"OR"'),
        ("and", '"and"'),
        ("C++", '"C++"'),
        ("👍", '"👍"'),
        ("星五つ", "星五つ"),
        ("from:boss", '"from:boss"'),
        ("-acme", '"-acme"'),
        ("(acme)", '"(acme)"'),
        ("!!!", None),
        ('""', None),
    ],
)
def test_a_keyword_becomes_an_operator(keyword, asked):
    assert operator(keyword) == asked


def test_a_brand_becomes_one_query():
    brand = Terms(
        "Acme",
        any_of=["acme", "#acme"],
        all_of=[["rocket", "skates"]],
        own_handles={"x": ["@AcmeHelp"], "reddit": ["acme_bot"]},
        languages=["en", "de-AT"],
    )

    found = compile_queries([brand], ["acme"], by_language=True)

    assert " ".join(found.texts) == (
        "(acme OR #acme OR (rocket skates)) -from:acmehelp -from:acme"
        " -is:retweet (lang:en OR lang:de OR lang:und)"
    )
    assert found.notes == ()


def test_no_languages_are_asked_for_unless_wanted():
    brand = Terms("Acme", any_of=["acme"], languages=["en"])

    assert compile_queries([brand]).texts == ("acme -is:retweet",)


def test_what_x_cannot_search_for_is_told():
    brand = Terms("Acme", any_of=["acme*", "!!!", "x" * 600])

    notes = compile_queries([brand]).notes

    assert [note.split(":")[0] for note in notes] == ['"acme*"', "Acme", "Acme"]
    assert "other endings" in notes[0]


def test_a_word_that_cannot_be_searched_widens_its_group():
    brand = Terms("Acme", all_of=[["acme", "!!!"]])

    assert compile_queries([brand]).texts == ("acme -is:retweet",)


def test_a_brand_without_keywords_is_not_searched():
    assert compile_queries([Terms("Acme")]).texts == ()


def test_a_change_to_one_brand_leaves_the_others_query():
    one, other = Terms("A", any_of=["a"]), Terms("B", any_of=["b"])
    before = compile_queries([one, other]).texts

    after = compile_queries([Terms("A", any_of=["a", "c"]), other]).texts

    assert before[1] == after[1]


WORDS = st.text(st.sampled_from("abcdefgh éß星#@$.-*' \"()"), min_size=1, max_size=40)
BRANDS = st.builds(
    Terms,
    st.just("Acme"),
    any_of=st.lists(WORDS, max_size=60),
    all_of=st.lists(st.lists(WORDS, min_size=1, max_size=4), max_size=20),
    own_handles=st.fixed_dictionaries(
        {"x": st.lists(st.text("abc_", min_size=1, max_size=15), max_size=40)}
    ),
    languages=st.lists(st.sampled_from(["en", "de", "pt-BR"]), max_size=3),
)


@given(brand=BRANDS, limit=st.sampled_from([128, 512, 4096]), by_language=st.booleans())
def test_no_query_is_too_long_and_x_understands_each(brand, limit, by_language):
    found = compile_queries([brand], ["acme"], limit=limit, by_language=by_language)

    assert all(length(text) <= limit for text in found.texts)
    for text in found.texts:
        matches(text, "ann", "anything", "en")


@given(
    words=st.lists(
        st.text("abcdefgh", min_size=1, max_size=30), min_size=1, max_size=80
    ),
    groups=st.lists(st.lists(st.text("abc", min_size=1), min_size=1, max_size=3)),
)
def test_every_keyword_is_found_by_some_query(words, groups):
    found = compile_queries([Terms("Acme", any_of=words, all_of=groups)])

    for text in [*words, *(" and ".join(group) for group in groups)]:
        assert any(matches(query, "ann", text) for query in found.texts)
    assert found.notes == ()
