"""As what kind of text the classifier judges what platforms bring."""

from collections.abc import Mapping

from connectors import Kind
from sentiment import TextKind

# An article's headline is read like a post: the model was taught no articles.
TEXT_KINDS: Mapping[Kind, TextKind] = {
    Kind.POST: TextKind.POST,
    Kind.COMMENT: TextKind.COMMENT,
    Kind.REVIEW: TextKind.REVIEW,
    Kind.ARTICLE: TextKind.POST,
}
