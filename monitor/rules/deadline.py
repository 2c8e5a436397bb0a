"""When an answer is due, in the hours the team works."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from monitor.config import WEEKDAYS, Brand, Deadlines, Hours, Priority


def due_at(
    start: datetime, priority: Priority, deadlines: Deadlines, brand: Brand
) -> datetime:
    """Return the aware UTC time by which a mention found at `start` is due."""
    span: timedelta = getattr(deadlines, priority.value)
    return add_business_time(start, span, brand.hours, brand.zone)


def add_business_time(
    start: datetime, span: timedelta, hours: Hours | None, zone: ZoneInfo
) -> datetime:
    """Add `span` of open time to the aware `start`; the result is UTC.

    Without hours every minute counts. Open time is measured on the real time
    line, so a day on which the clocks change is an hour shorter or longer only
    where the change falls into open hours.
    """
    if hours is None:
        return start.astimezone(UTC) + span
    left, start = span, start.astimezone(UTC)
    spans = _open_spans(start, hours, zone)
    while True:
        opens, closes = next(spans)
        begin = max(opens, start)
        room = max(closes - begin, timedelta(0))
        if room >= left:
            return begin + left
        left -= room


def business_time(
    start: datetime, end: datetime, hours: Hours | None, zone: ZoneInfo
) -> timedelta:
    """Return how much open time lies between two aware times, never negative."""
    # Python compares and subtracts two times of one zone by the wall, not by time.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        return timedelta(0)
    if hours is None:
        return end - start
    total = timedelta(0)
    for opens, closes in _open_spans(start, hours, zone):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total


def _open_spans(
    start: datetime, hours: Hours, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """Yield open spans in UTC from the local day of `start` on, without end.

    `Hours` names a weekday and a finite list of holidays, so there is always a next.
    """
    first = start.astimezone(zone).date()
    for number in count():
        day = first + timedelta(days=number)
        if _is_open(day, hours):
            opens = datetime.combine(day, hours.opens, zone)
            closes = datetime.combine(day, hours.closes, zone)
            yield opens.astimezone(UTC), closes.astimezone(UTC)


def _is_open(day: date, hours: Hours) -> bool:
    return (
        WEEKDAYS[day.weekday()] in hours.days and day.isoformat() not in hours.holidays
    )
