"""When a quiet source is suspicious.

Posts are taken to arrive at random around the source's own usual rate (a Poisson
process whose rate changes by the hour); the chance to see none is exp(-expected),
where `expected` adds up the usual rates of the whole hours gone by since the last
post. A source is silent once that chance falls below one in a thousand: when 6.9
posts are missing. So a fast source is told of within an hour or two, and at night,
where little is usual, nobody is.

Posts also come in clumps: a thread, a batch. How far the counts of the same hours
scatter beyond chance (variance over mean, the dispersion of a quasi-Poisson model) is
how many posts count as one; what is missing is divided by it.

The rate of an hour is the mean of the same hours before: of the same hour on working
days, or on weekends, once four of them are known, else of the same hour on any day.
With fewer than three days counted by the hour it is the mean of whole days, which
know no night: then half a day of quiet is never too much. The busiest hour (or day)
of each mean is left out: on its first day a source often brings all its history, and
after a pause of ours it brings what came meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from math import log

BASELINE_DAYS = 28
MIN_DAYS = 3
MIN_SAME_DAYS = 4
"""Working days, or days of weekends, that have a habit of their own."""
MIN_QUIET = timedelta(hours=1)
MIN_QUIET_BY_DAY = timedelta(hours=12)
"""People sleep: where only daily counts are known, a night is no silence."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

UNLIKELY = -log(0.001)


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that brings nothing although it used to."""

    since: datetime
    expected: float

    @property
    def words(self) -> str:
        when = self.since.astimezone(UTC)
        return (
            f"nothing since {when:%d %b %H:%M} UTC, "
            f"where about {self.expected:.0f} posts would be usual by now"
        )


def silence(
    last_post_at: datetime | None,
    days: Mapping[str, int],
    looked_at: datetime,
    hours: Mapping[str, int] | None = None,
) -> Silence | None:
    """Return the silence of a source, or None while quiet is nothing unusual.

    `looked_at` is when the source last answered: while nobody asks, it is not silent.
    `days` maps ISO days (UTC) to the posts seen on them, `hours` the hours
    ("2026-11-22T14"); what has no row counts as empty once the source has begun.
    """
    if last_post_at is None:
        return None
    last = last_post_at.astimezone(UTC)
    quiet = looked_at - last_post_at
    if habit := _by_hour(hours or {}, last):
        expected = habit.expected(last, looked_at)
        is_unlikely = expected / habit.clump >= UNLIKELY and quiet >= MIN_QUIET
    else:
        expected = _by_day(days, last) * (quiet / DAY)
        is_unlikely = expected >= UNLIKELY and quiet >= MIN_QUIET_BY_DAY
    return Silence(last_post_at, expected) if is_unlikely else None


Slot = tuple[bool, int]
"""Whether it is a weekend, and the hour of the day (UTC)."""


@dataclass(frozen=True, slots=True)
class _Habit:
    """What the hours usually bring, and how many posts come as one."""

    rates: Mapping[Slot, float]
    clump: float

    def expected(self, since: datetime, until: datetime) -> float:
        """Add up what the whole hours between bring; in the first posts still came."""
        hour, total = _hour(since) + HOUR, 0.0
        while hour + HOUR <= until:
            total += self.rates[_slot(hour)]
            hour += HOUR
        return total


def _by_day(days: Mapping[str, int], last: datetime) -> float:
    """Return how many posts are usual in a day; 0: too few days are known."""
    if not days:
        return 0
    end = last.date()
    first = max(
        datetime.fromisoformat(min(days)).date(), end - timedelta(days=BASELINE_DAYS)
    )
    length = (end - first).days + 1
    if length < MIN_DAYS:
        return 0
    counts = [n for day, n in days.items() if first.isoformat() <= day <= str(end)]
    return (sum(counts) - max(counts)) / (length - 1)


def _by_hour(hours: Mapping[str, int], last: datetime) -> _Habit | None:
    """Return the habit by the hour; None: too few days are counted so."""
    if not hours:
        return None
    end = _hour(last)
    first = max(
        datetime.fromisoformat(min(hours)).replace(tzinfo=UTC),
        end - timedelta(days=BASELINE_DAYS),
    )
    if end - first < MIN_DAYS * DAY:
        return None
    same: dict[Slot, list[int]] = {}
    for n in range((end - first) // HOUR + 1):
        hour = first + n * HOUR
        count = hours.get(f"{hour:%Y-%m-%dT%H}", 0)
        same.setdefault(_slot(hour), []).append(count)
    slots = {slot: _usual(slot, same) for slot in product((False, True), range(24))}
    rates = {slot: sum(counts) / len(counts) for slot, counts in slots.items()}
    return _Habit(rates, _clump(slots, rates))


def _usual(slot: Slot, same: Mapping[Slot, list[int]]) -> list[int]:
    """Return the counts that say what is usual in a slot, without the busiest."""
    counts = same.get(slot, [])
    if len(counts) < MIN_SAME_DAYS:
        counts = counts + same.get((not slot[0], slot[1]), [])
    return sorted(counts)[:-1]


def _clump(slots: Mapping[Slot, list[int]], rates: Mapping[Slot, float]) -> float:
    """Return how many posts come as one: variance over mean, at least 1."""
    scatter = sum((n - rates[slot]) ** 2 for slot, all_ in slots.items() for n in all_)
    free = sum(rates[slot] * (len(counts) - 1) for slot, counts in slots.items())
    return max(scatter / free, 1.0) if free else 1.0


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _slot(hour: datetime) -> Slot:
    return hour.weekday() >= 5, hour.hour
