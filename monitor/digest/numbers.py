"""Making `Number`s: value, change, interval and the sentence for small samples. Pure."""

from collections.abc import Sequence
from math import fsum

from monitor.digest import statistics
from monitor.digest.report import Counts, Number, Unit

CHANCE = "the change may well be chance"


def count(
    name: str, value: int, previous: int | None, *, like: str = "", tested: bool = True
) -> Number:
    """A count, tested against the one before as two Poisson counts."""
    real = None
    if tested and previous is not None:
        real = statistics.counts_differ(value, previous)
    return Number(
        name=name,
        unit=Unit.COUNT,
        value=value,
        of=value,
        previous=previous,
        previous_of=previous or 0,
        is_real=real,
        note=_note(None, _chance(real, value, previous)),
        like=like,
    )


def share(
    name: str,
    now: tuple[int, int],
    before: tuple[int, int] | None,
    *,
    like: str = "",
    of_what: str = "mentions",
) -> Number:
    """A share from (hits, sample), with its interval and test."""
    hits, of = now
    hits0, of0 = before or (0, 0)
    value, previous = hits / of if of else None, hits0 / of0 if of0 else None
    low, high = statistics.wilson(hits, of) or (None, None)
    real = statistics.shares_differ(hits, of, hits0, of0)
    return Number(
        name=name,
        unit=Unit.SHARE,
        value=value,
        of=of,
        previous=previous,
        previous_of=of0,
        low=low,
        high=high,
        is_real=real,
        note=_note(of, _chance(real, value, previous), of_what),
        like=like,
    )


def net(name: str, now: Counts, before: Counts | None, *, like: str = "") -> Number:
    """Net sentiment, tested by Welch's t over -1, 0 and 1."""
    old = before or Counts()
    real = net_differs(now, old)
    return Number(
        name=name,
        unit=Unit.NET,
        value=now.net,
        of=now.judged,
        previous=old.net,
        previous_of=old.judged,
        is_real=real,
        note=_note(now.judged, _chance(real, now.net, old.net)),
        like=like,
    )


def net_differs(now: Counts, old: Counts) -> bool | None:
    """Say whether two net sentiments differ by more than chance."""
    return statistics.means_differ(
        (now.net or 0) / 100, _net_variance(now), now.judged,
        (old.net or 0) / 100, _net_variance(old), old.judged,
    )  # fmt: skip


def mean(
    name: str,
    now: tuple[float, float, int],
    before: tuple[float, float, int] | None,
    *,
    like: str = "",
) -> Number:
    """An average of stars from (sum, sum of squares, sample)."""
    (total, _, of), (total0, _, of0) = now, before or (0.0, 0.0, 0)
    value = total / of if of else None
    previous = total0 / of0 if of0 else None
    real = statistics.means_differ(
        value or 0, _variance(now), of,
        previous or 0, _variance(before or (0.0, 0.0, 0)), of0,
    )  # fmt: skip
    return Number(
        name=name,
        unit=Unit.STARS,
        value=value,
        of=of,
        previous=previous,
        previous_of=of0,
        is_real=real,
        note=_note(of, _chance(real, value, previous), "ratings"),
        like=like,
    )


def hours(
    name: str,
    part: float,
    now: Sequence[float],
    before: Sequence[float],
    *,
    like: str = "",
) -> Number:
    """A quantile of ascending hours. Quantiles are not tested."""
    return Number(
        name=name,
        unit=Unit.HOURS,
        value=statistics.quantile(now, part),
        of=len(now),
        previous=statistics.quantile(before, part),
        previous_of=len(before),
        note=_note(len(now), False, "answers" if "resp" in name else "mentions"),
        like=like,
    )


def _chance(real: bool | None, value: float | None, previous: float | None) -> bool:
    """Say whether there is a change, and it may be chance."""
    return real is False and value != previous


def _note(of: int | None, is_chance: bool, of_what: str = "mentions") -> str:
    """The sentence for the reader. `of` None: counts have no sample to be small."""
    if of == 0:
        return f"there are no {of_what} to measure"
    words = []
    if of is not None and of < statistics.SMALL:
        one = of_what.removesuffix("s") if of == 1 else of_what
        words.append(f"only {of} {one}: too few to mean much")
    if is_chance:
        words.append(CHANCE)
    return "; ".join(words)


def _net_variance(counts: Counts) -> float:
    of = counts.judged
    if of < 2:
        return 0.0
    middle = (counts.net or 0) / 100
    return ((counts.positive + counts.negative) - of * middle**2) / (of - 1)


def _variance(sums: tuple[float, float, int]) -> float:
    total, squares, of = sums
    if of < 2:
        return 0.0
    return max(fsum((squares, -total * total / of)) / (of - 1), 0.0)
