"""The status command: how sources, errands, replies and money stand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import typer
from rich.console import Console

from connectors import XSource
from monitor.app import utc_now
from monitor.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    Opened,
    moment,
    opened,
    out,
    print_json,
    say,
    table,
)
from monitor.housekeeping import Housekeeper
from monitor.models import Checkpoint, Delivery, Errand, Lane, ReplyRow
from monitor.rules.text import harmless_line

SHOWN = 5
"""Gaps, set-aside rows and failures that status names; its JSON has all."""
REFUSED_FOR = timedelta(days=7)
"""How long a refused reply is shown; whoever wrote it was told at once."""


def register(app: typer.Typer) -> None:
    app.command()(status)


def status(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show sources, what is done for them and what they cost, replies and the queue.

    Example: everyreply status
    """
    with opened(config) as here:
        if as_json:
            print_json(_status(here))
        else:
            _draw_status(out(), _status(here))


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
        "errands": [_errand(one) for one in store.errands.all()],
        "replies": {
            "under_way": [_reply(row, name) for row, name in store.replies.under_way()],
            "refused": [
                _reply(row, name)
                for row, name in store.replies.refused(now - REFUSED_FOR)
            ],
        },
        "spending": _spending(here, now.date()),
        "queue": {"open": total, "overdue": overdue, "oldest": oldest},
        "outbox": {state.value: counts.get(state, 0) for state in Delivery},
        "lanes": [_lane(one) for _, one in sorted(store.lanes.troubled().items())],
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


def _errand(one: Errand) -> dict[str, Any]:
    state = "failing" if one.failures else "fine"
    return {
        "source": one.source,
        "job": one.job,
        "state": "paused: somebody must act" if one.paused_at else state,
        "last_success": one.last_success_at,
        "next": None if one.paused_at else one.next_at,
        "failures": one.failures,
        "error": one.error,
    }


def _lane(one: Lane) -> dict[str, Any]:
    """Return a queue of messages that waits: by itself, or for somebody to act."""
    return {
        "name": one.name,
        "state": "refused: somebody must act" if one.refused_at else "waits",
        "since": one.refused_at,
        "next": one.wait_until,
        "failures": one.failures,
        "error": one.error,
    }


def _reply(row: ReplyRow, source: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "mention": row.mention_id,
        "source": source,
        "author": row.author,
        "state": row.state.value,
        "since": row.created_at,
        "attempts": row.attempts,
        "next": row.due_at,
        "error": row.error,
    }


def _spending(here: Opened, today: date) -> list[dict[str, Any]]:
    """Return what each source cost since its month began, in dollars."""
    found = []
    budgets = {one.name: one for one in here.config.sources if isinstance(one, XSource)}
    for name in sorted({*budgets, *here.store.spent(month_began(today, 1))}):
        source = budgets.get(name)
        began = month_began(today, source.budget_day if source else 1)
        told = {
            "source": name,
            "since": began,
            "dollars": here.store.spent(began).get(name, 0) / 1_000_000,
            "budget": source.budget if source else None,
        }
        found.append(told)
    return found


def month_began(today: date, day: int) -> date:
    """Return the last day of that number in a month, today at the latest."""
    if today.day >= day:
        return today.replace(day=day)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=day)


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
    _draw_errands(console, found["errands"], now)
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
    for words in _some([_held_up(one, now) for one in found["lanes"]]):
        say(console, f"  {harmless_line(words)}", "yellow")
    replies = found["replies"]
    waiting, refused = len(replies["under_way"]), len(replies["refused"])
    say(console, f"Replies: {waiting:,} under way, {refused:,} refused this week")
    for words in _some([_about(one, now) for one in _tellable(replies)]):
        say(console, f"  {harmless_line(words)}", "yellow")
    for one in found["spending"]:
        say(console, f"Spent: {harmless_line(_money(one))}")


def _draw_errands(
    console: Console, errands: Sequence[dict[str, Any]], now: datetime
) -> None:
    if not errands:
        return
    columns = ("source", "errand", "state", "last success", "next", "failures")
    shown = table("Done beside polling", columns, ("failures",))
    for one in errands:
        shown.add_row(
            harmless_line(one["source"]),
            one["job"],
            one["state"],
            moment(one["last_success"], now),
            moment(one["next"], now) if one["next"] else "-",
            str(one["failures"]),
        )
    console.print()
    console.print(shown)


def _tellable(replies: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield what a person may want to look at: what waits, and why; what was refused."""
    yield from (one for one in replies["under_way"] if one["attempts"] or one["error"])
    yield from replies["refused"]


def _about(one: dict[str, Any], now: datetime) -> str:
    words = f"  reply {one['id']} by {one['author']} to mention {one['mention']}"
    why = f": {one['error']}" if one["error"] else ""
    when = moment(one["since"], now)
    return f"{words} on {one['source']} is {one['state']}, since {when}{why}"


def _held_up(one: dict[str, Any], now: datetime) -> str:
    since = f", since {moment(one['since'], now)}" if one["since"] else ""
    tried = f"next try {moment(one['next'], now)}"
    why = f": {one['error']}" if one["error"] else ""
    return f"  messages to {one['name']}: {one['state']}{since}, {tried}{why}"


def _money(one: dict[str, Any]) -> str:
    of = f" of ${one['budget']:,.2f}" if one["budget"] is not None else ""
    return f"{one['source']}: ${one['dollars']:,.2f}{of} since {one['since']}"


def _troubles(found: dict[str, Any]) -> Iterable[str]:
    for one in found["sources"]:
        if one.get("error"):
            yield f"  {one['name']}: {one['error']}"
        if one.get("silence"):
            yield f"  {one['name']}: {one['silence']}"
    for one in found["errands"]:
        if one["error"]:
            yield f"  {one['source']}, {one['job']}: {one['error']}"
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
