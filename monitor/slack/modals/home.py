"""The home tab: my open work by due time, what nobody has, what is overdue. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.cards import Card
from monitor.slack.layout.message import Block, actions, context, moment, mrkdwn, plain
from monitor.slack.layout.rows import heading, rows

MINE, FREE, LATE = 12, 8, 8
"""Rows per list: with three blocks each they stay below the 100 of a view."""


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody's home tab shows, soonest due first."""

    mine: Sequence[Card]
    free: Sequence[Card]
    late: Sequence[Card]
    now: datetime


def home(work: Work) -> Block:
    refresh = {
        "type": "button",
        "action_id": "home.refresh",
        "text": plain("Refresh", 75),
        "value": "0",
    }
    blocks = [
        *_part("My open work", "mine", work.mine[:MINE], work.now, "Nothing is yours."),
        *_part(
            "Nobody has these",
            "free",
            work.free[:FREE],
            work.now,
            "Everything is taken.",
        ),
        *_part("Overdue", "late", work.late[:LATE], work.now, "Nothing is overdue."),
        context(mrkdwn(f"As of {moment(work.now)}")),
        actions("home", refresh),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def _part(
    title: str, name: str, cards: Sequence[Card], now: datetime, nothing: str
) -> list[Block]:
    if not cards:
        return [heading(title), context(plain(nothing, 200))]
    return [heading(title), *rows(cards, now, name=name)]
