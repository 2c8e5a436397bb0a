"""What the figures say, in sentences: for the top of the page and the charts' alt text.

Pure. A sentence never claims more than its figure: what may be chance is said so.
"""

from collections.abc import Iterator, Sequence

from monitor.digest.report import Number, Report, Theme, Trend
from monitor.digest.words import (
    TRENDS,
    change,
    feelings,
    hours,
    plural,
    value,
    written,
)


def headline(report: Report) -> str:
    """Return the one sentence a manager should take away."""
    if report.is_quiet:
        return f"Nobody wrote about {report.brand}, as far as our sources saw."
    volume = report.feelings.volume
    told = [f"{plural(volume.value or 0, 'mention')}"]
    if report.feelings.net.value is not None:
        told.append(f"net sentiment {written(report.feelings.net)}")
    if report.answering.response_rate.value is not None:
        share = written(report.answering.response_rate)
        told.append(f"{share} of those that needed an answer got one")
    return _sentence(told)


def findings(report: Report) -> tuple[str, ...]:
    """Return what stands out, most pressing first; at most six sentences."""
    return tuple(_stands_out(report))[:6]


def _stands_out(report: Report) -> Iterator[str]:
    answering = report.answering
    waiting = (answering.unanswered.value or 0) + (
        answering.older_unanswered.value or 0
    )
    if waiting:
        overdue = sum(one.is_overdue for one in answering.waiting)
        least = "at least " if len(answering.waiting) < waiting else ""
        late = f", {least}{overdue} of them overdue" if overdue else ""
        yield f"{plural(waiting, 'mention')} still without an answer{late}."
    yield from _spikes(report)
    if report.feelings.net.is_real and report.feelings.net.delta:
        rose = "rose" if report.feelings.net.delta > 0 else "fell"
        yield f"Net sentiment {rose}: {change(report.feelings.net)}."
    yield from (f"Worse: {_theme(one)}." for one in report.themes.worse[:2])
    yield from (f"Better: {_theme(one)}." for one in report.themes.improved[:1])
    new = [one for one in report.themes.themes if one.trend is Trend.NEW]
    yield from (f"New: {_theme(one)}." for one in new[:1])
    recovered = report.effects.recovered.value
    if recovered:
        yield f"{plural(recovered, 'author')} changed for the better after our answer."
    if report.trust.holes:
        yield (
            f"{plural(len(report.trust.holes), 'hole')} in what our sources saw: "
            "read the figures with care."
        )


def _spikes(report: Report) -> Iterator[str]:
    for spike in report.spikes.spikes[:2]:
        what = "mentions" if spike.what == "volume" else "negative mentions"
        about = f", about {', '.join(spike.words[:3])}" if spike.words else ""
        yield (
            f"{spike.day:%A}: {spike.observed} {what} where "
            f"{spike.expected:.0f} would be usual{about}."
        )


def _theme(theme: Theme) -> str:
    return f"{theme.label} ({plural(theme.size, 'mention')})"


def days_alt(report: Report) -> str:
    days = report.feelings.days
    if not report.feelings.counts.total:
        return "Mentions by day: none."
    top = max(days, key=lambda day: day.counts.total)
    told = (
        f"Mentions by day: {plural(report.feelings.counts.total, 'mention')} in all "
        f"({feelings(report.feelings.counts)}); most on {top.day:%A}, "
        f"{top.counts.total:,}."
    )
    before = report.feelings.previous
    return f"{told} The week before: {before.total:,}." if before else told


def sources_alt(report: Report) -> str:
    sources = report.feelings.sources
    if not sources:
        return "Mentions by source: none."
    told = "; ".join(
        f"{one.name} {one.counts.total:,} ({feelings(one.counts)})"
        for one in sources[:6]
    )
    return f"Mentions by source: {told}."


def responses_alt(report: Report) -> str:
    answering = report.answering
    if not answering.response_hours:
        return "Time to first answer: nothing was answered."
    told = f"Time to first answer: half within {written(answering.first_response)}"
    p90 = answering.first_response_p90.value
    told += f", nine of ten within {hours(p90)}" if p90 is not None else ""
    if answering.deadlines_met.value is not None:
        told += f"; {written(answering.deadlines_met)} met their deadline"
    return f"{told}."


def themes_alt(report: Report) -> str:
    themes = report.themes.themes
    if not themes:
        return f"Themes: none. {report.themes.note}".strip()
    told = "; ".join(
        f"{one.label}: {one.size}" + (f", {TRENDS[one.trend]}" if one.trend else "")
        for one in themes[:8]
    )
    return f"Themes by size: {told}."


def doubt(number: Number) -> str:
    """Return why a figure is to be read with care; "" where it is not."""
    return number.note


def restated(report: Report) -> Sequence[str]:
    """Return what the last digest said, and what it would say now."""
    late = report.trust.late
    if late is None or not late.mentions:
        return ()
    came = plural(late.mentions, "mention")
    told = [f"{came} of {late.period.label} came in after its digest went out."]
    told += [
        f"{one.name.replace('_', ' ')}: said {value(one.said, one.unit)}, "
        f"now {value(one.now, one.unit)}."
        for one in late.restated
    ]
    return told


def _sentence(parts: Sequence[str]) -> str:
    text = ", ".join(parts)
    return text[0].upper() + text[1:] + "."
