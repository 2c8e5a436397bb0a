"""When a snooze ends. Pure."""

from datetime import UTC, datetime, time, timedelta

from monitor.config import Brand
from monitor.rules.declined import Declined

SPANS = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2)}
MORNING = time(9)
"""When a day begins for a team that names no hours."""
MONDAY = 0


def until(choice: str, now: datetime, brand: Brand | None) -> datetime:
    """Return the aware UTC time at which a choice of the menu ends.

    Raises:
        Declined: there is no such choice.
    """
    if span := SPANS.get(choice):
        return now + span
    days = {"tomorrow": 1, "monday": _to_monday(now, brand)}.get(choice)
    if days is None:
        raise Declined("that snooze is not on the menu any more; choose another")
    local = now.astimezone(brand.zone if brand else UTC)
    opens = brand.hours.opens if brand and brand.hours else MORNING
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, opens, local.tzinfo).astimezone(UTC)


def _to_monday(now: datetime, brand: Brand | None) -> int:
    today = now.astimezone(brand.zone if brand else UTC).weekday()
    return (MONDAY - today - 1) % 7 + 1
