"""The digest's figures for programs: JSON of the report, CSV of the mentions behind it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from io import StringIO
from typing import Any

from monitor.digest.build import Question
from monitor.digest.period import Period
from monitor.digest.report import Number, Report
from monitor.digest.trace import Tracer
from monitor.models import Mention
from monitor.rules.text import harmless

COLUMNS = (
    "id", "posted_at", "found_at", "source", "platform", "kind", "author", "text", "url",
    "language", "rating", "sentiment", "corrected", "sure", "status", "reason", "priority",
    "due_at", "answered_at", "answered_by", "figures",
)  # fmt: skip


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as plain values. Times are ISO 8601, shares 0 to 1."""
    return {
        "brand": report.brand,
        "period": _period(report.period),
        "before": _period(report.before),
        **{
            one.name: _plain(getattr(report, one.name))
            for one in fields(report)
            if one.name not in {"brand", "period", "before"}
        },
    }


def _period(period: Period) -> dict[str, Any]:
    return {
        "label": period.label,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "zone": period.zone,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return _period(value)
    if is_dataclass(value) and not isinstance(value, type):
        shown = {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        return shown | ({"delta": value.delta} if isinstance(value, Number) else {})
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value


def behind(asked: Question, report: Report) -> Mapping[int, Sequence[str]]:
    """Return the mentions behind the single figures: id to the figures it counts in."""
    found: dict[int, list[str]] = {}
    tracer = Tracer(asked)
    for name, number in report.numbers().items():
        if number.like:
            for mention_id in tracer.trace(number.like):
                found.setdefault(mention_id, []).append(name)
    return dict(sorted(found.items()))


def as_csv(asked: Question, report: Report) -> str:
    """Return one line per mention behind any figure, and which figures it counts in.

    A spreadsheet opens it as text, never as formulas.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    figures = behind(asked, report)
    for mention in asked.store.mentions.some(list(figures)):
        writer.writerow(list(_cells(mention, figures[mention.id or 0])))
    return text.getvalue()


def _cells(mention: Mention, figures: Sequence[str]) -> Iterator[Any]:
    told = {"priority": mention.priority.value, "figures": " ".join(figures)}
    for name in COLUMNS:
        yield cell(told[name] if name in told else getattr(mention, name))


def cell(value: Any) -> Any:
    """Return a value as a spreadsheet should take it: words stay words."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        shown = harmless(value)
        formula = value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return "'" + shown if formula else shown
    return value.isoformat() if isinstance(value, datetime) else value
