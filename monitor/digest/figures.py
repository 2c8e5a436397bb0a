"""The digest's figures, how people feel, and what about: plain frozen values.

`monitor.digest.report` has the rest and names these too: import from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from sentiment import Label


class Unit(StrEnum):
    """What a number counts, and so how it is written and compared."""

    COUNT = "count"
    """Things. The change is absolute: +12."""
    SHARE = "share"
    """0 to 1, written as percent. The change is in percentage points."""
    NET = "net"
    """-100 to 100. The change is in points."""
    STARS = "stars"
    """1 to 5. The change is in stars."""
    HOURS = "hours"
    """The change is in hours; fewer is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One figure, with what it was in the period before.

    `name` is its key in `definitions.DEFINITIONS`. `of` is the sample: how many
    mentions the figure is about (a share's denominator, a median's values). `low` and
    `high` are the 95 % interval of a share, where there is one, in the unit of `value`.
    `previous` is None where there is nothing to compare with: no change is shown then.
    `is_real` says whether a test finds more than chance in the change; None: not tested.
    `note` is a plain sentence for the reader ("only 7 mentions: too few to mean much").
    """

    name: str
    unit: Unit
    value: float | None
    of: int = 0
    previous: float | None = None
    previous_of: int = 0
    low: float | None = None
    high: float | None = None
    is_real: bool | None = None
    note: str = ""
    like: str = ""

    @property
    def delta(self) -> float | None:
        """The change in the words of the unit: things, points (0.1 of a share is 10),
        stars or hours. None: nothing to compare."""
        if self.value is None or self.previous is None:
            return None
        scale = 100 if self.unit is Unit.SHARE else 1
        return (self.value - self.previous) * scale

    @property
    def ratio(self) -> float | None:
        """The change relative to the period before: 0.2 is a fifth more."""
        if self.value is None or not self.previous:
            return None
        return self.value / self.previous - 1


@dataclass(frozen=True, slots=True)
class Counts:
    """Mentions by feeling. A person's correction wins over the model's label;
    `not_sure` are those whose language the model does not know, and nobody corrected.
    """

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    not_sure: int = 0

    @property
    def total(self) -> int:
        return self.judged + self.not_sure

    @property
    def judged(self) -> int:
        """Those with a label to trust: what shares are shares of."""
        return self.positive + self.neutral + self.negative

    @property
    def net(self) -> float | None:
        """Positive less negative in percent of the judged; None: nothing judged."""
        if not self.judged:
            return None
        return 100 * (self.positive - self.negative) / self.judged

    def share(self, label: Label) -> float | None:
        """0 to 1 of the judged; None: nothing judged."""
        return getattr(self, label.value) / self.judged if self.judged else None

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(self))
        )


@dataclass(frozen=True, slots=True)
class Day:
    """One local day."""

    day: date
    counts: Counts
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One source or language. `previous` is None where there is no comparison."""

    name: str
    counts: Counts
    previous: Counts | None = None
    rating: float | None = None
    """Average stars of its reviews."""
    ratings: int = 0
    """How many had stars."""
    like: str = ""


@dataclass(frozen=True, slots=True)
class Stars:
    """How many gave so many stars. Ratings between are counted at the nearest."""

    stars: int
    count: int
    previous: int | None = None
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feelings:
    """How people feel."""

    volume: Number
    positive: Number
    neutral: Number
    negative: Number
    not_sure: Number
    net: Number
    rating: Number
    stars: Sequence[Stars]
    """Always five, from 1 to 5."""
    counts: Counts
    previous: Counts | None
    days: Sequence[Day]
    """Every day of the period, empty ones too."""
    previous_days: Sequence[Day]
    """The period before, day by day; empty on a first week."""
    sources: Sequence[Part]
    """Largest first, as are languages."""
    languages: Sequence[Part]
    """By language tag; "?" where nobody knows."""


class Trend(StrEnum):
    """A theme against the period before."""

    NEW = "new"
    GROWING = "growing"
    FALLING = "falling"
    STEADY = "steady"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that stand literally in a stored text. Strangers' words: escape them."""

    text: str
    url: str
    mention_id: int
    platform: str
    author: str
    rating: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """What several people wrote about. `trend` is None on a first week."""

    words: Sequence[str]
    """The words that set it apart, weightiest first."""
    counts: Counts
    previous: Counts | None
    trend: Trend | None
    quote: Quote | None
    mentions: Sequence[int]
    """Ids of this period's mentions."""
    like: str = ""

    @property
    def label(self) -> str:
        return ", ".join(self.words[:3])

    @property
    def size(self) -> int:
        return self.counts.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """What about. `note` says why there are few or none."""

    themes: Sequence[Theme] = ()
    """Largest first."""
    improved: Sequence[Theme] = ()
    """Of `themes`: those whose net sentiment rose by more than chance."""
    worse: Sequence[Theme] = ()
    texts: int = 0
    """How many texts of the period were read."""
    without: int = 0
    """How many of them belong to no theme."""
    note: str = ""
