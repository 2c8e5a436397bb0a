"""When a card is to be shown: at once, or collected with others. Pure."""

from datetime import UTC, datetime, timedelta

from monitor.cards import Card
from monitor.config import Collect, Priority

START = datetime(2026, 1, 1, tzinfo=UTC)
"""Spans are counted from here, so that hours begin with the hour."""
SOON = (Priority.URGENT, Priority.HIGH)
"""What is pressing is never collected."""


def collected_at(card: Card, since: datetime, collect: Collect | None) -> datetime:
    """Return when a card owed `since` then is due: then, or at the end of its span."""
    if (
        collect is None
        or card.label not in collect.feelings
        or card.priority in SOON
        or (collect.brands and card.brand not in collect.brands)
    ):
        return since
    spans = (since - START) // collect.every
    return START + (spans + 1) * collect.every if _fits(card, since, collect) else since


def _fits(card: Card, since: datetime, collect: Collect) -> bool:
    """Never past the deadline: who waits for a span must have time left after it."""
    end = since + collect.every
    return card.due_at is None or card.due_at - end > timedelta(0)
