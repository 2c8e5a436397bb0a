import pytest

from connectors import Kind
from monitor.rules.text_kind import text_kind
from sentiment import TextKind


@pytest.mark.parametrize(
    ("platform", "kind", "judged"),
    [
        ("x", Kind.POST, TextKind.POST),
        # An answer on X is a tweet; the model learnt comments from Reddit.
        ("x", Kind.COMMENT, TextKind.POST),
        ("reddit", Kind.POST, TextKind.POST),
        ("reddit", Kind.COMMENT, TextKind.COMMENT),
        ("trustpilot", Kind.REVIEW, TextKind.REVIEW),
        ("anything", Kind.COMMENT, TextKind.COMMENT),
        ("rss", Kind.ARTICLE, TextKind.POST),
    ],
)
def test_a_text_is_judged_as_what_it_is(platform, kind, judged):
    assert text_kind(platform, kind) is judged


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_post_is_judged_as_some_kind_of_text(kind):
    assert text_kind("reddit", kind) in TextKind
