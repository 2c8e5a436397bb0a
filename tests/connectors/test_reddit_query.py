"""What a brand is called, as Reddit's search is asked."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import Terms
from connectors._reddit_query import LONGEST, queries


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        (Terms(brand="A"), []),
        (Terms(brand="A", any_of=("acme",)), ['"acme"']),
        (Terms(brand="A", any_of=("acme", "acme inc")), ['"acme" OR "acme inc"']),
        (Terms(brand="A", any_of=("acme", "acme")), ['"acme"']),
        (Terms(brand="A", any_of=("acme*",)), ["acme*"]),
        (Terms(brand="A", any_of=("acme inc*",)), ['"acme inc"']),
        (Terms(brand="A", any_of=('say "acme"', "\\", '"')), ['"say acme"']),
        (Terms(brand="A", all_of=[("x", "y z")]), ['("x" AND "y z")']),
        (Terms(brand="A", all_of=[("x", '"')]), ['"x"']),
        (Terms(brand="A", none_of=("jobs",), any_of=("a",)), ['"a"']),
    ],
)
def test_terms_become_a_query(terms, asked):
    assert queries([terms]) == asked


def test_brands_share_a_query():
    brands = [Terms(brand="A", any_of=("acme",)), Terms(brand="B", any_of=("bolt",))]

    assert queries(brands) == ['"acme" OR "bolt"']


def test_a_phrase_too_long_is_cut_at_a_word():
    (query,) = queries([Terms(brand="A", any_of=("word " * 200,))])

    assert len(query) <= LONGEST
    assert set(query.strip('"').split()) == {"word"}


WORDS = st.text(min_size=1, max_size=300)


@settings(deadline=None, max_examples=40)
@given(
    any_of=st.lists(WORDS, max_size=8),
    all_of=st.lists(st.lists(WORDS, max_size=4), max_size=4),
)
def test_no_query_is_too_long_or_has_an_odd_quote(any_of, all_of):
    for query in queries([Terms(brand="A", any_of=any_of, all_of=all_of)]):
        assert 0 < len(query) <= LONGEST
        assert query.count('"') % 2 == 0


@settings(deadline=None, max_examples=40)
@given(words=st.lists(st.from_regex(r"[a-z]{1,30}", fullmatch=True), max_size=200))
def test_every_word_is_asked_for(words):
    asked = " OR ".join(queries([Terms(brand="A", any_of=words)]))

    assert set(re.findall(r'"([^"]*)"', asked)) == set(words)
