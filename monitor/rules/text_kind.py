"""As what kind of text the classifier judges what platforms bring."""

from collections.abc import Mapping

from connectors import Kind
from sentiment import TextKind

# An article's headline is read like a post: the model was taught no articles.
_KINDS: Mapping[Kind, TextKind] = {
    Kind.POST: TextKind.POST,
    Kind.COMMENT: TextKind.COMMENT,
    Kind.REVIEW: TextKind.REVIEW,
    Kind.ARTICLE: TextKind.POST,
}
_TWEETS = frozenset({"x"})
"""Platforms whose comments are posts like any other, in words and length: what taught
the model to judge posts were tweets, answers among them."""


def text_kind(platform: str, kind: Kind) -> TextKind:
    """Return as what the model judges a `kind` of text from `platform`."""
    if kind is Kind.COMMENT and platform in _TWEETS:
        return TextKind.POST
    return _KINDS[kind]
