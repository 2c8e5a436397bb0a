"""Words about deadlines that stand beside cards, not below one."""

from collections.abc import Sequence
from datetime import datetime

from monitor.cards import Card
from monitor.slack.layout.message import (
    Message,
    context,
    cut,
    date,
    link,
    moment,
    mrkdwn,
    ping,
    plain,
    rich,
    said,
    section,
    sentence,
)

MOST_LISTED = 10
"""More would take too many questions to Slack for one message."""
MOST_PINGED = 10


def reminders(
    listed: Sequence[tuple[Card, str]],
    count: int,
    overdue: int,
    oldest: datetime,
    people: Sequence[str] = (),
) -> Message:
    """Draw many words at once: how many wait, and the oldest, each with its card's link.

    Raises:
        ValueError: one of `people` is no id in Slack.
    """
    late = f"{overdue} of them overdue" if overdue else "none of them overdue yet"
    words = f"{count} mentions wait for a reply, {late}; the oldest was due"
    if not overdue:
        words = f"{count} mentions wait for a reply, {late}; the first is due"
    who = " ".join(ping(one) for one in people[:MOST_PINGED])
    line = f":rotating_light: {who + ', ' if who else ''}{words} {moment(oldest)}."
    more = count - len(listed)
    rest = [context(plain(f"And {more} more.", 100))] if more > 0 else []
    return Message(
        sentence(f"{words} {oldest:%d %b %H:%M} UTC"),
        [
            {"type": "section", "text": mrkdwn(line)},
            rich(
                {"type": "rich_text_list", "style": "bullet", "elements": _list(listed)}
            ),
            *rest,
        ],
    )


def _list(listed: Sequence[tuple[Card, str]]) -> list[dict[str, object]]:
    lines = []
    for card, url in listed:
        words = cut(f"{card.headline} · {card.brand}", 100, 300)
        due = [said(", due "), date(card.due_at)] if card.due_at else []
        lines.append(section(link(url, words, 500), *due))
    return lines


def linked(message: Message, card: Card, url: str) -> Message:
    """Return a word that stands away from its card: with the card's sentence and link."""
    words = cut(f"{card.headline} about {card.brand}", 200, 600)
    return Message(message.text, [rich(section(link(url, words))), *message.blocks])
