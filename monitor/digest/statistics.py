"""How sure a number is: intervals, tests, quantiles, days outside the usual. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, erfc, sqrt

Z = 1.959963984540054
"""The normal distribution's 97.5 % point: 95 % lie within it on both sides."""
ALPHA = 0.05
SMALL = 30
"""Below this many mentions a sample is called too small to mean much."""
SPIKE_SCORE = 3.0
SPIKE_LEAST = 5
BASELINE_DAYS = 28
BASELINE_LEAST = 14
EXACT_UP_TO = 1000


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % score interval of a proportion (Wilson 1927); None: no sample."""
    if not of:
        return None
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    spread = sqrt(share * (1 - share) / of + square / (4 * of * of))
    half = Z * spread / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def shares_differ(hits: int, of: int, hits0: int, of0: int) -> bool | None:
    """Say whether two proportions differ by more than chance: the pooled z-test.

    None: one sample is empty, so that there is nothing to test.
    """
    if not of or not of0:
        return None
    pooled = (hits + hits0) / (of + of0)
    spread = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of0))
    if not spread:
        return False
    return _two_sided(abs(hits / of - hits0 / of0) / spread) < ALPHA


def counts_differ(count: int, count0: int) -> bool:
    """Say whether two counts over equal times differ by more than chance.

    Given their sum, the first of two equal Poisson counts is binomial with p = 1/2
    (Przyborowski and Wilenski 1940). Exact up to 1,000 together, then normal.
    """
    both, least = count + count0, min(count, count0)
    if both > EXACT_UP_TO:
        return _two_sided((abs(count - count0) - 1) / sqrt(both)) < ALPHA
    tail = sum(comb(both, k) for k in range(least + 1))
    return bool(2 * tail < ALPHA * 2**both)


def means_differ(
    mean: float, variance: float, of: int, mean0: float, variance0: float, of0: int
) -> bool | None:
    """Say whether two means differ by more than chance: Welch's t (1947).

    Variances are those of the samples, divided by n - 1. None: a sample below two.
    """
    if min(of, of0) < 2:
        return None
    part, part0 = variance / of, variance0 / of0
    if not part + part0:
        return mean != mean0
    t = abs(mean - mean0) / sqrt(part + part0)
    freedom = (part + part0) ** 2 / (part**2 / (of - 1) + part0**2 / (of0 - 1))
    return t > t_point(freedom)


def t_point(freedom: float) -> float:
    """Return Student's t's 97.5 % point: Cornish and Fisher's expansion, good to
    1 % from three degrees of freedom on."""
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / freedom + second / freedom**2 + third / freedom**3


def quantile(ordered: Sequence[float], part: float) -> float | None:
    """Return a quantile of ascending values, interpolated (Hyndman and Fan, type 7)."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for a day: the median, and how far days lie from it."""

    median: float
    spread: float

    def score(self, count: int) -> float:
        """How many spreads a count lies above (or, negative, below) the usual."""
        return (count - self.median) / self.spread

    @property
    def high(self) -> float:
        """From which count on a day is a spike."""
        return self.median + max(SPIKE_SCORE * self.spread, SPIKE_LEAST)

    def is_outside(self, count: int) -> bool:
        far = abs(count - self.median) >= SPIKE_LEAST
        return far and abs(self.score(count)) >= SPIKE_SCORE


def usual(days: Sequence[int]) -> Usual | None:
    """Return what is usual, or None where there are too few days to tell.

    The spread is 1.4826 x the median absolute deviation (Iglewicz and Hoaglin 1993),
    and never below a Poisson count's own, the square root of the median, nor 1.
    """
    if len(days) < BASELINE_LEAST:
        return None
    median = quantile(sorted(days), 0.5) or 0.0
    away = quantile(sorted(abs(n - median) for n in days), 0.5) or 0.0
    return Usual(median, max(1.4826 * away, sqrt(median), 1.0))


def _two_sided(z: float) -> float:
    return erfc(max(z, 0.0) / sqrt(2))
