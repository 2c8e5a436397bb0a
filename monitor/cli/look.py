"""Commands that look at what is kept: audit, mentions."""

import csv
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from monitor.app import utc_now
from monitor.cards import card, feeling
from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    Exit,
    JsonOption,
    fail,
    known_brand,
    known_source,
    moment,
    opened,
    out,
    print_json,
    say,
    table,
)
from monitor.cli.digest import WeekOption
from monitor.cli.summary import draw_ledger
from monitor.config import Priority
from monitor.console import draw
from monitor.models import Mention, Status
from monitor.rules.text import harmless, harmless_line
from monitor.store import Filter
from sentiment import Label

COLUMNS = (
    "id", "brand", "source", "platform", "post_id", "kind", "url", "author", "followers",
    "text", "language", "rating", "posted_at", "found_at", "sentiment", "negative",
    "neutral", "positive", "sure", "corrected", "corrected_by", "status", "reason", "note", "priority", "due_at",
    "assignee", "answered_at", "answered_by", "closed_at", "closed_by",
)  # fmt: skip


LARGEST = 2**63 - 1
"""What a database can count to."""


def register(app: typer.Typer) -> None:
    for command in (audit, mentions):
        app.command()(command)


def audit(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Print the ledger: every stored mention accounted for. Exit 1 if it is not.

    Example: everyreply audit --json
    """
    with opened(config) as here:
        ledger = here.store.audit()
    if as_json:
        print_json(asdict(ledger) | {"adds_up": ledger.adds_up})
    else:
        draw_ledger(out(), ledger)
    if not ledger.adds_up:
        raise typer.Exit(Exit.NO)


def mentions(
    number: Annotated[
        int | None,
        typer.Argument(min=1, max=LARGEST, help="Show this mention and its history."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    brand: Annotated[str | None, typer.Option()] = None,
    source: Annotated[str | None, typer.Option()] = None,
    status: Annotated[Status | None, typer.Option()] = None,
    reason: Annotated[str | None, typer.Option()] = None,
    sentiment: Annotated[Label | None, typer.Option()] = None,
    priority: Annotated[Priority | None, typer.Option()] = None,
    author: Annotated[str | None, typer.Option()] = None,
    text: Annotated[str | None, typer.Option(help="Words in the text.")] = None,
    since: Annotated[str | None, typer.Option(help="Found since 2026-11-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Found before 2026-12-01.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue")] = False,
    like_digest: Annotated[
        str | None,
        typer.Option(
            "--like-digest",
            help="Those behind a figure of the digest: negative, unanswered, "
            "volume&day=2026-11-17. With --brand and --week.",
        ),
    ] = None,
    week: WeekOption = None,
    limit: Annotated[int, typer.Option(min=1, max=LARGEST, help="For the table.")] = 50,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, all of them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List and filter mentions, or show one with its history.

    Example: everyreply mentions --status open --priority urgent
    """
    if like_digest is not None:
        from monitor.cli.digesting import behind

        with opened(config) as here:
            found = list(behind(here, like_digest, brand, week))
            if as_csv:
                _write_csv(found)
            elif as_json:
                print_json([_plain(one) for one in found])
            else:
                _draw_mentions(out(), found[::-1][:limit], len(found))
        return
    if number is not None:
        _show(number, config, as_json=as_json)
        return
    which = Filter(
        brand=brand,
        source=source,
        status=status,
        reason=reason,
        sentiment=sentiment,
        priority=priority,
        author=author,
        text=text,
        since=_day(since, "--since"),
        until=_day(until, "--until"),
        overdue_at=utc_now() if overdue else None,
    )
    with opened(config) as here:
        known_brand(here.config, brand)
        known_source(here, source)
        if as_csv:
            _write_csv(here.store.mentions.each(which))
        elif as_json:
            print_json([_plain(one) for one in here.store.mentions.each(which)])
        else:
            _draw_mentions(out(), here.store.mentions.find(which, limit))


def _show(number: int, config: Any, *, as_json: bool) -> None:
    with opened(config) as here:
        one = here.store.mentions.get(number)
        if one is None:
            fail(f"there is no mention {number}", Exit.NO)
        events = here.store.mentions.events(number)
        if as_json:
            print_json(_plain(one) | {"events": [e.model_dump() for e in events]})
            return
        console = out()
        console.print(draw(card(one, here.config.brand(one.brand))))
        for event in events:
            change = f"{event.old} → {event.new}" if event.old else event.new
            line = f"{event.at:%d %b %Y %H:%M:%S} {event.actor}: {event.what}, {change}"
            words = harmless_line(f"{line} ({event.reason})")
            say(console, f"  {words}", "dim")


def _draw_mentions(
    console: Console, found: Sequence[Mention], of: int | None = None
) -> None:
    columns = ("id", "brand", "from", "feeling", "priority", "state", "due", "text")
    count = (
        f"{len(found)} mentions"
        if of in (None, len(found))
        else (f"{len(found)} of {of} mentions")
    )
    shown = table(f"{count}, newest first", columns, ("id",))
    now = utc_now()
    for one in found:
        words = harmless_line(one.text)
        shown.add_row(
            str(one.id),
            one.brand,
            Text(harmless_line(f"{one.platform} {one.author}")),
            feeling(one),
            one.priority.value,
            Text(one.status.value if one.status is Status.OPEN else one.reason),
            moment(one.due_at, now) if one.due_at else "-",
            Text(words[:60] + ("…" if len(words) > 60 else "")),
        )
    console.print(shown)


def _write_csv(found: Iterable[Mention]) -> None:
    """Write CSV that a spreadsheet opens as text, never as formulas, and that steers
    no terminal."""
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)
    for one in found:
        values = _plain(one)
        writer.writerow([_cell(values[name]) for name in COLUMNS])


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        shown = harmless(value)
        return (
            "'" + shown if value.startswith(("=", "+", "-", "@", "\t", "\r")) else shown
        )
    return value.isoformat() if isinstance(value, datetime) else value


def _plain(one: Mention) -> dict[str, Any]:
    return one.model_dump() | {"priority": one.priority.value}


def _day(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(0), utc_now().tzinfo)
    except ValueError:
        fail(f"{option} {text}: write a day as 2026-11-01", Exit.WRONG_CONFIG)
