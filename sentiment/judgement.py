"""From probabilities to a `Sentiment`: the same for every model."""

from collections.abc import Mapping

from sentiment import Label, Sentiment
from sentiment.text import clean, has_something_to_judge


def judged(
    text: str,
    probabilities: Mapping[Label, float],
    *,
    model: str,
    heard: tuple[str | None, bool],
) -> Sentiment:
    """The sentiment of `text`; `heard` is its language and whether that is known.

    A text without a word in it is neutral at even odds, and never sure.
    """
    language, known = heard
    if not has_something_to_judge(clean(text)):
        even = 1 / 3
        return Sentiment(
            Label.NEUTRAL, even, even, even, model, language=language, sure=False
        )
    label = max(probabilities, key=lambda one: probabilities[one])
    return Sentiment(
        label,
        float(probabilities[Label.NEGATIVE]),
        float(probabilities[Label.NEUTRAL]),
        float(probabilities[Label.POSITIVE]),
        model,
        language=language,
        sure=known,
    )
