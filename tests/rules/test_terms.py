"""What a search is asked for catches all that the matcher would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Brand
from monitor.rules.match import Matcher
from monitor.rules.terms import MOST_GROUPS, terms


def brand(**more) -> Brand:
    return Brand(name="Acme", **more)


@pytest.mark.parametrize(
    ("query", "any_of", "all_of"),
    [
        ("acme", ["acme"], []),
        ("acme OR @acme", ["acme", "@acme"], []),
        ("acme AND phone", [], [("acme", "phone")]),
        ("acme AND (phone OR app)", [], [("acme", "phone"), ("acme", "app")]),
        ("(a OR b) (c OR d)", [], [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]),
        ("acme NOT jobs", ["acme"], []),
        ("acme AND (phone OR NOT jobs)", ["acme"], []),
        ('"acme phone" OR (acme acme)', ["acme phone", "acme"], []),
    ],
)
def test_a_query_becomes_words_and_groups_of_words(query, any_of, all_of):
    found = terms(brand(query=query))

    assert (list(found.any_of), list(found.all_of)) == (any_of, all_of)


def test_keywords_handles_and_query_are_asked_for_together():
    handles = {"x": ["@acme", "acmehelp"], "reddit": ["u/Acme"], "app_store": ["Acme"]}
    found = terms(
        brand(keywords=["Acme", "@ACME"], handles=handles, exclude=["acme ltd"])
    )

    assert list(found.any_of) == ["Acme", "@ACME", "@acmehelp", "u/Acme"]
    assert list(found.none_of) == ["acme ltd"]
    assert found.own_handles["x"] == ("acme", "acmehelp")


def test_a_query_that_would_grow_too_many_groups_is_searched_by_fewer_words():
    query = " ".join(
        "(" + " OR ".join(f"w{part}x{n}" for n in range(10)) + ")" for part in range(5)
    )

    found = terms(brand(query=query))

    assert 0 < len(found.all_of) <= MOST_GROUPS


WORDS = st.sampled_from("abcdef")
QUERIES = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} OR {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} AND {two[1]})"),
        st.tuples(inner, WORDS).map(lambda two: f"({two[0]} NOT {two[1]})"),
        st.tuples(inner, WORDS, WORDS).map(
            lambda some: f"({some[0]} AND ({some[1]} OR NOT {some[2]}))"
        ),
    ),
    max_leaves=8,
)


@given(QUERIES, st.sets(WORDS))
def test_what_the_matcher_would_take_is_always_asked_for(query, present):
    one = brand(query=query)
    asked = terms(one)

    is_matched = bool(Matcher([one]).match(" ".join(sorted(present))))

    is_asked = any(word in present for word in asked.any_of) or any(
        set(group) <= present for group in asked.all_of
    )
    assert is_asked or not is_matched


@pytest.mark.parametrize(
    ("handles", "text"),
    [
        ({"x": ["@acme_help"]}, "hey @acme_help where is it"),
        ({"x": ["acme_help"]}, "hey @ACME_HELP where is it"),
        ({"reddit": ["u/acme_help"]}, "summoning u/acme_help here"),
    ],
)
def test_who_calls_our_account_is_heard_whatever_the_keywords(handles, text):
    matcher = Matcher([brand(keywords=["Something Else"], handles=handles)])

    assert [match.brand.name for match in matcher.match(text)] == ["Acme"]


def test_a_shop_name_that_serves_as_handle_is_no_keyword():
    matcher = Matcher([brand(keywords=["Acme"], handles={"app_store": ["Good Shop"]})])

    assert matcher.match("a good shop") == []
