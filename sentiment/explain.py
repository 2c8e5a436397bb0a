"""Why a text got its label: what the model saw, and which words weighed most.

Occlusion (https://arxiv.org/abs/1311.2901): a word weighs as much as the
probability of the label falls when the word is left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sentiment import Classifier, Label, Sentiment, TextKind
from sentiment.text import clean

# One judgement per word; more words than this tell nobody more.
_MOST_WORDS = 200
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word of the cleaned text, and by how much it speaks for the label.

    Below zero it speaks against the label.
    """

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The judgement of one text and where it comes from.

    `tokens` is what the model got to see after cleaning and shortening, or the
    cleaned words where the model does not say. `words` stand in their own order.
    """

    sentiment: Sentiment
    cleaned: str
    tokens: Sequence[str]
    words: Sequence[Weighed]

    @property
    def heaviest(self) -> list[Weighed]:
        """The words, those that weigh most first, either way."""
        return sorted(self.words, key=lambda one: -abs(one.weight))


@runtime_checkable
class ShowsTokens(Protocol):
    def tokens(self, text: str) -> list[str]: ...


def explain(
    classifier: Classifier,
    text: str,
    language: str | None = None,
    kind: TextKind = TextKind.POST,
) -> Explanation:
    """Judge `text`, and again without each of its first 200 words.

    Raises:
        ModelError: the model cannot be loaded.
    """
    cleaned = clean(text)
    spans = [found.span() for found in _WORD.finditer(cleaned)][:_MOST_WORDS]
    without = [cleaned[:start] + cleaned[end:] for start, end in spans]
    count = len(without) + 1
    whole, *parts = classifier.classify(
        [text, *without], [language] * count, [kind] * count
    )
    before = _chance(whole, whole.label)
    return Explanation(
        sentiment=whole,
        cleaned=cleaned,
        tokens=(
            classifier.tokens(text)
            if isinstance(classifier, ShowsTokens)
            else cleaned.split()
        ),
        words=[
            Weighed(cleaned[start:end], before - _chance(part, whole.label))
            for (start, end), part in zip(spans, parts, strict=True)
        ],
    )


def _chance(sentiment: Sentiment, label: Label) -> float:
    return {
        Label.NEGATIVE: sentiment.negative,
        Label.NEUTRAL: sentiment.neutral,
        Label.POSITIVE: sentiment.positive,
    }[label]
