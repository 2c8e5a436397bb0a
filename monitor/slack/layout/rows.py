"""Mentions as short rows: for the home tab and the answers to /everyreply."""

from collections.abc import Sequence
from datetime import datetime

from monitor.cards import Card
from monitor.models import Status
from monitor.slack.layout.actions import Action, button
from monitor.slack.layout.alert import headline
from monitor.slack.layout.message import (
    Block,
    actions,
    context,
    cut,
    moment,
    mrkdwn,
    plain,
    quoted,
    rich,
    said,
    section,
)

WORDS, WORDS_JSON = 160, 240
MOST = 18
"""Rows in one answer: three blocks each, 50 blocks in a message."""


def rows(cards: Sequence[Card], now: datetime, *, name: str) -> list[Block]:
    """Draw up to so many rows as fit; `name` keeps their buttons apart."""
    return [block for card in cards for block in _row(card, now, name)]


def heading(words: str) -> Block:
    return {"type": "header", "text": plain(words, 150)}


def _row(card: Card, now: datetime, name: str) -> list[Block]:
    words = cut(" ".join(card.text.split()), WORDS, WORDS_JSON) or "(no words)"
    shown = rich(section(*headline(card, 60, 240)), quoted(said(words)))
    state = [plain(f"{card.state[:1].upper()}{card.state[1:]}", 60)]
    if card.due_at:
        late = " (overdue)" if card.due_at < now else ""
        state.append(mrkdwn(f"due {moment(card.due_at)}{late}"))
    if card.status is not Status.OPEN:
        return [shown, context(*state)]
    return [shown, context(*state), actions(f"{name}:{card.mention_id}", *_open(card))]


def _open(card: Card) -> list[Block]:
    number = card.mention_id
    reply = button(Action.REPLY, "Reply", number, style="primary")
    if card.assignee:
        return [reply, button(Action.RELEASE, "Release", number)]
    return [reply, button(Action.CLAIM, "Claim", number)]
