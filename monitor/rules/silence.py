"""When a quiet source is suspicious.

Posts are taken to arrive at random around the source's own usual rate (a Poisson
process); the chance to see none for a time t is exp(-rate * t). A source is silent
once that chance falls below one in a thousand. The busiest day is left out of the
rate: on its first day a source often brings all its history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import log

BASELINE_DAYS = 28
MIN_DAYS = 3
MIN_QUIET = timedelta(hours=12)
"""People sleep: only daily counts are kept, and a night is no silence."""

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
            f"where about {self.expected:.0f} posts would be usual"
        )


def silence(
    last_post_at: datetime | None, days: Mapping[str, int], looked_at: datetime
) -> Silence | None:
    """Return the silence of a source, or None while quiet is nothing unusual.

    `looked_at` is when the source last answered: while nobody asks, it is not silent.
    `days` maps ISO days (UTC) to the posts seen on them; days without a row count
    as empty once the source has begun.
    """
    if last_post_at is None or not days:
        return None
    end = last_post_at.astimezone(UTC).date()
    first = max(
        datetime.fromisoformat(min(days)).date(), end - timedelta(days=BASELINE_DAYS)
    )
    length = (end - first).days + 1
    if length < MIN_DAYS:
        return None
    counts = [n for day, n in days.items() if first.isoformat() <= day <= str(end)]
    rate = (sum(counts) - max(counts)) / (length - 1)
    quiet = looked_at - last_post_at
    expected = rate * (quiet / timedelta(days=1))
    if quiet < MIN_QUIET or expected < UNLIKELY:
        return None
    return Silence(last_post_at, expected)
