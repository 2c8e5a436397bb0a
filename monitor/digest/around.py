"""What our answers did, other brands, days outside the usual. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from monitor.digest import numbers
from monitor.digest.likes import like
from monitor.digest.period import Period
from monitor.digest.report import (
    Changed,
    Counts,
    Effects,
    Number,
    Others,
    Spike,
    Spikes,
    Voice,
)
from monitor.digest.statistics import BASELINE_DAYS, Usual, usual
from monitor.store.facts import Edit, Return
from sentiment import Label

MOODS: Mapping[str, int] = {"negative": -1, "neutral": 0, "positive": 1}
METHOD = (
    "A day stands out when its count is at least 3 spreads and 5 mentions away from the "
    "median of the 28 days before the period. The spread is 1.4826 x the median absolute "
    "deviation, at least the square root of the median, at least 1."
)
Daily = Mapping[tuple[int, str, str], int]
"""(day number, source, feeling) -> mentions."""


def changed(edits: Sequence[Edit], start: datetime, end: datetime) -> list[Changed]:
    """Return one change per mention edited in the time, latest first.

    `edits` go on past `end`, oldest first: the first edit after it tells what the
    mention was at the end.
    """
    by_mention: dict[int, list[Edit]] = {}
    for edit in edits:
        by_mention.setdefault(edit.mention.id or 0, []).append(edit)
    found = [_changed(some, start, end) for some in by_mention.values()]
    return sorted(
        (one for one in found if one), key=lambda one: one.edited_at, reverse=True
    )


def effects(
    now: Sequence[Changed],
    before: Sequence[Changed] | None,
    returns: Sequence[Return],
    returns_before: Sequence[Return] | None,
) -> Effects:
    """Put the section together; without what was before nothing is compared."""

    def number(name: str, better: bool | None) -> Number:
        return numbers.count(
            name,
            sum(one.is_better is better for one in now),
            None if before is None else sum(one.is_better is better for one in before),
            like=like(name),
        )

    old = returns_before
    return Effects(
        edited=numbers.count(
            "edited", len(now), None if before is None else len(before), like="edited"
        ),
        recovered=number("recovered", better=True),
        relapsed=number("relapsed", better=False),
        came_back=numbers.count(
            "came_back",
            len(returns),
            None if old is None else len(old),
            like="came_back",
        ),
        came_back_happier=numbers.count(
            "came_back_happier",
            len(happier(returns)),
            None if old is None else len(happier(old)),
            like="came_back_happier",
        ),
        changes=now,
    )


def happier(returns: Iterable[Return]) -> list[Return]:
    """Return those whose latest mention sounds better than the answered one."""
    return [
        one
        for one in returns
        if one.feeling in MOODS
        and one.feeling_before in MOODS
        and MOODS[one.feeling] > MOODS[one.feeling_before]
    ]


def others(
    brands: Sequence[str],
    now: Mapping[tuple[str, str], int],
    before: Mapping[tuple[str, str], int] | None,
) -> Others:
    """Compare `brands`, ours first, by what the store counted of each."""
    ours = brands[0]
    counts = {brand: _counts(now, brand) for brand in brands}
    old = {brand: _counts(before, brand) for brand in brands} if before else {}
    everyone = sum(one.total for one in counts.values())
    everyone0 = sum(one.total for one in old.values())

    def voice(brand: str) -> Voice:
        name = "share_of_voice"
        return Voice(
            brand=brand,
            is_ours=brand == ours,
            counts=counts[brand],
            share=numbers.share(
                name,
                (counts[brand].total, everyone),
                (old[brand].total, everyone0) if old else None,
                like=like("voice", brand=brand),
            ),
            net=numbers.net("net", counts[brand], old.get(brand)),
            like=like("voice", brand=brand),
        )

    voices = [voice(brand) for brand in brands]
    rest = sorted(voices[1:], key=lambda one: (-one.counts.total, one.brand))
    shown = [voices[0], *rest] if rest else []
    return Others(share_of_voice=voices[0].share, voices=shown)


@dataclass(frozen=True, slots=True)
class Counted:
    """Daily counts: the baseline's days first, from `first` on, then the period's."""

    daily: Daily
    days: Sequence[date]
    period: Period
    oldest: date | None
    """The local day of the brand's oldest mention: before it nobody looked."""

    def of(self, number: int, feeling: str | None = None) -> int:
        return sum(
            count
            for (day, _, mood), count in self.daily.items()
            if day == number and feeling in (None, mood)
        )

    def main_source(self, number: int, feeling: str | None = None) -> str:
        found: dict[str, int] = {}
        for (day, source, mood), count in self.daily.items():
            if day == number and feeling in (None, mood):
                found[source] = found.get(source, 0) + count
        return max(sorted(found), key=lambda name: found[name], default="")


def spikes(counted: Counted) -> Spikes:
    """Return the period's days outside the usual, of all mentions and negative ones."""
    first = counted.days.index(counted.period.first)
    base = [
        number
        for number in range(max(first - BASELINE_DAYS, 0), first)
        if counted.oldest and counted.days[number] >= counted.oldest
    ]
    volume = usual([counted.of(number) for number in base])
    if volume is None:
        return Spikes(
            method=METHOD,
            baseline_days=len(base),
            note=f"only {len(base)} days of history: 14 are needed to know what is usual",
        )
    bad = usual([counted.of(number, "negative") for number in base])
    found: list[Spike] = []
    for number in range(first, len(counted.days)):
        for what, normal in (("volume", volume), ("negative", bad)):
            if normal and (one := _spike(counted, number, what, normal)):
                found.append(one)
    return Spikes(
        spikes=found,
        method=METHOD,
        usual=volume.median,
        high=volume.high,
        baseline_days=len(base),
    )


def _spike(counted: Counted, number: int, what: str, normal: Usual) -> Spike | None:
    feeling = None if what == "volume" else what
    count = counted.of(number, feeling)
    if not normal.is_outside(count):
        return None
    return Spike(
        day=counted.days[number],
        what=what,
        observed=count,
        expected=normal.median,
        score=normal.score(count),
        source=counted.main_source(number, feeling),
        like=like(what, day=counted.days[number]),
    )


def _counts(found: Mapping[tuple[str, str], int] | None, brand: str) -> Counts:
    rows = found or {}
    return Counts(**{f.name: rows.get((brand, f.name), 0) for f in fields(Counts)})


def _changed(edits: Sequence[Edit], start: datetime, end: datetime) -> Changed | None:
    inside = [edit for edit in edits if start <= edit.at < end]
    if not inside:
        return None
    row, was = inside[0].mention, inside[0].was
    later = next((edit.was for edit in edits if edit.at >= end), None)
    before, rating_before = _label(was.get("label")), was.get("rating")
    label, rating = row.corrected or row.sentiment, row.rating
    if later:
        label, rating = _label(later.get("label")) or label, later.get("rating")
    return Changed(
        mention_id=row.id or 0,
        url=row.url,
        platform=row.platform,
        author=row.author,
        text=row.text,
        answered_at=inside[0].answered_at,
        edited_at=inside[-1].at,
        rating=rating,
        rating_before=rating_before,
        label=label,
        label_before=before,
        is_better=is_better((rating_before, before), (rating, label)),
    )


def is_better(
    old: tuple[float | None, Label | None], new: tuple[float | None, Label]
) -> bool | None:
    """Say whether stars or, where they did not change, the feeling rose or fell.

    `old` and `new` are (stars, label). None: neither changed, or it is not known.
    """
    (stars0, label0), (stars, label) = old, new
    if stars0 is not None and stars is not None and stars0 != stars:
        return stars > stars0
    if label0 is None or label is label0:
        return None
    return MOODS[label.value] > MOODS[label0.value]


def _label(word: str | None) -> Label | None:
    return Label(word) if word else None
