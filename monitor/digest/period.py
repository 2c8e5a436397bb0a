"""Stretches of whole local days: ISO weeks, or any range, in a brand's zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both counted, in the zone named `zone`.

    A day begins at its first moment by the zone's clocks, so a day may have 23 or 25
    hours, and a week 167 or 169.
    """

    first: date
    last: date
    zone: str

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}; swap the two days")

    @property
    def start(self) -> datetime:
        """The first moment, aware UTC, counted."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The moment after the last day, aware UTC, not counted."""
        return midnight(self.last + timedelta(days=1), self.zone)

    @property
    def days(self) -> tuple[date, ...]:
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=n) for n in range(count))

    @property
    def before(self) -> "Period":
        """The period of as many days right before."""
        days = timedelta(days=(self.last - self.first).days + 1)
        return Period(self.first - days, self.last - days, self.zone)

    @property
    def is_week(self) -> bool:
        return self.first.weekday() == 0 and (self.last - self.first).days == 6

    @property
    def label(self) -> str:
        """2026-W47 for an ISO week, else 2026-11-03..2026-11-12."""
        if self.is_week:
            year, week, _ = self.first.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.first}..{self.last}"

    def day_starts(self) -> tuple[datetime, ...]:
        """The first moment of each day, aware UTC."""
        return tuple(midnight(day, self.zone) for day in self.days)


def midnight(day: date, zone: str) -> datetime:
    """Return a local day's first moment in UTC.

    Where the clocks jump over midnight the day begins when they land. Where they are
    set back over it, the first of the two midnights counts (fold 0).
    """
    local = datetime.combine(day, time(0), ZoneInfo(zone))
    return local.astimezone(UTC)


def week_of(moment: datetime, zone: str) -> Period:
    """Return the ISO week, Monday to Sunday, that an aware time falls into."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return _week(day - timedelta(days=day.weekday()), zone)


def last_week(now: datetime, zone: str) -> Period:
    """Return the last ISO week that is over."""
    return week_of(now, zone).before


def read_week(text: str, zone: str) -> Period:
    """Return the period whose label this is: 2026-W47, or 2026-11-03..2026-11-12.

    Raises:
        ValueError: it is not written so, or that year has no such week.
    """
    if days := _DAYS.fullmatch(text.strip()):
        return Period(_day(days[1]), _day(days[2]), zone)
    found = _WEEK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is not an ISO week; write one like 2026-W47')
    year, week = int(found[1]), int(found[2])
    try:
        return _week(date.fromisocalendar(year, week, 1), zone)
    except ValueError:
        raise ValueError(f"the year {year} has no week {week}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not a day") from None


def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def _week(monday: date, zone: str) -> Period:
    return Period(monday, monday + timedelta(days=6), zone)
