"""How we answered: the section, from how each mention stood. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.config import Brand
from monitor.digest import numbers
from monitor.digest.answers import Stand
from monitor.digest.likes import like
from monitor.digest.report import Answering, Answers, Channel, Number, Reasoned, Waiting
from monitor.digest.statistics import quantile
from monitor.models import Mention, Status


@dataclass(frozen=True, slots=True)
class Answered:
    """How a period's mentions stood `at` a moment. `brand` has the team's hours."""

    stands: Sequence[Stand]
    at: datetime
    brand: Brand

    def number_of(self, is_one: Callable[[Stand], bool]) -> int:
        return sum(is_one(stand) for stand in self.stands)

    @property
    def answered(self) -> list[Stand]:
        return [stand for stand in self.stands if stand.is_answered]

    def wall(self) -> list[float]:
        return sorted(stand.wall_hours() for stand in self.answered)

    def business(self) -> list[float]:
        if self.brand.hours is None:
            return self.wall()
        return sorted(stand.business_hours(self.brand) for stand in self.answered)

    def resolution(self) -> list[float]:
        spans = (stand.resolution_hours() for stand in self.stands)
        return sorted(hours for hours in spans if hours is not None)

    def deadlines(self) -> tuple[int, int]:
        """Return how many deadlines were kept, of how many."""
        kept = [stand.kept_deadline(self.at) for stand in self.stands]
        return kept.count(True), kept.count(True) + kept.count(False)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What still waits: the rows shown, and how many are from before the period."""

    rows: Sequence[Mention]
    older: int
    start: datetime


def answering(
    now: Answered,
    before: Answered | None,
    backlog: Backlog,
    *,
    per_person: bool,
    deadline_hours: float,
) -> Answering:
    """Put the section together; without `before` nothing is compared."""
    wall, business = now.wall(), now.business()
    return Answering(
        **_counts(now, before),
        **_shares(now, before),
        **_times(now, before, wall, business),
        older_unanswered=numbers.count(
            "older_unanswered", backlog.older, None, like=like("older_unanswered")
        ),
        waiting=[_waiting(row, now.at, backlog.start) for row in backlog.rows],
        channels=_channels(now.answered),
        people=_people(now.answered) if per_person else (),
        dismissals=_dismissals(now.stands),
        response_hours=wall,
        business_hours=business,
        deadline_hours=deadline_hours,
        has_hours=now.brand.hours is not None,
    )


def feeling_of(row: Mention) -> str:
    """Return positive, neutral, negative or not_sure; a person's word wins."""
    if row.corrected:
        return row.corrected.value
    return row.sentiment.value if row.sure else "not_sure"


IS_ONE: Mapping[str, Callable[[Stand], bool]] = {
    "needed": lambda stand: stand.is_needed,
    "answered": lambda stand: stand.is_answered,
    "unanswered": lambda stand: stand.is_waiting,
    "dismissed": lambda stand: stand.status is Status.DISMISSED,
}
"""The counts of this section: which mentions each counts."""


def _counts(now: Answered, before: Answered | None) -> dict[str, Number]:
    return {
        name: numbers.count(
            name,
            now.number_of(is_one),
            before.number_of(is_one) if before else None,
            like=like(name),
            tested=False,
        )
        for name, is_one in IS_ONE.items()
    }


def _shares(now: Answered, before: Answered | None) -> dict[str, Number]:
    samples = {
        "response_rate": ("needed", _rate),
        "first_contact": ("answered", _first_contact),
        "deadlines_met": ("deadlines", Answered.deadlines),
    }
    return {
        name: numbers.share(
            name, sample(now), sample(before) if before else None, like=like(kind)
        )
        for name, (kind, sample) in samples.items()
    }


def _rate(one: Answered) -> tuple[int, int]:
    return len(one.answered), one.number_of(lambda stand: stand.is_needed)


def _first_contact(one: Answered) -> tuple[int, int]:
    return one.number_of(lambda stand: stand.is_first_contact), len(one.answered)


def _times(
    now: Answered,
    before: Answered | None,
    wall: Sequence[float],
    business: Sequence[float],
) -> dict[str, Number]:
    old_wall = before.wall() if before else ()
    old_business = before.business() if before else ()
    old_resolution = before.resolution() if before else ()
    answered, done = like("answered"), like("resolved")
    quantiles = {
        "first_response": (0.5, wall, old_wall, answered),
        "first_response_p90": (0.9, wall, old_wall, answered),
        "first_response_business": (0.5, business, old_business, answered),
        "first_response_business_p90": (0.9, business, old_business, answered),
        "resolution": (0.5, now.resolution(), old_resolution, done),
    }
    return {
        name: numbers.hours(name, part, new, old, like=kind)
        for name, (part, new, old, kind) in quantiles.items()
    }


def _waiting(row: Mention, at: datetime, start: datetime) -> Waiting:
    return Waiting(
        mention_id=row.id or 0,
        url=row.url,
        platform=row.platform,
        source=row.source,
        author=row.author,
        text=row.text,
        posted_at=row.posted_at,
        due_at=row.due_at,
        is_overdue=row.due_at is not None and row.due_at < at,
        priority=row.priority.value,
        feeling=feeling_of(row),
        rating=row.rating,
        assignee=row.assignee,
        snoozed_until=row.snoozed_until,
        is_older=row.posted_at < start,
    )


def _channels(answered: Sequence[Stand]) -> list[Answers]:
    return [
        _answers(
            channel.value,
            [stand for stand in answered if stand.channel is channel],
            like("answered", channel=channel.value),
        )
        for channel in Channel
    ]


def person_of(stand: Stand) -> str | None:
    """Return who of us answered. Who answered on the platform is not known by name."""
    if stand.channel is Channel.NATIVELY:
        return None
    return stand.case.answered_by or "somebody"


def _people(answered: Sequence[Stand]) -> list[Answers]:
    names = Counter(name for stand in answered if (name := person_of(stand)))
    return [
        _answers(
            name,
            [stand for stand in answered if person_of(stand) == name],
            like("answered", person=name),
        )
        for name, _ in sorted(names.items(), key=lambda item: (-item[1], item[0]))
    ]


def _answers(name: str, some: Sequence[Stand], kind: str) -> Answers:
    spans = sorted(stand.wall_hours() for stand in some)
    return Answers(name, len(some), quantile(spans, 0.5), kind)


def _dismissals(stands: Iterable[Stand]) -> list[Reasoned]:
    reasons = Counter(
        stand.case.reason for stand in stands if stand.status is Status.DISMISSED
    )
    return [
        Reasoned(reason, number, like("dismissed", reason=reason))
        for reason, number in sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    ]
