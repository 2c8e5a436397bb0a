"""The sentences at the top of a digest: what a reader must know before the figures."""

from collections.abc import Iterator

from monitor.digest.report import Report
from monitor.digest.statistics import SMALL

TROUBLED = ("paused", "failing", "silent")


def notes(report: Report) -> tuple[str, ...]:
    """Return the sentences, weightiest first."""
    return tuple(_notes(report))


def _notes(report: Report) -> Iterator[str]:
    period, total = report.period, report.feelings.counts.total
    what = "week" if period.is_week else "period"
    if report.as_of < period.end:
        yield f"This {what} is not over yet; the figures are those so far."
    if report.is_quiet:
        yield f"Nobody mentioned {report.brand} this {what}."
    if report.is_first:
        yield f"This is the first {what} of {report.brand}: nothing to compare with yet."
    if 0 < total < SMALL:
        few = "1 mention" if total == 1 else f"{total} mentions"
        yield f"Only {few}: too few for shares and changes to mean much."
    yield from _of_sources(report, what)


def _of_sources(report: Report, what: str) -> Iterator[str]:
    sources, late = report.trust.sources, report.trust.late
    if bad := [one.source for one in sources if one.state in TROUBLED]:
        yield f"Not every source is well: {', '.join(bad)}. Mentions may be missing."
    new = [one.source for one in sources if one.is_new]
    if new and not report.is_first:
        yield f"New since the {what} before: {', '.join(new)}. Part of the change is that."
    if late and late.mentions:
        came = "1 mention" if late.mentions == 1 else f"{late.mentions} mentions"
        yield f"{came} of {late.period.label} came in after its digest; it is restated."
