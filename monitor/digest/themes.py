"""What the texts are about: words that go together, with quotes that stand there.

TF-IDF weights and non-negative matrix factorisation (Lee and Seung 1999) over both
periods' texts together, so that a theme means the same in both. The start is fixed
(NNDSVD) and so is the order of texts: the same texts give the same themes.
scikit-learn is imported here alone, and late: it takes a second.
"""

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from monitor.digest import numbers, statistics
from monitor.digest.likes import like
from monitor.digest.report import Counts, Quote, Theme, Themes, Trend
from monitor.digest.stop_words import STOP_WORDS
from monitor.store.facts import Text

LEAST_TEXTS = 20
"""Below this many texts of a period there are no themes, only texts."""
LEAST_SIZE = 4
MOST_THEMES = 8
FIT_ON = 3000
"""The factors are learnt from at most so many texts, evenly drawn; all are placed."""
STRONG = 0.04
"""A text belongs to no theme whose weight for it is below this."""
WORDS = 6
MOST_QUOTED = 280
"""Characters of a quote; a longer text is quoted by its best sentence."""
SEED = 0
_TOKEN = r"(?u)\b[^\W\d_][\w'’-]+\b"  # noqa: S105 - what a word looks like
_NOISE = re.compile(r"https?://\S+|[@#]\w+")
_SENTENCE = re.compile(r"[^.!?\n…。！？]+[.!?…。！？]*")


@dataclass(frozen=True, slots=True)
class Found:
    """Words of each theme, and which theme each text belongs to (None: to none)."""

    words: Sequence[Sequence[str]]
    places: Sequence[int | None]


def themes(
    now: Sequence[Text], before: Sequence[Text] | None, ignore: Iterable[str]
) -> Themes:
    """Return the period's themes, largest first.

    `ignore` are words that say nothing here, such as the brand's own keywords.
    """
    if len(now) < LEAST_TEXTS:
        note = f"only {len(now)} texts: too few to find themes, read them instead"
        return Themes(texts=len(now), without=len(now), note=note)
    old = before or ()
    found = factor([one.text for one in (*now, *old)], ignore)
    made = [
        theme
        for number, words in enumerate(found.words)
        if (theme := _theme(number, words, found, (now, old), before is not None))
    ]
    made.sort(key=lambda one: (-one.size, one.label))
    inside = sum(one.size for one in made)
    return Themes(
        themes=made,
        improved=[one for one in made if _moved(one) == 1],
        worse=[one for one in made if _moved(one) == -1],
        texts=len(now),
        without=len(now) - inside,
        note="" if made else "no words come up together often enough for a theme",
    )


def factor(texts: Sequence[str], ignore: Iterable[str]) -> Found:
    """Find what the texts are about."""
    import numpy as np
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        token_pattern=_TOKEN,
        stop_words=sorted(STOP_WORDS | _words_of(ignore)),
        preprocessor=_plain,
        min_df=min(3, max(2, len(texts) // 50)),
        max_df=0.8,
        max_features=5000,
        sublinear_tf=True,
        dtype=np.float64,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # not a word is left: every text is of its own
        return Found((), [None] * len(texts))
    number = _how_many(len(texts), weights.shape[1])
    if number < 1:
        return Found((), [None] * len(texts))
    model = NMF(number, init="nndsvd", random_state=SEED, max_iter=200, tol=1e-3)
    step = -(-len(texts) // FIT_ON)
    sample = weights[::step]
    with warnings.catch_warnings():
        # Near enough is good enough; and a perfect fit's error is below zero by rounding.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model.fit(sample[sample.getnnz(axis=1) > 0])
        placed = model.transform(weights)
    return _placed(placed, model.components_, vectorizer.get_feature_names_out())


def quote(texts: Sequence[Text], words: Sequence[str]) -> Quote | None:
    """Return the text, or its best sentence, that has most of a theme's words.

    What is quoted stands literally in the stored text: `in` says so, not a model.
    """
    best = max(
        ((_hits(part, words), -len(part), -one.id, part, one) for one in texts
         for part in _parts(one.text)),
        key=lambda found: found[:3],
        default=None,
    )  # fmt: skip
    if best is None or not best[0]:
        return None
    part, one = best[3], best[4]
    if part not in one.text:
        return None
    return Quote(part, one.url, one.id, one.platform, one.author, one.rating)


def trend(now: tuple[int, int], before: tuple[int, int]) -> Trend:
    """Return how a theme of (size, all texts) stands against the period before."""
    (size, of), (size0, of0) = now, before
    if not size0:
        return Trend.NEW
    if not statistics.shares_differ(size, of, size0, of0):
        return Trend.STEADY
    return Trend.GROWING if size / of > size0 / of0 else Trend.FALLING


def _theme(
    number: int,
    words: Sequence[str],
    found: Found,
    texts: tuple[Sequence[Text], Sequence[Text]],
    compared: bool,
) -> Theme | None:
    now, old = texts
    here = [t for t, place in zip(now, found.places, strict=False) if place == number]
    there = [
        t
        for t, place in zip(old, found.places[len(now) :], strict=True)
        if place == number
    ]
    if len(here) < LEAST_SIZE:
        return None
    return Theme(
        words=words,
        counts=_counts(here),
        previous=_counts(there) if compared else None,
        trend=trend((len(here), len(now)), (len(there), len(old)))
        if compared and old
        else None,
        quote=quote(here, words),
        mentions=[one.id for one in here],
        like=like("theme", theme=" ".join(words[:3])),
    )


def _placed(placed: Any, parts: Any, names: Any) -> Found:
    """Name each theme by its weightiest words, and give each text its strongest."""
    words = [[str(names[i]) for i in row.argsort()[::-1][:WORDS] if row[i] > 0]
             for row in parts]  # fmt: skip
    # Weights are comparable only between themes of the same length.
    strength = placed * (parts**2).sum(axis=1) ** 0.5
    best = strength.argmax(axis=1)
    places = [
        int(which) if strength[row, which] >= STRONG else None
        for row, which in enumerate(best)
    ]
    return Found(words, places)


def _how_many(texts: int, features: int) -> int:
    """More themes the more texts: 2 for 20, 8 from 320 on."""
    wanted = max(2, round(sqrt(texts / 5)))
    return min(MOST_THEMES, wanted, features)


def _moved(theme: Theme) -> int:
    """1 where the net sentiment rose by more than chance, -1 where it fell, else 0."""
    old = theme.previous
    if old is None or theme.counts.net is None or old.net is None:
        return 0
    if not numbers.net_differs(theme.counts, old):
        return 0
    return 1 if theme.counts.net > old.net else -1


def _counts(texts: Iterable[Text]) -> Counts:
    found: Mapping[str, int] = {}
    for one in texts:
        found = {**found, one.feeling: found.get(one.feeling, 0) + 1}
    return Counts(**found)


def _hits(part: str, words: Sequence[str]) -> int:
    folded = part.casefold()
    return sum(len(words) - i for i, word in enumerate(words) if word in folded)


def _parts(text: str) -> list[str]:
    """Return a short text whole, a long one by its sentences, cut where they run on."""
    whole = text.strip()
    if len(whole) <= MOST_QUOTED:
        return [whole] if whole else []
    sentences = (match[0].strip() for match in _SENTENCE.finditer(whole))
    return [one[:MOST_QUOTED].rstrip() for one in sentences if one]


def _plain(text: str) -> str:
    return _NOISE.sub(" ", text).casefold()


def _words_of(phrases: Iterable[str]) -> set[str]:
    return {
        word for phrase in phrases for word in re.findall(_TOKEN, phrase.casefold())
    }
