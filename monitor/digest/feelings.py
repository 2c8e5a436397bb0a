"""How people feel: cells counted in SQL, put together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from monitor.digest import numbers
from monitor.digest.likes import like
from monitor.digest.period import Period
from monitor.digest.report import Counts, Day, Feelings, Part, Stars
from monitor.store.facts import Cell


@dataclass(frozen=True, slots=True)
class Felt:
    """What the store counted of one period; `cells` number its days from 0."""

    period: Period
    cells: Sequence[Cell]
    stars: Mapping[int, int]
    rating_squares: float

    @property
    def counts(self) -> Counts:
        return total(self.cells)

    @property
    def ratings(self) -> tuple[float, float, int]:
        """Sum, sum of squares, how many."""
        rated = sum(cell.rated for cell in self.cells)
        return sum(c.rating_sum for c in self.cells), self.rating_squares, rated


def total(cells: Iterable[Cell]) -> Counts:
    """Add up cells by feeling."""
    found = dict.fromkeys(("positive", "neutral", "negative", "not_sure"), 0)
    for cell in cells:
        found[cell.feeling] += cell.count
    return Counts(**found)


def feelings(now: Felt, before: Felt | None) -> Feelings:
    """Put the section together; without `before` nothing is compared."""
    counts, old = now.counts, before.counts if before else None
    judged = {
        name: numbers.share(
            name,
            (getattr(counts, name), counts.judged),
            (getattr(old, name), old.judged) if old else None,
            like=like(name),
        )
        for name in ("positive", "neutral", "negative")
    }
    return Feelings(
        volume=numbers.count(
            "volume", counts.total, old.total if old else None, like=like("volume")
        ),
        **judged,
        not_sure=numbers.share(
            "not_sure",
            (counts.not_sure, counts.total),
            (old.not_sure, old.total) if old else None,
            like=like("not_sure"),
        ),
        net=numbers.net("net", counts, old, like=like("judged")),
        rating=numbers.mean(
            "rating",
            now.ratings,
            before.ratings if before else None,
            like=like("rated"),
        ),
        stars=_stars(now, before),
        counts=counts,
        previous=old,
        days=_days(now),
        previous_days=_days(before) if before else (),
        sources=_parts("source", now, before),
        languages=_parts("language", now, before),
    )


def _stars(now: Felt, before: Felt | None) -> list[Stars]:
    return [
        Stars(
            stars,
            now.stars.get(stars, 0),
            before.stars.get(stars, 0) if before else None,
            like("rated", stars=stars),
        )
        for stars in range(1, 6)
    ]


def _days(felt: Felt) -> list[Day]:
    by_day = _grouped(felt.cells, "day")
    return [
        Day(day, total(by_day.get(number, ())), like("volume", day=day))
        for number, day in enumerate(felt.period.days)
    ]


def _parts(field: str, now: Felt, before: Felt | None) -> list[Part]:
    """The period's sources or languages, and those that fell silent, largest first."""
    cells = _grouped(now.cells, field)
    old = _grouped(before.cells, field) if before else {}
    found = []
    for name in sorted({*cells, *old}):
        here = cells.get(name, [])
        rated = sum(cell.rated for cell in here)
        found.append(
            Part(
                name=name,
                counts=total(here),
                previous=total(old.get(name, ())) if before else None,
                rating=sum(c.rating_sum for c in here) / rated if rated else None,
                ratings=rated,
                like=like("volume", **{field: name}),
            )
        )
    return sorted(found, key=lambda part: -part.counts.total)


def _grouped(cells: Sequence[Cell], field: str) -> dict[Any, list[Cell]]:
    def key(cell: Cell) -> Any:
        return getattr(cell, field)

    return {name: list(some) for name, some in groupby(sorted(cells, key=key), key)}
