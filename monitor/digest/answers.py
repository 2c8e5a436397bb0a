"""How we answered: what each mention's events say of it at a moment. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from monitor.config import Brand
from monitor.digest.report import Channel
from monitor.models import Reason, Status
from monitor.rules.deadline import business_time
from monitor.store.facts import Case, Step

HOUR = timedelta(hours=1)
CHANNELS: Mapping[str, Channel] = {
    "replied": Channel.SLACK,
    Reason.REPLIED_NATIVELY.value: Channel.NATIVELY,
}
"""By the mention's reason; any other reason of an answered one is a person's report."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a mention stood at a moment.

    `status` is answered also for one that was deleted after its answer. Times of
    answers are the platform's own where a colleague answered there.
    """

    case: Case
    status: Status
    first_answer: datetime | None = None
    last_answer: datetime | None = None
    dismissed_at: datetime | None = None
    answers: int = 0
    reopened: bool = False

    @property
    def is_answered(self) -> bool:
        return self.status is Status.ANSWERED

    @property
    def is_waiting(self) -> bool:
        return self.status in (Status.OPEN, Status.SENDING)

    @property
    def is_needed(self) -> bool:
        return self.is_answered or self.is_waiting

    @property
    def is_first_contact(self) -> bool:
        return self.is_answered and self.answers == 1 and not self.reopened

    @property
    def channel(self) -> Channel:
        """Where the last answer was given."""
        return CHANNELS.get(self.case.reason, Channel.BY_HAND)

    def kept_deadline(self, at: datetime) -> bool | None:
        """Say whether it was answered in time; None: no deadline, or not due yet."""
        due = self.case.due_at
        if due is None or not self.is_needed:
            return None
        if self.is_answered:
            return self.last_answer is not None and self.last_answer <= due
        return None if due >= at else False

    def wall_hours(self) -> float:
        """Hours from posting to the first answer, never negative."""
        span = (self.first_answer or self.case.posted_at) - self.case.posted_at
        return max(span / HOUR, 0.0)

    def business_hours(self, brand: Brand) -> float:
        first = self.first_answer or self.case.posted_at
        span = business_time(self.case.posted_at, first, brand.hours, brand.zone)
        return span / HOUR

    def resolution_hours(self) -> float | None:
        """Hours from posting to the last answer or dismissal; None: not done."""
        done = self.last_answer if self.is_answered else self.dismissed_at
        if done is None:
            return None
        return max((done - self.case.posted_at) / HOUR, 0.0)


def stands(cases: Iterable[Case], steps: Sequence[Step], at: datetime) -> list[Stand]:
    """Return how each mention that was known stood at a moment. `steps` are ordered by
    mention and time."""
    by_mention = {
        number: list(some) for number, some in groupby(steps, lambda s: s.mention_id)
    }
    found = (stand(case, by_mention.get(case.id, ()), at) for case in cases)
    return [one for one in found if one is not None]


def stand(case: Case, steps: Sequence[Step], at: datetime) -> Stand | None:
    """Return how a mention stood at a moment; None: not found yet."""
    if case.found_at > at:
        return None
    if not steps:
        return _unmoved(case)
    past = [step for step in steps if step.at <= at]
    if not past:
        return None
    status = Status(past[-1].new)
    if status is Status.GONE and past[-1].old == Status.ANSWERED:
        status = Status.ANSWERED
    answers = [step for step in past if step.new == Status.ANSWERED]
    told = case.answered_at
    is_last = bool(answers) and answers[-1] is _last_answer(steps)
    dismissed = past[-1].at if status is Status.DISMISSED else None
    first = answers[0].at if answers else None
    last = answers[-1].at if answers else None
    if told and first and last and is_last:
        # The row knows when the platform says it was answered, the event when we saw.
        first, last = min(first, told), told
    return Stand(
        case=case,
        status=status,
        first_answer=first,
        last_answer=last,
        dismissed_at=dismissed,
        answers=len(answers),
        reopened=any(_reopens(step) for step in past),
    )


def _unmoved(case: Case) -> Stand:
    answered = case.answered_at if case.status is Status.ANSWERED else None
    dismissed = case.closed_at if case.status is Status.DISMISSED else None
    number = int(case.status is Status.ANSWERED)
    return Stand(case, case.status, answered, answered, dismissed, number)


def _last_answer(steps: Sequence[Step]) -> Step | None:
    return next((s for s in reversed(steps) if s.new == Status.ANSWERED), None)


def _reopens(step: Step) -> bool:
    return step.old == Status.ANSWERED and step.new in (Status.OPEN, Status.SENDING)
