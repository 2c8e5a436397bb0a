"""The digest as one self-contained HTML file: no script, no address it would load.

Reads well on a phone and on paper, in light and dark. Strangers' words are escaped by
the template engine, links are the web's only.
"""

import re
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from monitor.digest import findings, words
from monitor.digest.charts import Chart
from monitor.digest.definitions import DEFINITIONS
from monitor.digest.report import Number, Report, Waiting
from monitor.rules.text import harmless, harmless_line

LONGEST_TEXT = 280


def page(report: Report, charts: tuple[Chart, ...]) -> str:
    """Return the whole HTML document."""
    drawn = {chart.name: chart for chart in charts}
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            charts=drawn,
            headline=findings.headline(report),
            findings=findings.findings(report),
            restated=findings.restated(report),
            definitions=_footnotes(report),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "written": words.written,
        "change": words.change,
        "interval": words.interval,
        "hours": words.hours,
        "feelings": words.feelings,
        "plural": words.plural,
        "share": _share,
        "said": said,
        "line": harmless_line,
        "link": link,
        "svg": _svg,
        "tone": tone,
        "stars": _stars,
    }
    environment.globals |= {
        "title": words.title,
        "moment": words.moment,
        "trends": words.TRENDS,
        "value": words.value,
        "days_late": days_late,
    }
    return environment


def _template(name: str) -> str | None:
    found = files("monitor.digest").joinpath(name)
    return found.read_text("utf-8") if found.is_file() else None


def _svg(chart: Chart) -> Markup:
    return Markup(chart.svg)  # noqa: S704 - drawn by us; its texts are escaped there


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f}{words.SPACE}%" if whole else words.NOTHING


def said(text: str) -> str:
    """Return a stranger's words in one harmless piece, cut at a word's end."""
    whole = " ".join(harmless(text).split())
    if len(whole) <= LONGEST_TEXT:
        return whole
    cut = whole[:LONGEST_TEXT].rsplit(" ", 1)[0]
    return f"{cut or whole[:LONGEST_TEXT]} …"


def link(url: str) -> str:
    """Return a link to press, or nothing: only the web is safe to open."""
    return harmless_line(url) if re.match(r"https?://", url, re.IGNORECASE) else ""


def tone(number: Number) -> str:
    """Return "good", "bad" or "" for a change that is more than chance."""
    delta = number.delta
    if not delta or number.is_real is False or number.name not in _DIRECTION:
        return ""
    return "good" if (delta > 0) == _DIRECTION[number.name] else "bad"


_DIRECTION = {
    "positive": True, "negative": False, "net": True, "rating": True,
    "response_rate": True, "first_response": False, "first_response_p90": False,
    "first_response_business": False, "first_response_business_p90": False,
    "resolution": False, "first_contact": True, "deadlines_met": True,
    "unanswered": False, "older_unanswered": False,
}  # fmt: skip
"""Whether more is better; a figure that is not here is neither."""


def days_late(one: Waiting, report: Report) -> str:
    """Return how long a mention has waited, in words."""
    return words.hours((report.as_of - one.posted_at).total_seconds() / 3600)


def _stars(rating: float | None) -> str:
    return "" if rating is None else f"{rating:g} ★"


def _footnotes(report: Report) -> list[tuple[str, Any]]:
    """Return the definitions of the figures that this report gives, in its order."""
    names = dict.fromkeys([*report.numbers(), "voice_share", "voice_net"])
    return [(name, DEFINITIONS[name]) for name in names if name in DEFINITIONS]
