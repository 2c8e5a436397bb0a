"""How a text feels. Knows nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sentiment.settings import SentimentSettings


class TextKind(StrEnum):
    """What a text is: each kind is judged and calibrated apart."""

    POST = "post"
    COMMENT = "comment"
    REVIEW = "review"


class Label(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """How one text feels.

    The three probabilities are calibrated and sum to 1. `language` is a BCP 47
    tag, or None where nobody can tell. `sure` is False where the model was not
    trained for the language, or the text has nothing to judge: people are then
    shown "not sure" instead of a label.
    """

    label: Label
    negative: float
    neutral: float
    positive: float
    model: str
    language: str | None = None
    sure: bool = True

    @property
    def confidence(self) -> float:
        """The probability of the label."""
        return max(self.negative, self.neutral, self.positive)


class Classifier(Protocol):
    """One sentiment per text, in order. Safe to call from several threads."""

    def classify(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None] | None = None,
        kinds: Sequence[TextKind] | None = None,
    ) -> list[Sentiment]:
        """Judge `texts`; `languages` is the platform's own word where it has one.

        `kinds` says what each text is; left out: all are posts.

        Raises:
            ModelError: the model cannot be loaded; the message names the remedy.
        """
        ...


class ModelError(Exception):
    """The model cannot be used as configured. The message names the remedy."""


def open_classifier(settings: "SentimentSettings") -> Classifier:
    """The classifier that `settings` names; its weights are read on first use.

    Importing this package stays cheap: what the model needs is imported here.

    Raises:
        ModelError: a package or a file is missing; the message names the remedy.
    """
    from sentiment.settings import classifier_for

    return classifier_for(settings)
