"""Sentiment of a batch: one call, unless a text breaks it."""

from collections.abc import Mapping
from typing import TypeAlias

from connectors import Post, SetAside
from monitor.models import Mention
from monitor.pipeline.sorting import Pair, poison
from monitor.rules.text_kind import text_kind
from monitor.rules.toward import toward_brand
from sentiment import Classifier, Sentiment

PostKey: TypeAlias = tuple[str, str]
PROBE = "This is fine."


def classify(
    posts: Mapping[PostKey, Post], classifier: Classifier, poisoned: list[SetAside]
) -> dict[PostKey, Sentiment]:
    """Return the sentiment of each post; one that breaks the model is set aside.

    Raises:
        Exception: the model itself is broken: it fails on a harmless text too.
            Nothing is set aside then, because no post is to blame.
    """
    if not posts:
        return {}
    many = list(posts.values())
    try:
        moods = classifier.classify(
            [post.text for post in many],
            [post.lang for post in many],
            [text_kind(post.platform, post.kind) for post in many],
        )
    except Exception as e:  # noqa: BLE001 - a probe tells whose fault it is
        classifier.classify([PROBE])
        return _one_by_one(posts, classifier, poisoned, e)
    return dict(zip(posts, moods, strict=True))


def feeling_of(pair: Pair, moods: Mapping[PostKey, Sentiment]) -> Sentiment | None:
    """Return how a post feels about a brand; None where it broke the model.

    `moods` are those of whole texts, as far as they are new. What did not change is
    felt as it was stored.
    """
    if pair.row and not pair.is_changed:
        return stored(pair.row)
    mood = moods.get(pair.post_key)
    return toward_brand(mood, pair.post, pair.match) if mood else None


def stored(row: Mention) -> Sentiment:
    """Return the sentiment we kept of a mention."""
    return Sentiment(
        label=row.sentiment,
        negative=row.negative,
        neutral=row.neutral,
        positive=row.positive,
        model=row.model,
        language=row.language,
        sure=row.sure,
    )


def _one_by_one(
    posts: Mapping[PostKey, Post],
    classifier: Classifier,
    poisoned: list[SetAside],
    error: Exception,
) -> dict[PostKey, Sentiment]:
    keys = list(posts)
    if len(keys) == 1:
        poisoned.append(poison(posts[keys[0]], error))
        return {}
    half = len(keys) // 2
    first = {key: posts[key] for key in keys[:half]}
    rest = {key: posts[key] for key in keys[half:]}
    return classify(first, classifier, poisoned) | classify(rest, classifier, poisoned)
