"""What is fitted after training, kind by kind, on validation sets alone.

Mix: a kind is judged by the head that was taught it; reviews, which taught none, by
whichever head or mean of heads serves them best.
Offsets: people complain rarely in the training sets (one tweet in six), so the
model finds too few complaints. Subtracting `strength` times the log of how
frequent each label was (https://arxiv.org/abs/2007.07314) evens that out.
Temperature: one per kind of text (https://arxiv.org/abs/1706.04599).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentiment.onnx import softmax

_STRENGTHS = np.linspace(0.0, 1.0, 11)
_TEMPERATURES = np.geomspace(0.5, 4.0, 200)

Logits = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fit:
    """How one kind is judged: a weight for each head, and what is added to logits."""

    mix: tuple[float, ...]
    strength: float
    plus: NDArray[np.float64]

    def of(self, by_head: Logits) -> Logits:
        """Texts by heads by 3, made into texts by 3."""
        return np.tensordot(by_head, self.mix, axes=(1, 0)) + self.plus


def offsets(labels: Labels, strength: float) -> NDArray[np.float64]:
    """What to add to the logits of negative, neutral, positive."""
    share = np.bincount(labels, minlength=3) / len(labels)
    rarity: NDArray[np.float64] = np.log(share).mean() - np.log(share)
    return strength * rarity


def best_fit(
    mixes: Sequence[tuple[float, ...]],
    taught: Sequence[Labels],
    sets: Sequence[tuple[Logits, Labels]],
) -> Fit:
    """The mix and strength with the best mean of macro-recall and macro-F1.

    `taught` are the labels that each head was taught, `sets` what the heads say of
    some texts (texts by heads by 3) beside the truth.
    """

    def fit(mix: tuple[float, ...], strength: float) -> Fit:
        rarity = [offsets(labels, strength) for labels in taught]
        return Fit(mix, strength, np.tensordot(mix, rarity, axes=(0, 0)))

    fits = [fit(mix, float(one)) for mix in mixes for one in _STRENGTHS]
    return max(fits, key=lambda one: mean_merit(one, sets))


def mean_merit(fit: Fit, sets: Sequence[tuple[Logits, Labels]]) -> float:
    return float(np.mean([merit(fit.of(said), truth) for said, truth in sets]))


def best_temperature(logits: Logits, truth: Labels) -> float:
    """The temperature at which the true labels are least surprising."""

    def surprise(temperature: float) -> float:
        chances = softmax(logits / temperature)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    candidates = [float(one) for one in _TEMPERATURES]
    best: float = min(candidates, key=surprise)
    return round(best, 3)


def merit(logits: Logits, truth: Labels) -> float:
    answer = logits.argmax(axis=1)
    hits = [((answer == one) & (truth == one)).sum() for one in range(3)]
    true = [(truth == one).sum() for one in range(3)]
    given = [(answer == one).sum() for one in range(3)]
    recall = np.mean([hit / all_ for hit, all_ in zip(hits, true, strict=True)])
    f1 = np.mean(
        [
            2 * hit / (all_ + out)
            for hit, all_, out in zip(hits, true, given, strict=True)
        ]
    )
    return float(recall + f1) / 2
