"""Commands that look: status, audit, mentions."""

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
    Opened,
    fail,
    known_brand,
    moment,
    opened,
    out,
    print_json,
    say,
    table,
)
from monitor.cli.summary import draw_ledger
from monitor.config import Priority
from monitor.console import draw
from monitor.housekeeping import Housekeeper
from monitor.models import Checkpoint, Delivery, Mention, Status
from monitor.rules.text import harmless, harmless_line
from monitor.store import Filter
from sentiment import Label

SHOWN = 5
"""Gaps, set-aside rows and failures that status names; its JSON has all."""
COLUMNS = (
    "id", "brand", "source", "platform", "post_id", "kind", "url", "author", "followers",
    "text", "language", "rating", "posted_at", "found_at", "sentiment", "negative",
    "neutral", "positive", "sure", "corrected", "corrected_by", "status", "reason", "note", "priority", "due_at",
    "assignee", "answered_at", "answered_by", "closed_at", "closed_by",
)  # fmt: skip


LARGEST = 2**63 - 1
"""What a database can count to."""


def register(app: typer.Typer) -> None:
    for command in (status, audit, mentions):
        app.command()(command)


def status(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show sources (success, failures, gaps, silence) and the queue.

    Example: everyreply status
    """
    with opened(config) as here:
        if as_json:
            print_json(_status(here))
        else:
            _draw_status(out(), _status(here))


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
    limit: Annotated[int, typer.Option(min=1, max=LARGEST, help="For the table.")] = 50,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print CSV, all of them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List and filter mentions, or show one with its history.

    Example: everyreply mentions --status open --priority urgent
    """
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


def _status(here: Opened) -> dict[str, Any]:
    """Collect what status shows, as plain values."""
    store, now = here.store, utc_now()
    keeper = Housekeeper(store, here.config.retention, lambda: now)
    aside = store.sources.set_aside_counts()
    gaps = store.sources.gaps()
    rows = {at.source: at for at in store.sources.all()}
    names = [source.name for source in here.config.sources]
    names += [name for name in rows if name not in names]
    total, overdue, oldest = store.mentions.queue_state(now)
    counts = store.outbox.counts()
    return {
        "now": now,
        "sources": [
            _source(rows.get(name), name, keeper)
            | {
                "gaps": sum(gap.source == name for gap in gaps),
                "set_aside": aside.get(name, 0),
                "configured": here.config.source(name) is not None,
            }
            for name in names
        ],
        "queue": {"open": total, "overdue": overdue, "oldest": oldest},
        "outbox": {state.value: counts.get(state, 0) for state in Delivery},
        "gaps": [gap.model_dump() for gap in gaps],
        "set_aside": [row.model_dump() for row in store.sources.set_aside()],
        "failed": [
            {"post_key": row.post_key, "error": row.error}
            for row in store.outbox.failed(100)
        ],
    }


def _source(at: Checkpoint | None, name: str, keeper: Housekeeper) -> dict[str, Any]:
    if at is None:
        return {"name": name, "state": "not polled yet"}
    is_import = name.startswith("import:")
    silence = None if is_import else keeper.silence_of(name)
    state = _state(at, silence is not None)
    return {
        "name": name,
        "state": "imported" if is_import and state == "fine" else state,
        "last_success": at.last_success_at,
        "last_post": at.last_post_at,
        "next_poll": None if at.paused_at or is_import else at.next_poll_at,
        "failures": at.failures,
        "error": at.error,
        "silence": silence.words if silence else "",
    }


def _state(at: Checkpoint, silent: bool) -> str:
    if at.paused_at:
        return "paused: somebody must act"
    if at.failures:
        return "failing"
    return "silent" if silent else "fine"


def _draw_status(console: Console, found: dict[str, Any]) -> None:
    now = found["now"]
    shown = table(
        f"Sources at {now:%H:%M:%S} UTC",
        (
            "source",
            "state",
            "last success",
            "next poll",
            "failures",
            "gaps",
            "set aside",
        ),
        ("failures", "gaps", "set aside"),
    )
    for one in found["sources"]:
        imported = one["name"].startswith("import:")
        left = "" if one["configured"] or imported else " (no longer configured)"
        shown.add_row(
            harmless_line(one["name"] + left),
            one["state"],
            moment(one.get("last_success"), now),
            moment(one.get("next_poll"), now) if one.get("next_poll") else "-",
            str(one.get("failures", 0)),
            str(one["gaps"]),
            str(one["set_aside"]),
        )
    console.print(shown)
    for words in _troubles(found):
        say(console, f"  {harmless_line(words)}", "yellow")
    queue, outbox = found["queue"], found["outbox"]
    console.print()
    oldest = (
        f", the oldest since {moment(queue['oldest'], now)}" if queue["open"] else ""
    )
    say(console, f"Queue: {queue['open']:,} open, {queue['overdue']:,} overdue{oldest}")
    debts = ", ".join(f"{n:,} {state}" for state, n in outbox.items() if n)
    say(console, f"Outbox: {debts or 'empty'}")


def _troubles(found: dict[str, Any]) -> Iterable[str]:
    for one in found["sources"]:
        if one.get("error"):
            yield f"  {one['name']}: {one['error']}"
        if one.get("silence"):
            yield f"  {one['name']}: {one['silence']}"
    yield from _some(
        [f"  gap in {gap['source']}: {gap['reason']}" for gap in found["gaps"]]
    )
    yield from _some(
        [
            f"  set aside from {row['source']}: {row['place']}: {row['reason']}"
            for row in found["set_aside"]
        ]
    )
    yield from _some(
        [
            f"  not delivered: {row['post_key']}: {row['error']}"
            for row in found["failed"]
        ]
    )


def _some(lines: Sequence[str]) -> Iterable[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"  ... and {len(lines) - SHOWN:,} more: everyreply status --json"


def _draw_mentions(console: Console, found: Sequence[Mention]) -> None:
    columns = ("id", "brand", "from", "feeling", "priority", "state", "due", "text")
    shown = table(f"{len(found)} mentions, newest first", columns, ("id",))
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
