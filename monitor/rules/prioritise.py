"""How soon a mention must be answered, and why, in words that staff read."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors import Post
from monitor.config import Priorities, Priority
from monitor.rules.match import Hit
from monitor.rules.text import asks
from sentiment import Label, Sentiment

CONFIDENT = 0.6
_ORDER = tuple(Priority)


@dataclass(frozen=True, slots=True)
class Feeling:
    """All that speaks for or against haste in one post.

    `prefers_another` says that it prefers another brand to ours.
    """

    post: Post
    sentiment: Sentiment
    urgent: Sequence[Hit] = ()
    prefers_another: bool = False


def prioritise(
    feeling: Feeling, earlier: int, settings: Priorities
) -> tuple[Priority, tuple[str, ...]]:
    """Return the priority and its reasons, weightiest first.

    Stars are facts and win over the text's sentiment where they disagree. A
    question lifts low to normal. Unless the mention is praise, reach lifts one
    step, and an author who wrote before lifts normal to high. So only urgent
    words, or reach on top of high, make a mention urgent.
    """
    if feeling.urgent:
        words = ", ".join(f'"{hit.keyword}"' for hit in feeling.urgent[:3])
        return Priority.URGENT, (f"urgent word {words}",)
    priority, why = _base(feeling.post.rating, feeling.sentiment)
    if feeling.prefers_another:
        why.append("prefers another")
    happy = priority is Priority.LOW
    if asks(feeling.post.text):
        why.append("asks a question")
        priority = Priority.NORMAL if happy else priority
    followers = feeling.post.author.followers or 0
    if followers >= settings.reach:
        why.append(f"{followers:,} followers")
        priority = priority if happy else _up(priority)
    if earlier:
        times = "once" if earlier == 1 else f"{earlier} times"
        why.append(f"wrote about us {times} before")
        if priority is Priority.NORMAL and not happy:
            priority = Priority.HIGH
    return priority, tuple(why)


def _base(rating: float | None, sentiment: Sentiment) -> tuple[Priority, list[str]]:
    """Return where stars, or else the text, put a mention before anything lifts it."""
    if rating is None:
        return _by_text(sentiment)
    stars = f"{rating:g} of 5 stars"
    if rating <= 2:
        return Priority.HIGH, [stars, *_contrast(sentiment, Label.POSITIVE)]
    if rating >= 4:
        return Priority.LOW, [stars, *_contrast(sentiment, Label.NEGATIVE)]
    return Priority.NORMAL, [stars]


def _by_text(sentiment: Sentiment) -> tuple[Priority, list[str]]:
    sure = sentiment.sure and sentiment.confidence >= CONFIDENT
    share = f"{sentiment.confidence:.0%}"
    match sentiment.label:
        case _ if not sentiment.sure:
            return Priority.NORMAL, ["not sure how it feels"]
        case Label.NEGATIVE if sure:
            return Priority.HIGH, [f"sounds negative ({share})"]
        case Label.POSITIVE if sure:
            return Priority.LOW, [f"sounds positive ({share})"]
        case Label.NEUTRAL if sure:
            return Priority.NORMAL, [f"sounds neutral ({share})"]
        case label:
            return Priority.NORMAL, [f"perhaps {label} ({share})"]


def _contrast(sentiment: Sentiment, label: Label) -> list[str]:
    clear = sentiment.sure and sentiment.confidence >= CONFIDENT
    return (
        [f"though the text sounds {label}"]
        if clear and sentiment.label is label
        else []
    )


def _up(priority: Priority) -> Priority:
    return _ORDER[max(_ORDER.index(priority) - 1, 0)]
