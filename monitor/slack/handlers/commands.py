"""/everyreply: queue, mine, find TEXT, digest now, status, help."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from monitor.models import Delivery, Mention
from monitor.rules.declined import Declined
from monitor.slack.desk import Desk
from monitor.slack.handlers.home import cards
from monitor.slack.inputs import Command
from monitor.slack.layout.message import Block, cut, escape, moment
from monitor.slack.layout.rows import rows
from monitor.slack.people import Who
from monitor.store import Filter

Answer: TypeAlias = Mapping[str, Any]
"""What a command is acknowledged with: shown to whoever typed it, and nobody else."""
SHOWN = 8
FOUND = 5
HELP = """*What you can type*
`/everyreply` or `/everyreply queue` – what must be answered, most pressing first
`/everyreply mine` – what you have claimed, soonest due first
`/everyreply find TEXT` – mentions with these words, newest first
`/everyreply digest now` – the weekly digest, now
`/everyreply status` – the queue, the sources, what could not be delivered
`/everyreply help` – this"""
SLOW = ("find", "digest")
"""Words whose answer may take longer than Slack waits for it."""


def answer(desk: Desk, command: Command, who: Who) -> Answer:
    """Answer a command.

    Raises:
        Declined: it is none of ours, or not possible here.
    """
    known: dict[str, Callable[[Desk, Command, Who], Answer]] = {
        "queue": _queue,
        "mine": _mine,
        "find": _find,
        "digest": _digest,
        "status": _status,
        "help": lambda *_: _said(HELP),
    }
    found = known.get(command.word)
    if found is None:
        word = cut(command.word, 40)
        raise Declined(f'"{word}" is not known; type /everyreply help')
    return found(desk, command, who)


def _queue(desk: Desk, command: Command, who: Who) -> Answer:  # noqa: ARG001 - as every command
    total, overdue, _ = desk.store.mentions.queue_state(desk.now())
    first = desk.store.mentions.queue(SHOWN)
    words = f"{total:,} open, {overdue:,} of them overdue"
    return _listed(desk, words, first)


def _mine(desk: Desk, command: Command, who: Who) -> Answer:  # noqa: ARG001 - as every command
    mine = desk.store.desk.mine(who.name, SHOWN)
    return _listed(desk, "Your open work" if mine else "Nothing is yours", mine)


def _find(desk: Desk, command: Command, who: Who) -> Answer:  # noqa: ARG001 - as every command
    if not command.rest:
        raise Declined("say what to look for: /everyreply find TEXT")
    found = desk.store.mentions.find(Filter(text=command.rest), FOUND)
    what = f'"{cut(command.rest, 60)}"'
    words = f"Newest mentions with {what}" if found else f"No mention has {what}"
    return _listed(desk, words, found)


def _digest(desk: Desk, command: Command, who: Who) -> Answer:
    if command.rest.casefold() != "now":
        raise Declined("type /everyreply digest now")
    if desk.seams.digest is None:
        raise Declined("no digest is set up; add one to config.yaml")
    return _said(escape(desk.seams.digest(who.name)))


def _status(desk: Desk, command: Command, who: Who) -> Answer:  # noqa: ARG001 - as every command
    now = desk.now()
    total, overdue, oldest = desk.store.mentions.queue_state(now)
    since = f", the oldest since {moment(oldest)}" if oldest else ""
    lines = [f"*Queue*: {total:,} open, {overdue:,} overdue{since}"]
    lines += [_source(desk, source.name) for source in desk.config.sources]
    failed = desk.store.outbox.counts().get(Delivery.FAILED, 0)
    if failed:
        lines.append(f":warning: {failed:,} messages could not be delivered")
    lines += [
        f":warning: {escape(name)}: {escape(lane.error)}"
        for name, lane in desk.store.lanes.troubled().items()
    ]
    return _said("\n".join(lines))


def _source(desk: Desk, name: str) -> str:
    at = desk.store.sources.checkpoint(name, desk.now())
    words = f"*{escape(name)}*: {at.mentions:,} mentions"
    if at.last_success_at:
        words += f", asked last {moment(at.last_success_at)}"
    if at.paused_at:
        return f":no_entry: {words}; paused: {escape(cut(at.error, 200))}"
    if at.failing_since:
        return f":warning: {words}; failing: {escape(cut(at.error, 200))}"
    return words


def _listed(desk: Desk, words: str, found: Sequence[Mention]) -> Answer:
    head: Block = {
        "type": "section",
        "text": {"type": "plain_text", "text": words, "emoji": False},
    }
    blocks = [head, *rows(cards(desk, found), desk.now(), name="row")]
    return _said(escape(words)) | {"blocks": blocks}


def _said(words: str) -> dict[str, Any]:
    return {"response_type": "ephemeral", "text": words[:3000]}
