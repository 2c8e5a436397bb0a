from collections.abc import Sequence

import pytest

from sentiment import Label, Sentiment, TextKind
from sentiment.onnx import EMBEDDED_FOLDER, OnnxClassifier


@pytest.fixture(scope="session")
def embedded() -> OnnxClassifier:
    if not (EMBEDDED_FOLDER / "model_int8.onnx").exists():
        pytest.skip("the weights are not in this checkout")
    return OnnxClassifier()


class WordClassifier:
    """Counts good and bad words: a classifier whose answers a test can foresee."""

    good = frozenset({"good", "great"})
    bad = frozenset({"bad", "awful"})

    def classify(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None] | None = None,
        kinds: Sequence[TextKind] | None = None,
    ) -> list[Sentiment]:
        told = languages or [None] * len(texts)
        return [self._judge(text, tag) for text, tag in zip(texts, told, strict=True)]

    def _judge(self, text: str, language: str | None) -> Sentiment:
        words = text.casefold().split()
        good = 1 + 8 * sum(word in self.good for word in words)
        bad = 1 + 8 * sum(word in self.bad for word in words)
        total = good + bad + 3
        chances = {
            Label.NEGATIVE: bad / total,
            Label.NEUTRAL: 3 / total,
            Label.POSITIVE: good / total,
        }
        label = max(chances, key=lambda one: chances[one])
        return Sentiment(label, *chances.values(), "words", language=language)


@pytest.fixture
def words() -> WordClassifier:
    return WordClassifier()
