"""A classifier with four words of vocabulary."""

from sentiment import Label, Sentiment


class FakeClassifier:
    """bad is negative, good is positive, poison breaks it, the rest is neutral."""

    def __init__(self):
        self.calls = 0
        self.texts = 0
        self.broken = None

    def classify(self, texts, languages=None, kinds=None):
        self.calls += 1
        self.texts += len(texts)
        if self.broken:
            raise self.broken
        if any("poison" in text for text in texts):
            raise RuntimeError("a text broke the model")
        return [self._feel(text) for text in texts]

    def _feel(self, text):
        if "bad" in text:
            return Sentiment(Label.NEGATIVE, 0.9, 0.06, 0.04, "fake", "en")
        if "good" in text:
            return Sentiment(Label.POSITIVE, 0.04, 0.06, 0.9, "fake", "en")
        return Sentiment(Label.NEUTRAL, 0.1, 0.8, 0.1, "fake", "en")
