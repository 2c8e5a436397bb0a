"""Which words about a deadline come when, whom they call, and who sees them. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.config import Brand, Group, Hours, Reminders, SlackSettings
from monitor.models import ReminderKind
from monitor.rules.deadline import add_business_time, business_time

BEFORE = (ReminderKind.NEARING, ReminderKind.SOON)
"""What has no sense any more once the deadline has passed."""
SEVERITY = (*BEFORE, ReminderKind.MISSED, ReminderKind.ESCALATED)
"""Of several that are due at once only the last of these is said."""
WORTH = (
    ReminderKind.MISSED,
    ReminderKind.ESCALATED,
    ReminderKind.SOON,
    ReminderKind.NEARING,
)
"""Where not all of them may be said, the first of these are."""
GRACE = timedelta(minutes=10)
"""A word planned for closing time may still be said this long after it."""
_INSTANT = timedelta.resolution
UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Planned:
    """One word, and when it is to be said."""

    kind: ReminderKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """One word about a deadline, ready to be said.

    `calls` are e-mail addresses, "@groups", or whoever claimed the mention, as its row
    says; `otherwise` is called where nobody of them is known. It stands below the card
    that is called `card_ref`, or by itself in `channel`.
    """

    kind: ReminderKind
    due_at: datetime
    card_ref: str
    calls: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    channel: str | None = None


def planned(
    since: datetime, due_at: datetime, settings: Reminders, brand: Brand | None
) -> list[Planned]:
    """Return what is to be said of a deadline set at `since`, earliest first.

    Shares and spans are open time of the brand's team; each word falls into it.
    """
    hours, zone = working(brand)
    whole = business_time(since, due_at, hours, zone)
    found = []
    for kind, gone in (
        (ReminderKind.NEARING, whole * settings.at),
        (ReminderKind.SOON, whole - settings.before),
    ):
        if timedelta(0) < gone < whole:
            at = add_business_time(since, gone, hours, zone)
            found.append(Planned(kind, opening(at, hours, zone)))
    if settings.missed:
        found.append(Planned(ReminderKind.MISSED, open_at(due_at, hours, zone)))
    if settings.escalate_after:
        at = add_business_time(due_at, settings.escalate_after, hours, zone)
        found.append(Planned(ReminderKind.ESCALATED, at))
    # A short deadline may be nearly due before most of its time is gone.
    latest = {at.kind: at.at for at in found}
    soon = latest.get(ReminderKind.SOON)
    return [
        one
        for one in found
        if one.kind is not ReminderKind.NEARING or soon is None or one.at < soon
    ]


def chosen(plan: Sequence[Planned], said: int, most: int) -> Collection[ReminderKind]:
    """Return which of a plan may be said where `said` words were said before."""
    kinds = {one.kind for one in plan}
    return [kind for kind in WORTH if kind in kinds][: max(most - said, 0)]


def called(
    kind: ReminderKind, owner: str | None, escalation: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return whom a word calls, and whom instead if none of them is known.

    Who claimed a mention is reminded of it, and nobody else, until it is escalated.
    Nobody is called before a deadline is missed but its owner.
    """
    mine, theirs = (owner,) if owner else (), tuple(escalation)
    match kind:
        case ReminderKind.NEARING | ReminderKind.SOON:
            return mine, ()
        case ReminderKind.MISSED:
            return (mine, theirs) if mine else (theirs, ())
        case ReminderKind.ESCALATED:
            return (*theirs, *mine), ()


def is_broadcast(kind: ReminderKind, *, calls_somebody: bool) -> bool:
    """Say whether a word in a thread is shown in the channel too.

    A missed deadline always is. Another is where it calls nobody, for then nobody
    would see it; but for the first, which has time.
    """
    if kind is ReminderKind.MISSED:
        return True
    return kind is not ReminderKind.NEARING and not calls_somebody


def escalation(
    settings: SlackSettings | None, brand: str
) -> tuple[tuple[str, ...], str | None]:
    """Return whom a missed deadline of a brand calls, and the channel they are told in."""
    for one in settings.escalation if settings else ():
        if not one.brands or brand in one.brands:
            return _addresses(settings, one.to), one.channel
    return (), None


def _addresses(settings: SlackSettings | None, name: str) -> tuple[str, ...]:
    found = settings.called.get(name) if settings else None
    if isinstance(found, Group):
        return (found.handle,) if found.handle else found.members
    return (found.email,) if found else (name,)


def may_go_at(planned_at: datetime, now: datetime, brand: Brand | None) -> datetime:
    """Return when a word may be said: now, or when the team is there again."""
    hours, zone = working(brand)
    if now - planned_at <= GRACE:
        return now
    return open_at(now, hours, zone)


def working(brand: Brand | None) -> tuple[Hours | None, ZoneInfo]:
    """Return a team's hours; of a brand that left the config, around the clock."""
    return (brand.hours, brand.zone) if brand else (None, UTC_ZONE)


def open_at(at: datetime, hours: Hours | None, zone: ZoneInfo) -> datetime:
    """Return `at` if the team is there then, closing time included; else its return."""
    was_open = business_time(at - _INSTANT, at, hours, zone) > timedelta(0)
    return at.astimezone(UTC) if was_open else opening(at, hours, zone)


def opening(at: datetime, hours: Hours | None, zone: ZoneInfo) -> datetime:
    """Return `at` if open time follows it at once; else when the team is back."""
    return add_business_time(at, _INSTANT, hours, zone) - _INSTANT
