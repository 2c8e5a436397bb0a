"""Can it be trusted: sources, holes, late arrivals, corrections. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.digest import numbers
from monitor.digest.likes import like
from monitor.digest.period import Period
from monitor.digest.report import (
    Feelings,
    Health,
    Hole,
    Late,
    Number,
    Reasoned,
    Restated,
    Trust,
    Unit,
)
from monitor.models import Checkpoint, DigestRow, GapRow
from monitor.store.digests import Episode

IMPORT = "import:"
"""How the name of an import begins: it is no source that could fall silent."""
RESTATED = ("volume", "positive", "neutral", "negative", "not_sure", "net", "rating",
            "needed", "answered", "response_rate")  # fmt: skip
"""The figures that late arrivals restate."""
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Books:
    """What the store's own books say of the sources.

    `usual` has the sources that brought mentions in the four weeks before both
    periods; `begun` the UTC day on which each first showed us a post.
    """

    configured: Collection[str]
    checkpoints: Sequence[Checkpoint]
    begun: Mapping[str, date]
    usual: Collection[str]
    gaps: Sequence[GapRow]
    episodes: Sequence[Episode]


@dataclass(frozen=True, slots=True)
class Labels:
    """How many labels staff changed, of how many mentions they looked at."""

    changed: int
    seen: int

    @property
    def left(self) -> tuple[int, int]:
        return self.seen - self.changed, self.seen


def trust(
    books: Books,
    felt: tuple[Feelings, Period],
    labels: tuple[Labels, Labels | None],
    late: Late | None,
    left_out: Mapping[str, int],
    erased: int,
) -> Trust:
    """Put the section together."""
    now, before = labels
    return Trust(
        sources=health(books, *felt),
        holes=holes(books),
        late=late,
        corrected=numbers.count(
            "corrected",
            now.changed,
            before.changed if before else None,
            like=like("corrected"),
            tested=False,
        ),
        accuracy=numbers.share(
            "accuracy",
            now.left,
            before.left if before else None,
            like=like("seen_by_person"),
            of_what="handled mentions",
        ),
        left_out=[
            Reasoned(reason, count, like("left_out", reason=reason))
            for reason, count in sorted(
                left_out.items(), key=lambda one: (-one[1], one[0])
            )
        ],
        erased=erased,
    )


def health(books: Books, felt: Feelings, period: Period) -> list[Health]:
    """Return each configured source, and each that brought mentions."""
    at = {row.source: row for row in books.checkpoints}
    brought = {part.name: part.counts.total for part in felt.sources}
    names = sorted({*books.configured, *brought})
    return [
        Health(
            source=name,
            state=state(at.get(name), name),
            mentions=brought.get(name, 0),
            last_success=at[name].last_success_at if name in at else None,
            last_post=at[name].last_post_at if name in at else None,
            error=at[name].error if name in at else "",
            is_new=_is_new(books, name, period),
        )
        for name in names
    ]


def state(at: Checkpoint | None, name: str) -> str:
    """Return how a source stands, in one word."""
    if at is None:
        return "not polled yet"
    if at.paused_at:
        return "paused"
    if at.failures:
        return "failing"
    if name.startswith(IMPORT):
        return "imported"
    return "silent" if at.silent_since else "fine"


def holes(books: Books) -> list[Hole]:
    """Return gaps and told episodes, oldest first."""
    gaps = [
        Hole(
            gap.source,
            "gap",
            f"{gap.source}: {gap.reason}",
            gap.at,
            gap.since,
            gap.until,
        )
        for gap in books.gaps
    ]
    told = [Hole(one.source, one.kind, one.words, one.at) for one in books.episodes]
    return sorted([*gaps, *told], key=lambda one: (one.at, one.source, one.kind))


def said(numbers_: Mapping[str, Number]) -> dict[str, dict[str, object]]:
    """Return a digest's figures as JSON, to be held against what is found later."""
    return {
        name: {"value": one.value, "unit": one.unit.value, "of": one.of}
        for name, one in numbers_.items()
    }


def restate(row: DigestRow, late: int, now: Mapping[str, Number]) -> Late:
    """Hold what a digest said against the same figures now."""
    changes = []
    for name in RESTATED:
        if name not in row.numbers or name not in now:
            continue
        value, fresh = row.numbers[name]["value"], now[name].value
        if not _is_same(value, fresh):
            changes.append(
                Restated(name, Unit(row.numbers[name]["unit"]), value, fresh)
            )
    return Late(
        period=Period(row.first, row.last, row.zone),
        said_at=row.as_of,
        mentions=late,
        restated=changes,
        like=like("late"),
    )


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < CLOSE


def _is_new(books: Books, name: str, before: Period) -> bool:
    begun = books.begun.get(name)
    return name not in books.usual and begun is not None and begun > before.first
