"""The digest's charts: pure functions of a `Report`, drawn once, as SVG and as PNG.

matplotlib's own canvas, never pyplot: no state, no display. Colours are blue and orange,
which colour-blind readers and a black-and-white printer tell apart (Okabe and Ito,
https://jfly.uni-koeln.de/color/); what is not sure is hatched. Bars are labelled where
they stand. Each chart carries the sentence that says what it shows.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO, StringIO
from typing import Any

from monitor.digest import findings
from monitor.digest.report import Counts, Day, Report
from monitor.digest.words import TRENDS, hours
from monitor.rules.text import harmless_line

INK = "#1d1c1d"
"""Text and lines; in the SVG it becomes the page's own colour, light or dark."""
PAPER = "#ffffff"
FAINT = "#8a8f98"
POSITIVE, NEUTRAL, NEGATIVE = "#2b7bba", "#a9b1bb", "#d9632b"
SHADES = {
    "positive": POSITIVE,
    "neutral": NEUTRAL,
    "negative": NEGATIVE,
    "not sure": "#e3e6ea",
}
MOST_BARS = 8
BUCKETS = (
    ("under 1 h", 1.0),
    ("1 to 4 h", 4.0),
    ("4 to 24 h", 24.0),
    ("1 to 3 days", 72.0),
    ("later", float("inf")),
)
_INK_IN_SVG = re.compile(re.escape(INK), re.IGNORECASE)
_ID = re.compile(r'\bid="([^"]+)"')
_LONGEST_LABEL = 34


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, ready for both media. `alt` is the finding in a sentence."""

    name: str
    title: str
    alt: str
    svg: str
    png: bytes


def charts(report: Report) -> tuple[Chart, ...]:
    """Draw every chart that has something to show."""
    wanted = (
        ("days", "How people felt, day by day", findings.days_alt, _days),
        ("sources", "Where they wrote", findings.sources_alt, _sources),
        ("responses", "How long until the first answer", findings.responses_alt, _times),
        ("themes", "What it was about", findings.themes_alt, _themes),
    )  # fmt: skip
    has = {
        "days": bool(report.feelings.counts.total or report.feelings.previous_days),
        "sources": bool(report.feelings.sources),
        "responses": bool(report.answering.response_hours),
        "themes": bool(report.themes.themes),
    }
    return tuple(
        _chart(name, title, harmless_line(alt(report)), draw, report)
        for name, title, alt, draw in wanted
        if has[name]
    )


def _chart(
    name: str,
    title: str,
    alt: str,
    draw: Callable[[Any, Report], None],
    report: Report,
) -> Chart:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    rows = max(1, _rows(name, report))
    settings: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": ["DejaVu Sans"],
        "hatch.linewidth": 0.6,
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(7.2, 0.9 + rows * 0.34), layout="constrained")
        axes = figure.add_subplot()
        _plain(axes)
        draw(axes, report)
        svg, png = StringIO(), BytesIO()
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None})
        figure.savefig(png, format="png", dpi=160, facecolor=PAPER)
    return Chart(name, title, alt, _inline(svg.getvalue(), name, alt), png.getvalue())


def _rows(name: str, report: Report) -> int:
    match name:
        case "sources":
            return min(len(report.feelings.sources), MOST_BARS)
        case "themes":
            return min(len(report.themes.themes), MOST_BARS)
        case "responses":
            return len(BUCKETS) + 1
        case _:
            return 7


def _plain(axes: Any) -> None:
    """Leave off all that is no data."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=9, labelcolor=INK)


def _days(axes: Any, report: Report) -> None:
    days, before = report.feelings.days, report.feelings.previous_days
    places = range(len(days))
    if before and len(before) == len(days):
        totals = [day.counts.total for day in before]
        axes.bar(
            [place - 0.22 for place in places], totals, 0.44,
            color="none", edgecolor=FAINT, linewidth=0.9, linestyle=(0, (3, 2)),
        )  # fmt: skip
    shift = 0.06 if before else 0.0
    _stack(axes, [p + shift for p in places], [day.counts for day in days], 0.62)
    top = max((day.counts.total for day in (*days, *before)), default=1)
    for place, day in zip(places, days, strict=True):
        if day.counts.total:
            axes.text(
                place + shift, day.counts.total + top * 0.02, f"{day.counts.total:,}",
                ha="center", va="bottom", fontsize=9, color=INK,
            )  # fmt: skip
    step = max(1, len(days) // 10)
    axes.set_xticks(list(places)[::step], [_day(day) for day in days][::step])
    axes.set_yticks([])
    axes.set_ylim(0, max(top, 1) * 1.3)
    _legend(axes, _sum([day.counts for day in days]), has_before=bool(before))


def _day(day: Day) -> str:
    return f"{day.day:%a}\n{day.day.day} {day.day:%b}"


def _stack(
    axes: Any, places: Sequence[float], counts: Sequence[Counts], width: float
) -> None:
    """Draw upright bars: negative at the bottom, where lengths compare best."""
    floor = [0] * len(counts)
    for name, color in reversed(_shades()):
        heights = [_of(one, name) for one in counts]
        axes.bar(
            places, heights, width, bottom=floor, color=color,
            edgecolor=PAPER, linewidth=0.6, hatch=_hatch(name),
        )  # fmt: skip
        floor = [low + high for low, high in zip(floor, heights, strict=True)]


def _shades() -> list[tuple[str, str]]:
    order = ("not sure", "positive", "neutral", "negative")
    return [(name, SHADES[name]) for name in order]


def _hatch(name: str) -> str | None:
    return "////" if name == "not sure" else None


def _of(counts: Counts, name: str) -> int:
    value: int = getattr(counts, name.replace(" ", "_"))
    return value


def _sum(many: Sequence[Counts]) -> Counts:
    total = Counts()
    for one in many:
        total += one
    return total


def _legend(axes: Any, counts: Counts, *, has_before: bool = False) -> None:
    from matplotlib.patches import Patch

    shown = [
        Patch(
            facecolor=SHADES[name],
            hatch=_hatch(name),
            edgecolor=PAPER,
            label=f"{name} {_of(counts, name):,}",
        )
        for name in SHADES
        if _of(counts, name)
    ]
    if has_before:
        shown.append(
            Patch(
                facecolor="none", edgecolor=FAINT, linestyle="--", label="week before"
            )
        )
    axes.legend(
        handles=shown, loc="upper left", ncols=len(shown) or 1, frameon=False,
        fontsize=9, labelcolor=INK, handlelength=1.1, columnspacing=1.2,
        borderpad=0, bbox_to_anchor=(0, 1.02),
    )  # fmt: skip


def _sources(axes: Any, report: Report) -> None:
    shown = report.feelings.sources[:MOST_BARS]
    _lying(axes, [one.name for one in shown], [one.counts for one in shown])


def _themes(axes: Any, report: Report) -> None:
    shown = report.themes.themes[:MOST_BARS]
    marks = [
        f"  {TRENDS[one.trend]}" if one.trend and one.trend != "steady" else ""
        for one in shown
    ]
    names = [drawable(one.label, f"theme {n}") for n, one in enumerate(shown, start=1)]
    _lying(axes, names, [one.counts for one in shown], marks)


def _lying(
    axes: Any,
    names: Sequence[str],
    counts: Sequence[Counts],
    marks: Sequence[str] = (),
) -> None:
    """Draw lying bars, largest on top, negative at the left edge."""
    places = list(range(len(names)))[::-1]
    left = [0] * len(names)
    for name, color in reversed(_shades()):
        widths = [_of(one, name) for one in counts]
        axes.barh(
            places, widths, 0.62, left=left, color=color,
            edgecolor=PAPER, linewidth=0.6, hatch=_hatch(name),
        )  # fmt: skip
        left = [low + wide for low, wide in zip(left, widths, strict=True)]
    top = max(left, default=1) or 1
    for number, (place, total) in enumerate(zip(places, left, strict=True)):
        mark = marks[number] if marks else ""
        axes.text(
            total + top * 0.012, place, f"{total:,}{mark}",
            va="center", fontsize=9, color=INK,
        )  # fmt: skip
    axes.set_yticks(places, [_short(name) for name in names])
    axes.set_xticks([])
    axes.set_xlim(0, top * (1.25 if any(marks) else 1.1))
    axes.spines["bottom"].set_visible(False)
    axes.set_ylim(-0.6, len(names) + 0.1)
    _legend(axes, _sum(list(counts)))


def _times(axes: Any, report: Report) -> None:
    """Draw how many answers came in each span, and what still waits."""
    answering = report.answering
    names = [name for name, _ in BUCKETS]
    sizes = _bucketed(answering.response_hours)
    waiting = int(answering.unanswered.value or 0)
    places = list(range(len(names) + 1))[::-1]
    colors = [POSITIVE] * len(names) + [NEGATIVE]
    widths = [*sizes, waiting]
    axes.barh(places, widths, 0.62, color=colors)
    top = max([*widths, 1])
    for place, size in zip(places, widths, strict=True):
        axes.text(
            size + top * 0.012, place, f"{size:,}", va="center", fontsize=9, color=INK
        )
    axes.set_yticks(places, [*names, "no answer yet"])
    axes.set_xticks([])
    axes.set_xlim(0, top * 1.1)
    axes.spines["bottom"].set_visible(False)
    axes.set_ylim(-0.6, len(names) + 1.1)
    axes.text(
        0, len(names) + 0.72, _times_note(report), fontsize=9, color=INK, va="center"
    )
    _deadline(axes, answering.deadline_hours, top)


def _times_note(report: Report) -> str:
    answering = report.answering
    told = f"half within {hours(answering.first_response.value or 0)}"
    if answering.deadline_hours is not None:
        told += f"; a normal mention is due after {hours(answering.deadline_hours)}"
    return told


def _deadline(axes: Any, due: float | None, top: int) -> None:
    """Mark between which spans a normal mention's deadline lies."""
    ends = [end for _, end in BUCKETS]
    if due is None or due not in ends:
        return
    place = len(BUCKETS) - ends.index(due) - 0.5
    axes.plot([0, top * 1.08], [place, place], color=INK, linewidth=0.9, linestyle=":")
    axes.text(
        top * 1.08, place + 0.06, "deadline of a normal one",
        ha="right", va="bottom", fontsize=8, color=INK,
    )  # fmt: skip


def _bucketed(response_hours: Sequence[float]) -> list[int]:
    sizes = [0] * len(BUCKETS)
    for one in response_hours:
        place = next(n for n, (_, end) in enumerate(BUCKETS) if one <= end)
        sizes[place] += 1
    return sizes


def drawable(text: str, instead: str) -> str:
    """Return `text` if our font has all its characters, else what stands for it.

    A box for every letter tells nobody anything; the list beside the chart has it all.
    """
    return text if all(ord(letter) in _glyphs() for letter in text) else instead


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    return frozenset(font.get_charmap())


def _short(text: str) -> str:
    name = harmless_line(text)
    return name if len(name) <= _LONGEST_LABEL else name[: _LONGEST_LABEL - 1] + "…"


def _inline(svg: str, name: str, alt: str) -> str:
    """Make matplotlib's file an element of a page, in the page's own ink."""
    from markupsafe import escape

    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'\s(?:width|height)="[\d.]+pt"', "", element, count=2)
    element = _INK_IN_SVG.sub("currentColor", element)
    for found in sorted(set(_ID.findall(element)), key=len, reverse=True):
        for before, after in (('id="', '"'), ('"#', '"'), ("url(#", ")")):
            element = element.replace(
                f"{before}{found}{after}", f"{before}{name}-{found}{after}"
            )
    opening = f'<svg role="img" aria-label="{escape(alt)}" '
    return element.replace("<svg ", opening, 1)
