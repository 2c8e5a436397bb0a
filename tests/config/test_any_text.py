"""Whatever is in the file, reading it ends in a Config or in ConfigErrors."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.config import ConfigErrors, read

WORDS = st.sampled_from(
    """brands sources name type file rss path url keywords query handles x hours opens
    days deadlines urgent every spam database Acme ${A} $${ ${ null no 1.0 09:00 5m
    - : ? [ ] { } , # & * ! | > ' " % @ ` ~ --- ... << !!str &a *a \\ """.split()  # noqa: SIM905 (unreadable as a list)
)
SPACES = st.sampled_from(["", " ", "\n", "\n  ", "\n    ", "\n- ", "\t", ": "])
YAMLISH = st.lists(st.tuples(WORDS, SPACES), max_size=40).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
VALUES = st.recursive(
    st.sampled_from(["acme", "null", "${A}", "5m", "''", "1", "true", "~", '"#"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda many: f"[{', '.join(many)}]")
        | st.dictionaries(
            st.sampled_from(["name", "type", "file", "x", "days", "path", "token"]),
            inner,
            max_size=3,
        ).map(lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}")
    ),
    max_leaves=8,
)
SHAPED = st.dictionaries(
    st.sampled_from(["brands", "sources", "database", "spam", "hours", "deadlines"]),
    VALUES,
).map(lambda d: "".join(f"{key}: {value}\n" for key, value in d.items()))


def ends_well(text: str) -> bool:
    try:
        read(text, "config.yaml", {"A": "a"})
    except ConfigErrors as errors:
        lines = str(errors).split("\n")
        return len(lines) == len(errors.faults) > 0 and all(map(str.isprintable, lines))
    return True


@given(YAMLISH)
@settings(max_examples=300)
def test_text_that_looks_like_yaml_never_crashes(text: str) -> None:
    assert ends_well(text)


@given(st.text())
def test_any_text_never_crashes(text: str) -> None:
    assert ends_well(text)


@given(SHAPED)
@settings(max_examples=300)
def test_yaml_of_any_shape_never_crashes(text: str) -> None:
    assert ends_well(text)
