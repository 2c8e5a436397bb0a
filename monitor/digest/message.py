"""The digest as Slack messages: pure Block Kit, within the limits that really hold.

https://docs.slack.dev/reference/block-kit/blocks. A message takes 50 blocks; all blocks
together about 13,200 characters of JSON (unpublished), a section's text 3,000. Strangers'
words stand in `rich_text` only, where nothing pings and nothing is markup. A chart is an
image block that names it; the sender puts the uploaded file in its place.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from monitor.digest import findings, words
from monitor.digest.charts import Chart
from monitor.digest.page import link, said
from monitor.digest.report import Number, Quote, Report, Theme, Waiting
from monitor.rules.text import harmless_line

Block: TypeAlias = Mapping[str, Any]
MOST_JSON = 12_000
MOST_BLOCKS = 45
MOST_TEXT = 2_900
PER_MESSAGE = 12
"""Waiting mentions in one message of the thread."""


@dataclass(frozen=True, slots=True)
class Message:
    """One Slack message. `text` is the fallback: a full sentence."""

    text: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Messages:
    """The digest itself, and what follows in its thread."""

    top: Message
    thread: Sequence[Message]


def messages(report: Report, charts: Sequence[Chart]) -> Messages:
    """Render a report; charts appear where the sender puts their files."""
    blocks = [
        _header(f"{report.brand}: {words.title(report.period)}"),
        _section(f"*{_plain(findings.headline(report))}*"),
        *_standing_out(report),
        _fields(report),
        *(_image(chart) for chart in charts),
        *_people(report),
        _context(_foot(report)),
    ]
    text = f"{report.brand}, {words.title(report.period)}: {findings.headline(report)}"
    return Messages(Message(_plain(text), fitted(blocks)), tuple(_thread(report)))


def fitted(blocks: Sequence[Block]) -> Sequence[Block]:
    """Return as many blocks as Slack takes, the last one always among them."""
    kept: list[Block] = []
    room = MOST_JSON - len(json.dumps(blocks[-1]))
    for block in blocks[:-1]:
        size = len(json.dumps(block))
        if size > room or len(kept) >= MOST_BLOCKS - 1:
            continue
        kept.append(block)
        room -= size
    return [*kept, blocks[-1]]


def _standing_out(report: Report) -> Iterator[Block]:
    told = [*report.notes, *findings.findings(report)]
    if told:
        yield _section("\n".join(f"• {_plain(one)}" for one in told))


def _fields(report: Report) -> Block:
    feelings, answering = report.feelings, report.answering
    shown = (
        ("Mentions", feelings.volume),
        ("Net sentiment", feelings.net),
        ("Negative", feelings.negative),
        ("Average rating", feelings.rating),
        ("Response rate", answering.response_rate),
        ("First response, median", answering.first_response),
        ("Deadlines met", answering.deadlines_met),
        ("Share of voice", report.others.share_of_voice),
    )
    return {
        "type": "section",
        "fields": [
            {"type": "mrkdwn", "text": _field(name, number)}
            for name, number in shown
            if number.value is not None
        ]
        or [{"type": "mrkdwn", "text": "Nothing to count."}],
    }


def _field(name: str, number: Number) -> str:
    told = words.change(number)
    return f"*{name}*\n{words.written(number)}" + (f"  {told}" if told else "")


def _people(report: Report) -> Iterator[Block]:
    """Show what people wrote, in their own words: one quote per theme that matters."""
    shown = [*report.themes.worse, *report.themes.improved, *report.themes.themes]
    seen: set[str] = set()
    for theme in shown:
        if theme.label in seen or len(seen) == 3:
            continue
        seen.add(theme.label)
        yield _rich(_theme(theme))


def _theme(theme: Theme) -> Iterator[Mapping[str, Any]]:
    trend = f" {words.TRENDS[theme.trend]}" if theme.trend else ""
    size = words.plural(theme.size, "mention")
    yield _section_of(
        [
            _text(harmless_line(theme.label), bold=True),
            _text(f"  {size}{trend}: {words.feelings(theme.counts)}"),
        ]
    )
    if theme.quote:
        yield {"type": "rich_text_quote", "elements": _quote(theme.quote)}


def _quote(quote: Quote) -> list[Mapping[str, Any]]:
    elements = [_text(said(quote.text) or "(no words)")]
    if url := link(quote.url):
        elements += [_text("  "), _link(url, "open")]
    return elements


def _thread(report: Report) -> Iterator[Message]:
    yield from _waiting(report)
    trust = [*_holes(report), *findings.restated(report)]
    if trust:
        lines = [_section_of([_text(harmless_line(one) + "\n")]) for one in trust[:40]]
        intro = "What to know before trusting the figures:"
        yield Message(intro, fitted([_section(intro), _rich(lines), _context(intro)]))


def _holes(report: Report) -> Iterator[str]:
    for hole in report.trust.holes:
        yield f"{hole.source}: {hole.words}"


def _waiting(report: Report) -> Iterator[Message]:
    """List what still waits, oldest first, a dozen to a message."""
    waiting = report.answering.waiting
    for start in range(0, len(waiting), PER_MESSAGE):
        some = waiting[start : start + PER_MESSAGE]
        text = f"Still unanswered, {start + 1} to {start + len(some)} of {len(waiting)}"
        rows = [
            {"type": "rich_text_section", "elements": _waits(one, report)}
            for one in some
        ]
        listed = {"type": "rich_text_list", "style": "bullet", "elements": rows}
        yield Message(text, [_section(f"*{text}*"), _rich([listed])])


def _waits(one: Waiting, report: Report) -> list[Mapping[str, Any]]:
    whole = said(one.text) or "(no words)"
    short = whole if len(whole) <= 160 else f"{whole[:160]}…"
    age = words.hours((report.as_of - one.posted_at).total_seconds() / 3600)
    late = ", overdue" if one.is_overdue else ""
    by = harmless_line(one.author) or "somebody"
    told = f"  {by} on {one.platform}, {one.priority}, waiting {age}{late}"
    elements = [_text(short), _text(told, italic=True)]
    if url := link(one.url):
        elements += [_text("  "), _link(url, "open")]
    return elements


def _foot(report: Report) -> str:
    holes = len(report.trust.holes)
    trust = f"{words.plural(holes, 'hole')} in what our sources saw" if holes else ""
    parts = (
        report.period.label,
        report.period.zone,
        f"as of {words.moment(report.as_of, report.period.zone)}",
        trust,
        "every figure is defined in the HTML report",
    )
    return _plain(" · ".join(part for part in parts if part))


def _header(text: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": _cut(text, 150)}}


def _section(text: str) -> Block:
    return {
        "type": "section",
        "text": {"type": "mrkdwn", "text": _cut(text, MOST_TEXT)},
    }


def _context(text: str) -> Block:
    shown = {"type": "mrkdwn", "text": _cut(text, MOST_TEXT)}
    return {"type": "context", "elements": [shown]}


def _image(chart: Chart) -> Block:
    return {
        "type": "image",
        "chart": chart.name,
        "title": {"type": "plain_text", "text": chart.title},
        "alt_text": _cut(harmless_line(chart.alt), 1_900),
    }


def _rich(elements: Any) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def _section_of(elements: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def _text(text: str, **style: bool) -> Mapping[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def _link(url: str, text: str) -> Mapping[str, Any]:
    return {"type": "link", "url": _cut(url, 2_900), "text": text}


def _plain(text: str) -> str:
    """Return a text of ours for mrkdwn: what a name holds must not become markup."""
    escaped = harmless_line(text).replace("&", "&amp;")
    return escaped.replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
