"""What is fitted after training, on validation sets alone.

Offsets: people complain rarely in the training sets (one tweet in six), so the
model finds too few complaints. Subtracting `strength` times the log of how
frequent each label was (https://arxiv.org/abs/2007.07314) evens that out.
Temperature: one per kind of text (https://arxiv.org/abs/1706.04599).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sentiment.onnx import softmax

_STRENGTHS = np.linspace(0.0, 1.0, 11)
_TEMPERATURES = np.geomspace(0.5, 4.0, 200)

Logits = NDArray[np.float64]
Labels = NDArray[np.int64]


def offsets(labels: Labels, strength: float) -> NDArray[np.float64]:
    """What to add to the logits of negative, neutral, positive."""
    share = np.bincount(labels, minlength=3) / len(labels)
    rarity: NDArray[np.float64] = np.log(share).mean() - np.log(share)
    return strength * rarity


def best_strength(taught: Labels, sets: Sequence[tuple[Logits, Labels]]) -> float:
    """The strength with the best mean of macro-recall and macro-F1 over `sets`."""

    def of(strength: float) -> float:
        plus = offsets(taught, strength)
        return float(np.mean([merit(logits + plus, truth) for logits, truth in sets]))

    return max((float(one) for one in _STRENGTHS), key=of)


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
