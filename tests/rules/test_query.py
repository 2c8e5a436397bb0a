"""A query means what a reader takes it to mean, or is refused where it fails."""

from collections.abc import Set

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.rules.query import And, Node, Not, Or, QueryError, Word, parse_query


def true(query: str, *found: str) -> bool:
    return parse_query(query).hits(frozenset(found)) is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("acme", "acme"),
        ("acme AND phone", "acme phone"),
        ("acme phone", "acme phone"),
        ("acme OR phone", "phone"),
        ("a OR b c", "a"),  # AND binds tighter
        ("a OR b c", "b c"),
        ("(a OR b) c", "a c"),
        ("acme NOT jobs", "acme"),
        ("acme AND NOT jobs", "acme"),
        ("acme -jobs -hiring", "acme"),
        ("-jobs acme", "acme"),
        ("acme -(jobs hiring)", "acme jobs"),
        ("acme NOT NOT phone", "acme phone"),
        ("ANDROID ORACLE NOTE", "ANDROID ORACLE NOTE"),
        ("t-mobile OR c++", "c++"),
        ("acme\nAND\tphone", "acme phone"),
        ("((((acme))))", "acme"),
    ],
)
def test_it_is_true(query: str, found: str) -> None:
    assert true(query, *found.split())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("acme", ""),
        ("acme phone", "acme"),
        ("a OR b c", "b"),
        ("(a OR b) c", "a"),
        ("acme NOT jobs", "acme jobs"),
        ("acme -jobs -hiring", "acme hiring"),
        ("acme -(jobs OR hiring)", "acme jobs"),
        ("acme -(jobs hiring)", "acme jobs hiring"),
        ("acme NOT NOT phone", "acme"),
        ("NOT jobs acme", "acme jobs"),  # NOT takes the next term only
    ],
)
def test_it_is_false(query: str, found: str) -> None:
    assert not true(query, *found.split())


def test_words_are_given_as_written_and_once() -> None:
    query = parse_query('"acme phone" #acme @acme acme.com acme* “two words” OR #acme')

    assert query.words == (
        "acme phone", "#acme", "@acme", "acme.com", "acme*", "two words",
    )  # fmt: skip


def test_quotes_make_a_word_of_an_operator() -> None:
    assert parse_query('acme "and" "OR"').words == ("acme", "and", "OR")


def test_the_hits_are_the_words_that_made_it_true() -> None:
    query = parse_query("(a b) OR (c NOT d) OR e")

    assert query.hits({"a", "c", "d", "e"}) == {"e"}
    assert query.hits({"a", "b", "c"}) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("query", "found", "why"),
    [
        ("a b", {"a"}, 'no "b"'),
        ("a OR b", set(), 'no "a", no "b"'),
        ("a NOT b", {"a", "b"}, 'has "b"'),
        ("a -(b OR c)", {"a", "c"}, 'has "c"'),
        ("a -(b c)", {"a", "b", "c"}, 'has "b", has "c"'),
        ("(a b) OR (a c)", {"a"}, 'no "b", no "c"'),
        ("a NOT NOT b", {"a"}, 'no "b"'),
    ],
)
def test_a_false_query_says_what_stands_in_its_way(
    query: str, found: set[str], why: str
) -> None:
    assert parse_query(query).why_not(found) == why


@pytest.mark.parametrize(
    ("query", "column", "remedy"),
    [
        ("", 1, "write a word or leave it out"),
        (" \n ", 1, "write a word or leave it out"),
        ("acme AND", 9, "nothing follows AND; write a word here"),
        ("acme NOT ", 9, "nothing follows NOT; write a word here"),
        ("OR acme", 1, "a word should stand before OR"),
        ("a OR OR b", 6, "a word should stand before OR"),
        ("a\nOR OR b", 6, "a word should stand before OR"),
        ("a ()", 4, "a word should stand before )"),
        ("a (b OR) c", 8, "a word should stand before )"),
        ("a) OR b", 2, ") without ("),
        ("(a OR (b c)", 1, "( is never closed"),
        ('acme "phone', 6, "the quote is never closed"),
        ('acme ""', 6, "write a word"),
        ("acme #", 6, '"#" has nothing to look for'),
        ("acme - jobs", 6, "right before a word: -jobs"),
        ("acme --jobs", 6, "right before a word: -jobs"),
        ("acme and phone", 6, 'write AND in capitals, or quote the word: "and"'),
        ("acme Or phone", 6, "write OR in capitals"),
        ("acme, phone", 5, ", joins nothing; write AND or OR"),
        ("acme && phone", 6, "&& is no operator; write AND, OR or NOT"),
        ("acme | phone", 6, "| is no operator"),
        ("(" * 60 + "a" + ")" * 60, 51, "more than 50 ("),
    ],
)
def test_what_cannot_be_read_is_told_with_column_and_remedy(
    query: str, column: int, remedy: str
) -> None:
    with pytest.raises(QueryError) as refused:
        parse_query(query)

    assert str(refused.value).startswith(f"column {column}: ")
    assert remedy in str(refused.value)
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("query", "column"),
    [
        ("NOT jobs", 1),
        ("-jobs", 1),
        ("acme OR NOT jobs", 9),
        ("t-mobile OR -jobs", 13),
        ("-(acme -jobs)", 1),
        ("-jobs -hiring", 1),
    ],
)
def test_a_query_that_would_bring_in_everything_is_refused(
    query: str, column: int
) -> None:
    with pytest.raises(QueryError, match="add one, as: acme NOT jobs") as refused:
        parse_query(query)

    assert refused.value.column == column


def test_a_query_of_thousands_of_words_is_read() -> None:
    words = [f"w{i}" for i in range(5_000)]

    query = parse_query(" OR ".join(words) + " NOT" * 5_000 + " last")

    assert query.words == (*words, "last")
    assert query.hits({"w4999", "last"}) == {"w4999", "last"}


# --- against the reference -------------------------------------------------------

WORDS = ("acme", "acme phone", "#acme", "@acme", "acme.com", "acme*", "t-mobile", "NOT")

leaves: st.SearchStrategy[Node] = st.sampled_from(WORDS).map(Word)
trees = st.recursive(
    leaves,
    lambda inner: (
        inner.map(Not)
        | st.lists(inner, min_size=2, max_size=3).map(lambda n: And(tuple(n)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda n: Or(tuple(n)))
    ),
    max_leaves=10,
)


def write(node: Node, draw: st.DataObject, tightness: int = 0) -> str:
    """`node` in one of the ways a person may write it, with brackets where needed."""
    one_of = st.sampled_from
    match node:
        case Word(text):
            quoted = " " in text or text == "NOT" or draw.draw(st.booleans())
            return f'"{text}"' if quoted else text
        case Not(inner):
            sign = draw.draw(one_of(["NOT ", "-", "NOT\n"]))
            text = write(inner, draw, tightness=2)
            return f"NOT {text}" if text.startswith(("-", "NOT")) else sign + text
        case And(nodes):
            joint = draw.draw(one_of([" AND ", " ", "  AND\n"]))
            text = joint.join(write(each, draw, tightness=1) for each in nodes)
            return f"({text})" if tightness > 1 else text
        case Or(nodes):
            text = " OR ".join(write(each, draw) for each in nodes)
            return f"({text})" if tightness > 0 else text


def evaluate(node: Node, found: Set[str]) -> bool:
    match node:
        case Word(text):
            return text in found
        case Not(inner):
            return not evaluate(inner, found)
        case And(nodes):
            return all(evaluate(each, found) for each in nodes)
        case Or(nodes):
            return any(evaluate(each, found) for each in nodes)


@given(trees, st.data())
def test_a_written_tree_is_read_as_it_was_meant(
    tree: Node, data: st.DataObject
) -> None:
    text = write(tree, data)
    if evaluate(tree, set()):
        with pytest.raises(QueryError, match="every other post"):
            parse_query(text)
        return
    found = data.draw(st.sets(st.sampled_from(WORDS)))

    hits = parse_query(text).hits(found)

    assert (hits is not None) == evaluate(tree, found)
    assert (hits or set()) <= found


@given(trees, st.data())
def test_what_stands_in_the_way_is_there_exactly_when_it_is_false(
    tree: Node, data: st.DataObject
) -> None:
    assume(not evaluate(tree, set()))
    found = data.draw(st.sets(st.sampled_from(WORDS)))

    why = parse_query(write(tree, data)).why_not(found)

    assert bool(why) == (not evaluate(tree, found))


def refused_at(text: str) -> int | None:
    try:
        parse_query(text)
    except QueryError as refused:
        return refused.column
    return None


@given(st.text(st.sampled_from('ab "()-*#ANDORT,&\n'), max_size=20) | st.text())
def test_any_text_is_read_or_refused_with_a_column_inside_it(text: str) -> None:
    column = refused_at(text)

    assert column is None or 1 <= column <= len(text) + 1
