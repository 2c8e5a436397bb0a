"""How figures are written: one place, so that every output says the same."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from monitor.digest.period import Period
from monitor.digest.report import Counts, Number, Trend, Unit

NOTHING = "–"
SPACE = "\N{NO-BREAK SPACE}"
TRENDS = {
    Trend.NEW: "NEW",
    Trend.GROWING: "GROWING",
    Trend.FALLING: "FALLING",
    Trend.STEADY: "steady",
}


def written(number: Number) -> str:
    """Return a figure as a reader sees it: 1,204, 43 %, +12, 3.9, 2.5 h."""
    return value(number.value, number.unit)


def value(amount: float | None, unit: Unit) -> str:
    if amount is None:
        return NOTHING
    match unit:
        case Unit.COUNT:
            return f"{amount:,.0f}"
        case Unit.SHARE:
            return f"{100 * amount:.0f}{SPACE}%"
        case Unit.NET:
            return signed(amount, 0)
        case Unit.STARS:
            return f"{amount:.1f}{SPACE}★"
        case Unit.HOURS:
            return hours(amount)


def change(number: Number) -> str:
    """Return the change against the period before, in words; "" where there is none."""
    delta = number.delta
    if delta is None:
        return ""
    shown = _change(delta, number.unit)
    if shown is None:
        return "as the week before"
    doubt = ", may be chance" if number.is_real is False else ""
    return f"{shown} on the week before{doubt}"


def _change(delta: float, unit: Unit) -> str | None:
    match unit:
        case Unit.COUNT:
            return signed(delta, 0) if round(delta) else None
        case Unit.SHARE | Unit.NET:
            word = "point" if abs(round(delta)) == 1 else "points"
            return f"{signed(delta, 0)} {word}" if round(delta) else None
        case Unit.STARS:
            return f"{signed(delta, 1)} ★" if round(delta, 1) else None
        case Unit.HOURS:
            sign = "+" if delta > 0 else "−"
            return (
                f"{sign}{hours(abs(delta))}" if hours(abs(delta)) != "0 min" else None
            )


def signed(amount: float, places: int) -> str:
    """Return +12, −3 or 0; a true minus, so that columns line up."""
    text = f"{abs(amount):,.{places}f}"
    if not float(text.replace(",", "")):
        return text
    return ("+" if amount > 0 else "−") + text


def hours(amount: float) -> str:
    """Return a span as people say it: 12 min, 3.5 h, 2.1 days."""
    if amount < 1:
        return f"{60 * amount:.0f} min"
    if amount < 48:
        return f"{amount:.1f}".removesuffix(".0") + " h"
    return f"{amount / 24:.1f}".removesuffix(".0") + " days"


def interval(number: Number) -> str:
    """Return the 95 % interval of a share: "between 38 and 49 %"; "" without one."""
    if number.low is None or number.high is None:
        return ""
    return f"between {100 * number.low:.0f} and {100 * number.high:.0f}{SPACE}%"


def title(period: Period) -> str:
    """Return "Week 47, 16 to 22 November 2026", or the days of any other range."""
    days = span(period.first, period.last)
    if period.is_week:
        return f"Week {period.first.isocalendar().week}, {days}"
    return days


def span(first: date, last: date) -> str:
    end = f"{last.day} {last:%B %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {end}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {end}"
    return f"{first.day} {first:%B %Y} to {end}"


def moment(at: datetime | None, zone: str) -> str:
    if at is None:
        return NOTHING
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %H:%M}"


def plural(count: float, one: str, many: str = "") -> str:
    return f"{count:,.0f} {one if round(count) == 1 else many or one + 's'}"


def feelings(counts: Counts) -> str:
    """Return "12 positive, 3 neutral, 9 negative", without what is none."""
    parts = (
        (counts.positive, "positive"),
        (counts.neutral, "neutral"),
        (counts.negative, "negative"),
        (counts.not_sure, "not sure"),
    )
    return ", ".join(f"{n:,} {word}" for n, word in parts if n) or "none"
