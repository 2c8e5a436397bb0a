"""The digest as plain frozen values: what is known of one brand and one period.

Everything that shows a digest reads these types and nothing else. Times are aware and
UTC; days are local days of the brand's zone. A figure that cannot be had is None, never
a zero; `note` then says why, in words a manager reads.

Every figure carries `like`, the kind of mentions behind it: `monitor.digest.trace` and
`everyreply mentions --like-digest LIKE` list them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.digest.figures import (
    Counts,
    Day,
    Feelings,
    Number,
    Part,
    Quote,
    Stars,
    Theme,
    Themes,
    Trend,
    Unit,
)
from monitor.digest.period import Period
from sentiment import Label


class Channel(StrEnum):
    """Where an answer was given."""

    SLACK = "slack"
    """Sent by us from Slack."""
    NATIVELY = "natively"
    """Written on the platform itself, and noticed by us."""
    BY_HAND = "by_hand"
    """Written on the platform, and reported by a person."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many answers one channel or person gave, and how fast (median hours)."""

    name: str
    answered: int
    first_response: float | None = None
    like: str = ""


@dataclass(frozen=True, slots=True)
class Reasoned:
    """How many mentions ended for a reason (a word of ours or a person's own)."""

    reason: str
    count: int
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A mention that still has no answer. `text` and `author` are strangers' words."""

    mention_id: int
    url: str
    platform: str
    source: str
    author: str
    text: str
    """The whole text; whoever shows it cuts it."""
    posted_at: datetime
    due_at: datetime | None
    is_overdue: bool
    priority: str
    feeling: str
    """positive, neutral, negative or not_sure."""
    rating: float | None = None
    assignee: str | None = None
    snoozed_until: datetime | None = None
    is_older: bool = False
    """Posted before this period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """How we answered. Hours are measured from the posting."""

    needed: Number
    answered: Number
    response_rate: Number
    first_response: Number
    """Median, wall clock."""
    first_response_p90: Number
    first_response_business: Number
    """Median, in the team's hours; without configured hours equal to wall clock."""
    first_response_business_p90: Number
    resolution: Number
    """Median hours to the last answer or dismissal."""
    first_contact: Number
    deadlines_met: Number
    unanswered: Number
    """Of this period."""
    older_unanswered: Number
    """From earlier periods, and still open."""
    waiting: Sequence[Waiting]
    """Oldest first, earlier periods too; at most `MOST_WAITING`, the Numbers have all."""
    channels: Sequence[Answers]
    """Always three, in the order of `Channel`."""
    people: Sequence[Answers]
    """Most answers first. Empty unless the config allows it."""
    dismissed: Number
    dismissals: Sequence[Reasoned]
    response_hours: Sequence[float] = ()
    """Wall-clock hours to first response of each answered mention, sorted."""
    business_hours: Sequence[float] = ()
    """The same in the team's hours, sorted."""
    deadline_hours: float | None = None
    """The configured deadline of a normal mention, for the chart's line."""
    has_hours: bool = False
    """Whether the brand has business hours configured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A post its author edited after our answer. What is None was not kept.

    `is_better`: True for a recovery, False for a relapse, None for no difference.
    """

    mention_id: int
    url: str
    platform: str
    author: str
    text: str
    answered_at: datetime
    edited_at: datetime
    rating: float | None
    rating_before: float | None
    label: Label
    label_before: Label | None
    is_better: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What our answers did, by when the author acted."""

    edited: Number
    recovered: Number
    relapsed: Number
    came_back: Number
    """Authors who wrote again after we had answered them."""
    came_back_happier: Number
    """Of those, who now sound better than in the mention we answered."""
    changes: Sequence[Changed] = ()
    """Latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One brand among all that are watched. Ours comes first, then largest first."""

    brand: str
    is_ours: bool
    counts: Counts
    share: Number
    net: Number
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """Compared with others. Empty `voices`: no brand has `reply: false`."""

    share_of_voice: Number
    voices: Sequence[Voice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """A day outside the usual. `score` is in spreads above (or below) the usual."""

    day: date
    what: str
    """"volume" or "negative"."""
    observed: int
    expected: float
    score: float
    source: str = ""
    """The source that brought most of it."""
    words: Sequence[str] = ()
    """Words of the theme that most of that day's mentions belong to."""
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spikes:
    """`method` states baseline and threshold. `note` says why none can be told."""

    spikes: Sequence[Spike] = ()
    method: str = ""
    usual: float | None = None
    """The median number of mentions a day in the baseline."""
    high: float | None = None
    """From how many a day would be a spike."""
    baseline_days: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How one source stood. `state`: fine, failing, paused, silent, not polled yet."""

    source: str
    state: str
    mentions: int
    """Of this brand in the period."""
    last_success: datetime | None = None
    last_post: datetime | None = None
    error: str = ""
    is_new: bool = False
    """It began after the comparison's start: part of the change is its coming."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch a source could not show us (`kind` gap), or in which it was silent,
    failing or paused (silence, failure, refusal). `words` names the source."""

    source: str
    kind: str
    words: str
    at: datetime
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that the last digest gave, and what it is now."""

    name: str
    unit: Unit
    said: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class Late:
    """What came in after the last digest but belongs to its period."""

    period: Period
    said_at: datetime
    mentions: int
    restated: Sequence[Restated] = ()
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Can it be trusted."""

    sources: Sequence[Health]
    holes: Sequence[Hole]
    late: Late | None
    """None: there was no digest before."""
    corrected: Number
    """Labels that staff changed."""
    accuracy: Number
    """What those corrections imply of the model, at best."""
    left_out: Sequence[Reasoned]
    """Stored, but not counted as people's voice: own posts, reposts, spam..."""
    erased: int = 0
    """Mentions of the period whose text is erased: counted, never quoted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One brand and one period.

    `is_first`: nothing is known of the period before, so nothing is compared.
    `is_quiet`: no mention at all. `notes` are sentences for the top of the page.
    """

    brand: str
    period: Period
    before: Period
    as_of: datetime
    """When the store was read."""
    is_first: bool
    is_quiet: bool
    feelings: Feelings
    themes: Themes
    answering: Answering
    effects: Effects
    others: Others
    spikes: Spikes
    trust: Trust
    notes: Sequence[str] = field(default_factory=tuple)

    def numbers(self) -> Mapping[str, Number]:
        """Every single figure by its name (parts' and voices' own excluded)."""
        return {one.name: one for one in _numbers(self)}


def _numbers(section: object) -> Iterator[Number]:
    for one in fields(section):  # type: ignore[arg-type]
        value = getattr(section, one.name)
        if isinstance(value, Number):
            yield value
        elif is_dataclass(value) and not isinstance(value, Period | Counts | Late):
            yield from _numbers(value)


__all__ = [
    "Answering",
    "Answers",
    "Changed",
    "Channel",
    "Counts",
    "Day",
    "Effects",
    "Feelings",
    "Health",
    "Hole",
    "Late",
    "Number",
    "Others",
    "Part",
    "Quote",
    "Reasoned",
    "Report",
    "Restated",
    "Spike",
    "Spikes",
    "Stars",
    "Theme",
    "Themes",
    "Trend",
    "Trust",
    "Unit",
    "Voice",
    "Waiting",
]
